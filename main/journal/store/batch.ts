import type { AttemptRecord, RequestRecord } from '../record.ts';

/** What many requests have in common. */
export type SharedPart = Omit<RequestRecord, 'id' | 'startedAt' | 'totalMs' | 'firstByteMs' | 'usage'>;

/**
 * Requests on their way to the file, in the order in which they ended. Texts and numbers only: they wait longer than V8
 * keeps objects young, and were half of all that it had to copy for that.
 */
export interface RequestBatch {
  /** What several have in common, once: SharedParts as JSON, without secrets. */
  shared: string;
  /** One of each request; our own, which hold no secret. */
  ids: readonly string[];
  /** `numbersEach` of each request, at the places of `numberAt`; NaN where it has none. */
  numbers: Float64Array;
}

/** Times in milliseconds, the start since the Unix epoch; `shared` is a place in what is shared, the last five are tokens. */
export const numberAt = {
  shared: 0,
  startedAt: 1,
  totalMs: 2,
  firstByteMs: 3,
  input: 4,
  output: 5,
  cacheRead: 6,
  cacheWrite: 7,
  reasoning: 8,
} as const;

export const numbersEach = 9;

/** Requests that follow each other have mostly the same in common; to look this far back costs less than to keep it again. */
const mostLookedAt = 32;

/** Gathers a batch of at most `capacity` requests at a time. */
export class GrowingBatch {
  #shared: SharedPart[] = [];
  #ids: string[] = [];
  readonly #numbers: Float64Array;

  constructor(capacity: number) {
    this.#numbers = new Float64Array(capacity * numbersEach);
  }

  get size(): number {
    return this.#ids.length;
  }

  /** Nothing of the record is kept but what no record before had in common with it. */
  add(record: RequestRecord): void {
    const { usage } = record;
    const numbers = this.#numbers;
    const at = this.#ids.length * numbersEach;
    if (at >= numbers.length) throw new RangeError('The batch is full');
    this.#ids.push(record.id);
    numbers[at + numberAt.shared] = placeIn(this.#shared, record);
    numbers[at + numberAt.startedAt] = record.startedAt;
    numbers[at + numberAt.totalMs] = record.totalMs;
    numbers[at + numberAt.firstByteMs] = record.firstByteMs ?? Number.NaN;
    numbers[at + numberAt.input] = usage?.inputTokens ?? Number.NaN;
    numbers[at + numberAt.output] = usage?.outputTokens ?? Number.NaN;
    numbers[at + numberAt.cacheRead] = usage?.cacheReadTokens ?? Number.NaN;
    numbers[at + numberAt.cacheWrite] = usage?.cacheWriteTokens ?? Number.NaN;
    numbers[at + numberAt.reasoning] = usage?.reasoningTokens ?? Number.NaN;
  }

  /** All that was added; it is empty after that. */
  take(scrub: (text: string) => string): RequestBatch {
    const numbers = this.#numbers.slice(0, this.#ids.length * numbersEach);
    const batch = { shared: scrub(JSON.stringify(this.#shared)), ids: this.#ids, numbers };
    this.#shared = [];
    this.#ids = [];
    return batch;
  }
}

export function batchOf(records: readonly RequestRecord[], scrub: (text: string) => string): RequestBatch {
  const batch = new GrowingBatch(records.length);
  for (const record of records) batch.add(record);
  return batch.take(scrub);
}

/** The requests of a batch, as what was scrubbed tells them. */
export function recordsOf({ shared, ids, numbers }: RequestBatch): RequestRecord[] {
  const parts = sharedParts(shared);
  return ids.map((id, index) => {
    const number = (name: keyof typeof numberAt) => numbers[index * numbersEach + numberAt[name]] ?? Number.NaN;
    const part = parts[number('shared')];
    if (!part) throw new Error('A request lacks what it shares with others');
    const record: RequestRecord = { id, startedAt: number('startedAt'), totalMs: number('totalMs'), ...part };
    if (!Number.isNaN(number('firstByteMs'))) record.firstByteMs = number('firstByteMs');
    if (Number.isNaN(number('input'))) return record;
    record.usage = {
      inputTokens: number('input'),
      outputTokens: number('output'),
      cacheReadTokens: number('cacheRead'),
      cacheWriteTokens: number('cacheWrite'),
    };
    if (!Number.isNaN(number('reasoning'))) record.usage.reasoningTokens = number('reasoning');
    return record;
  });
}

/** A batch without its first `count` requests. */
export function withoutFirst({ shared, ids, numbers }: RequestBatch, count: number): RequestBatch {
  return { shared, ids: ids.slice(count), numbers: numbers.slice(count * numbersEach) };
}

export function sharedParts(text: string): SharedPart[] {
  return JSON.parse(text) as SharedPart[];
}

/** Where the shared part of a record is; it is added where it is not there yet. */
function placeIn(shared: SharedPart[], record: RequestRecord): number {
  const end = Math.max(shared.length - mostLookedAt, 0);
  for (let place = shared.length - 1; place >= end; place -= 1) if (hasSame(record, shared[place])) return place;
  const { id: _id, startedAt: _at, totalMs: _total, firstByteMs: _first, usage: _usage, ...rest } = record;
  return shared.push(rest) - 1;
}

/** By name, each of them: a loop over the names takes ten times as long. */
function hasSame(one: SharedPart, other: SharedPart | undefined): boolean {
  return (
    other !== undefined &&
    one.tool === other.tool &&
    one.wireFormat === other.wireFormat &&
    one.path === other.path &&
    one.modelAsked === other.modelAsked &&
    one.modelServed === other.modelServed &&
    one.route === other.route &&
    one.reason === other.reason &&
    one.accountLabel === other.accountLabel &&
    one.status === other.status &&
    one.paidBy === other.paidBy &&
    one.ampCredit === other.ampCredit &&
    one.attempts.length === other.attempts.length &&
    one.attempts.every((attempt, index) => isSameAttempt(attempt, other.attempts[index]))
  );
}

function isSameAttempt(one: AttemptRecord, other: AttemptRecord | undefined): boolean {
  return (
    other !== undefined &&
    one.via === other.via &&
    one.label === other.label &&
    one.reason === other.reason &&
    one.outcome === other.outcome &&
    one.status === other.status
  );
}
