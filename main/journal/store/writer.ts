import type { RequestRecord } from '../record.ts';
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

/** Writes requests and their sums, a batch in one transaction. */
export function createWriter(db: Database): (records: readonly RequestRecord[]) => void {
  const kinds = createKinds(db);
  const insert = db.prepare(`
    INSERT INTO requests (id, kind, ended_at, total_ms, first_byte_ms, input, output, cache_read, cache_write, reasoning,
      reason, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const addHour = db.prepare(upsert('usage_hours'));
  const addDay = db.prepare(upsert('usage_days'));
  const writeAll = (records: readonly RequestRecord[]) => {
    const [hours, days] = [new SumsByKind(), new SumsByKind()];
    for (const record of records) {
      const kind = kinds.idOf(record);
      const endedAt = record.startedAt + record.totalMs;
      insert.run(...rowOf(record, kind, endedAt));
      const sums = sumsOf(record);
      hours.add(hourOf(endedAt), kind, sums);
      days.add(localDayOf(endedAt), kind, sums);
    }
    for (const { at, kind, sums } of hours.all()) addHour.run(at, kind, ...sums);
    for (const { at, kind, sums } of days.all()) addDay.run(at, kind, ...sums);
  };
  return (records) => {
    try {
      inTransaction(db, () => writeAll(records));
    } catch (error) {
      kinds.forget();
      throw error;
    }
  };
}

function rowOf(record: RequestRecord, kind: number, endedAt: number): (string | number | null)[] {
  const { usage } = record;
  return [
    record.id,
    kind,
    endedAt,
    record.totalMs,
    record.firstByteMs ?? null,
    usage?.inputTokens ?? null,
    usage?.outputTokens ?? null,
    usage?.cacheReadTokens ?? null,
    usage?.cacheWriteTokens ?? null,
    usage?.reasoningTokens ?? null,
    record.reason,
    JSON.stringify(record.attempts),
  ];
}

function sumsOf({ totalMs, firstByteMs, usage }: RequestRecord): Sums {
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
