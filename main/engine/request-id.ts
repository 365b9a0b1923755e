import { randomBytes } from 'node:crypto';

/** Random hexadecimal digits are made this many bytes at a time. */
const poolBytes = 4096;
/** 74 random bits of an id, and two that its variant replaces. */
const digitsOfId = 19;

/** Ids of requests: UUIDs of version 7 (RFC 9562 §5.7), which begin with their time, so that an index only ever grows at its end. */
export function createRequestIds(clock: { now(): number }): () => string {
  let pool = '';
  let used = 0;
  let [time, prefix] = [Number.NaN, ''];
  return () => {
    const now = clock.now();
    if (now !== time) [time, prefix] = [now, timeDigits(now)];
    if (used + digitsOfId > pool.length) [pool, used] = [randomBytes(poolBytes).toString('hex'), 0];
    const [a, b, c, end] = [used, used + 3, used + 7, used + digitsOfId];
    used = end;
    // The variant's two bits are 1 and 0: 8, 9, a or b.
    const variant = '89ab'[pool.charCodeAt(b) & 3];
    return `${prefix}-7${pool.slice(a, b)}-${variant}${pool.slice(b + 1, c)}-${pool.slice(c, end)}`;
  };
}

/** Milliseconds since the Unix epoch, in 48 bits. */
function timeDigits(now: number): string {
  const digits = now.toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}
