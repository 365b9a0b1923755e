import { numberAt, numbersEach, type RequestBatch, type SharedPart, sharedParts } from './batch.ts';
import { createKinds } from './kinds.ts';
import { inTransaction } from './schema.ts';
import type { Database } from './sqlite-driver.ts';
import { hourOf, localDayOf } from './time-buckets.ts';

/** Sums of one kind in one hour or day, in the order of their columns. */
type Sums = [
  requests: number,
  totalMs: number,
  firstByteMs: number,
  firstBytes: number,
  input: number,
  output: number,
  cacheRead: number,
  cacheWrite: number,
  reasoning: number,
];

const sumColumns = [
  'requests',
  'total_ms',
  'first_byte_ms',
  'first_bytes',
  'input',
  'output',
  'cache_read',
  'cache_write',
  'reasoning',
] as const;

const upsert = (table: string) => `
  INSERT INTO ${table} (at, kind, ${sumColumns.join(', ')}) VALUES (?, ?, ${sumColumns.map(() => '?').join(', ')})
  ON CONFLICT (at, kind) DO UPDATE SET ${sumColumns.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`;

const rowColumns = 12;
/** Requests of one statement: a call costs as much as a row does. */
const rowsAtOnce = 25;

const insertion = (rows: number) => {
  const row = `(${Array(rowColumns).fill('?').join(', ')})`;
  return `INSERT INTO requests (id, kind, ended_at, total_ms, first_byte_ms, input, output, cache_read, cache_write,
    reasoning, reason, attempts) VALUES ${Array(rows).fill(row).join(', ')}`;
};

/** Writes requests and their sums, a batch in one transaction. */
export function createWriter(db: Database): (batch: RequestBatch) => void {
  const kinds = createKinds(db);
  const insertOne = db.prepare(insertion(1));
  const insertMany = db.prepare(insertion(rowsAtOnce));
  const addHour = db.prepare(upsert('usage_hours'));
  const addDay = db.prepare(upsert('usage_days'));
  const writeAll = ({ shared, ids, numbers }: RequestBatch) => {
    const ready = sharedParts(shared).map((part) => ({ kind: kinds.idOf(part), words: wordsOf(part) }));
    const [hours, days] = [new SumsByKind(), new SumsByKind()];
    const dayOf = createDayOf();
    // Statements get their cells as one array: libsql copies arguments twice, at a quarter of this thread's time.
    let cells: Cell[] = [];
    for (const [index, id] of ids.entries()) {
      const row = numbers.subarray(index * numbersEach, (index + 1) * numbersEach);
      const { kind, words } = ready[row[numberAt.shared] ?? -1] ?? lacking();
      const endedAt = numberIn(row, numberAt.startedAt) + numberIn(row, numberAt.totalMs);
      cells.push(id, kind, cellOf(endedAt));
      for (let at: number = numberAt.totalMs; at < numbersEach; at += 1) cells.push(cellOf(numberIn(row, at)));
      cells.push(...words);
      if (cells.length === rowsAtOnce * rowColumns) {
        insertMany.run(cells);
        cells = [];
      }
      addTo(hours.of(hourOf(endedAt), kind), row);
      addTo(days.of(dayOf(endedAt), kind), row);
    }
    for (let at = 0; at < cells.length; at += rowColumns) insertOne.run(cells.slice(at, at + rowColumns));
    for (const { at, kind, sums } of hours.all()) addHour.run([at, kind, ...sums]);
    for (const { at, kind, sums } of days.all()) addDay.run([at, kind, ...sums]);
  };
  return (batch) => {
    try {
      inTransaction(db, () => writeAll(batch));
    } catch (error) {
      kinds.forget();
      throw error;
    }
  };
}

type Cell = string | number | null;

function lacking(): never {
  throw new Error('A request lacks what it shares with others');
}

function numberIn(row: Float64Array, at: number): number {
  return row[at] ?? Number.NaN;
}

function cellOf(number: number): Cell {
  return Number.isNaN(number) ? null : number;
}

function wordsOf({ reason, attempts }: SharedPart): string[] {
  return [reason, JSON.stringify(attempts)];
}

/** Adds a request's numbers to sums. */
function addTo(sums: Sums, row: Float64Array): void {
  const or0 = (at: number) => row[at] || 0;
  sums[0] += 1;
  sums[1] += or0(numberAt.totalMs);
  sums[2] += or0(numberAt.firstByteMs);
  sums[3] += Number.isNaN(numberIn(row, numberAt.firstByteMs)) ? 0 : 1;
  sums[4] += or0(numberAt.input);
  sums[5] += or0(numberAt.output);
  sums[6] += or0(numberAt.cacheRead);
  sums[7] += or0(numberAt.cacheWrite);
  sums[8] += or0(numberAt.reasoning);
}

interface Entry {
  at: number;
  kind: number;
  sums: Sums;
}

class SumsByKind {
  readonly #all = new Map<string, Entry>();
  #last: Entry | undefined;

  of(at: number, kind: number): Sums {
    const last = this.#last;
    if (last && last.at === at && last.kind === kind) return last.sums;
    const key = `${at}/${kind}`;
    const entry = this.#all.get(key) ?? { at, kind, sums: [0, 0, 0, 0, 0, 0, 0, 0, 0] };
    this.#all.set(key, entry);
    this.#last = entry;
    return entry.sums;
  }

  all() {
    return this.#all.values();
  }
}

const minuteMs = 60_000;

/** `localDayOf`, at the cost of a comparison for one more time in the same minute. */
function createDayOf(): (time: number) => number {
  let minute = Number.NaN;
  let day = Number.NaN;
  return (time) => {
    const at = Math.floor(time / minuteMs);
    if (at !== minute) [minute, day] = [at, localDayOf(time)];
    return day;
  };
}
