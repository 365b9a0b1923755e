import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';

/** A link that lets one browser in, once. */
export interface EntranceToken {
  value: string;
  /** Milliseconds since the Unix epoch. */
  expiresAt: number;
}

/** The tokens of one-time links: in memory only, so that all of them end with the process. */
export interface Entrance {
  issue(): EntranceToken;
  /** Whether the value is a token that is still good; it is not afterwards. */
  redeem(value: string): boolean;
}

/** Long enough to copy a link from a terminal, in milliseconds. */
const tokenLifeMs = 10 * 60_000;
/** Older ones end: nobody has more links open than this. */
const mostTokens = 8;

export function createEntrance(clock: Pick<Clock, 'now'>): Entrance {
  // A keyed digest makes all compared values equally long.
  const digestKey = randomBytes(32);
  const digest = (value: string) => createHmac('sha256', digestKey).update(value).digest();
  let open: { digest: Buffer; expiresAt: number }[] = [];
  return {
    issue() {
      const value = randomBytes(32).toString('base64url');
      const expiresAt = clock.now() + tokenLifeMs;
      open = [...open, { digest: digest(value), expiresAt }].slice(-mostTokens);
      return { value, expiresAt };
    },
    redeem(value) {
      const candidate = digest(value);
      const found = open.filter((token) => timingSafeEqual(token.digest, candidate));
      open = open.filter((token) => !found.includes(token) && token.expiresAt > clock.now());
      return found.some(({ expiresAt }) => expiresAt > clock.now());
    },
  };
}
