import { randomUUID } from 'node:crypto';

/** Ids of requests: UUIDs of version 7 (RFC 9562 §5.7), which begin with their time, so that an index only ever grows at its end. */
export function createRequestIds(clock: { now(): number }): () => string {
  return () => {
    const time = clock.now().toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
  };
}
