import type { OwnPart, RequestBatch, SharedPart } from './batch.ts';
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
  const writeRows = (rows: readonly Row[]) => {
    let at = 0;
    for (; rows.length - at >= rowsAtOnce; at += rowsAtOnce) insertMany.run(...cellsOf(rows, at));
    for (const row of rows.slice(at)) insertOne.run(...row);
  };
  const writeAll = ({ shared, own }: RequestBatch) => {
    const ready = shared.map((part) => ({ kind: kinds.idOf(part), words: wordsOf(part) }));
    const [hours, days] = [new SumsByKind(), new SumsByKind()];
    const rows: Row[] = [];
    for (const part of own) {
      const rest = ready[part.shared];
      if (!rest) throw new Error('A request lacks what it shares with others');
      const endedAt = part.startedAt + part.totalMs;
      rows.push([part.id, rest.kind, endedAt, ...numbersOf(part), ...rest.words]);
      const sums = sumsOf(part);
      hours.add(hourOf(endedAt), rest.kind, sums);
      days.add(localDayOf(endedAt), rest.kind, sums);
    }
    writeRows(rows);
    for (const { at, kind, sums } of hours.all()) addHour.run(at, kind, ...sums);
    for (const { at, kind, sums } of days.all()) addDay.run(at, kind, ...sums);
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

type Row = (string | number | null)[];

/** Of many rows one after the other. flat() took a sixth of this thread's time. */
function cellsOf(rows: readonly Row[], from: number): Row {
  const cells: Row = [];
  for (let at = from; at < from + rowsAtOnce; at += 1) for (const cell of rows[at] ?? []) cells.push(cell);
  return cells;
}

function wordsOf({ reason, attempts }: SharedPart): string[] {
  return [reason, JSON.stringify(attempts)];
}

function numbersOf({ totalMs, firstByteMs, usage }: OwnPart): (number | null)[] {
  return [
    totalMs,
    firstByteMs ?? null,
    usage?.inputTokens ?? null,
    usage?.outputTokens ?? null,
    usage?.cacheReadTokens ?? null,
    usage?.cacheWriteTokens ?? null,
    usage?.reasoningTokens ?? null,
  ];
}

function sumsOf({ totalMs, firstByteMs, usage }: OwnPart): Sums {
  return [
    1,
    totalMs,
    firstByteMs ?? 0,
    firstByteMs === undefined ? 0 : 1,
    usage?.inputTokens ?? 0,
    usage?.outputTokens ?? 0,
    usage?.cacheReadTokens ?? 0,
    usage?.cacheWriteTokens ?? 0,
    usage?.reasoningTokens ?? 0,
  ];
}

class SumsByKind {
  readonly #all = new Map<string, { at: number; kind: number; sums: Sums }>();

  add(at: number, kind: number, sums: Sums): void {
    const key = `${at}/${kind}`;
    const entry = this.#all.get(key);
    if (!entry) this.#all.set(key, { at, kind, sums: [...sums] });
    else for (const [index, value] of sums.entries()) entry.sums[index] = (entry.sums[index] ?? 0) + value;
  }

  all() {
    return this.#all.values();
  }
}
