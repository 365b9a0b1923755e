import type { Usage } from '../../protocols/wire-format.ts';
import type { RequestRecord } from '../record.ts';

/** What many requests have in common. */
export type SharedPart = Omit<RequestRecord, 'id' | 'startedAt' | 'totalMs' | 'firstByteMs' | 'usage'>;

export interface OwnPart {
  /** Place of the rest in `shared`. */
  shared: number;
  id: string;
  startedAt: number;
  totalMs: number;
  firstByteMs?: number | undefined;
  usage?: Usage | undefined;
}

/** Requests on their way to the file, in the order in which they ended; what several have in common is there once. */
export interface RequestBatch {
  shared: readonly SharedPart[];
  own: readonly OwnPart[];
}

/** As text for another thread. Numbers and our own ids hold no secret. */
export function encodeBatch(records: readonly RequestRecord[], scrub: (text: string) => string): string {
  const { shared, own } = batchOf(records);
  return `{"shared":${scrub(JSON.stringify(shared))},"own":${JSON.stringify(own)}}`;
}

export function decodeBatch(text: string): RequestBatch {
  return JSON.parse(text) as RequestBatch;
}

/** Requests that follow each other have mostly the same in common: looking for it farther back costs more than it saves. */
const mostLookedAt = 8;

export function batchOf(records: readonly RequestRecord[]): RequestBatch {
  const shared: SharedPart[] = [];
  const own = records.map((record): OwnPart => {
    const { id, startedAt, totalMs, firstByteMs, usage } = record;
    return { shared: placeIn(shared, record), id, startedAt, totalMs, firstByteMs, usage };
  });
  return { shared, own };
}

/** Where the shared part of a record is; it is added where it is not there yet. */
function placeIn(shared: SharedPart[], record: RequestRecord): number {
  const end = Math.max(shared.length - mostLookedAt, 0);
  for (let place = shared.length - 1; place >= end; place -= 1) if (hasSame(record, shared[place])) return place;
  const { id: _id, startedAt: _at, totalMs: _total, firstByteMs: _first, usage: _usage, ...rest } = record;
  return shared.push(rest) - 1;
}

const sharedNames: Record<keyof SharedPart, true> = {
  tool: true,
  wireFormat: true,
  path: true,
  modelAsked: true,
  modelServed: true,
  route: true,
  reason: true,
  accountLabel: true,
  attempts: true,
  status: true,
  paidBy: true,
  ampCredit: true,
};

function hasSame(record: RequestRecord, part: SharedPart | undefined): boolean {
  if (!part) return false;
  let name: keyof SharedPart;
  for (name in sharedNames) if (!isSame(record[name], part[name])) return false;
  return true;
}

/** Whether two values are the same JSON. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other)) return false;
  let surplus = 0;
  for (const name in one) {
    if (!isSame(one[name], other[name])) return false;
    if (one[name] !== undefined) surplus += 1;
  }
  for (const name in other) if (other[name] !== undefined) surplus -= 1;
  return surplus === 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
