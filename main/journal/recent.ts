import type { RequestRecord } from './record.ts';

/** The latest requests, in memory only. */
export interface Journal {
  add(record: RequestRecord): void;
  /** At most `count` records, latest first. */
  recent(count: number): RequestRecord[];
  /** Calls back with each record when it is added; the returned function ends it. */
  onRecord(listener: (record: RequestRecord) => void): () => void;
}

/** Keeps the last `capacity` records, at least one. */
export function createJournal({ capacity }: { capacity: number }): Journal {
  const size = Math.max(1, Math.trunc(capacity));
  const ring: RequestRecord[] = [];
  const listeners = new Set<{ call: (record: RequestRecord) => void }>();
  let added = 0;

  return {
    add(record) {
      ring[added % size] = record;
      added++;
      for (const listener of [...listeners]) listener.call(record);
    },
    recent(count) {
      const length = Math.min(Math.max(0, Math.trunc(count)), ring.length);
      return Array.from({ length }, (_, back) => ring[(added - 1 - back) % size]).filter(
        (record) => record !== undefined,
      );
    },
    onRecord(listener) {
      const entry = { call: listener };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
  };
}
