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

export function batchOf(records: readonly RequestRecord[]): RequestBatch {
  const { shared, own } = grouped(records);
  return { shared: shared.map((text) => JSON.parse(text) as SharedPart), own };
}

/** As text for another thread. Numbers and our own ids hold no secret. */
export function encodeBatch(records: readonly RequestRecord[], scrub: (text: string) => string): string {
  const { shared, own } = grouped(records);
  return `{"shared":[${scrub(shared.join())}],"own":${JSON.stringify(own)}}`;
}

export function decodeBatch(text: string): RequestBatch {
  return JSON.parse(text) as RequestBatch;
}

function grouped(records: readonly RequestRecord[]) {
  const places = new Map<string, number>();
  const own = records.map(({ id, startedAt, totalMs, firstByteMs, usage, ...rest }) => {
    const text = JSON.stringify(rest);
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return { shared: place, id, startedAt, totalMs, firstByteMs, usage };
  });
  return { shared: [...places.keys()], own };
}
