import type { Fault } from '../providers/contract.ts';

/** What has become of a request so far. */
export interface RetryProgress {
  /** Of this round, in order. */
  failures: readonly Fault[];
  /** Rounds that have ended; 0 in the first. */
  rounds: number;
  /** How long the request may still wait, in milliseconds. */
  waitLeftMs: number;
  /** The client has bytes of an answer. */
  hasBegun: boolean;
  /** What the route has left. */
  next: 'local' | 'amp' | 'none';
}

export type FollowUp =
  /** Goes on with the next attempt of the route. */
  | { kind: 'next' }
  /** Waits, and asks for a new route. */
  | { kind: 'again'; waitMs: number }
  /** The client gets the most informative failure. */
  | { kind: 'stop' };

/** Rounds after the first one. */
const moreRounds = 2;
/** A limit that lasts longer is not waited for. */
const longestHintMs = 10_000;
/** Without a hint. */
const firstPauseMs = 1000;

const stop: FollowUp = { kind: 'stop' };

/**
 * What follows after an attempt has failed. Before the first byte anything but the client's own fault moves on; money
 * comes after patience, so that Amp is asked only when another round is not worth it. `random` 0 to 1.
 */
export function followUp(progress: RetryProgress, random: number): FollowUp {
  const { failures, hasBegun, next } = progress;
  const last = failures.at(-1);
  if (!last || hasBegun || isFinal(last) || hasSecondOpinion(failures)) return stop;
  if (next === 'local') return { kind: 'next' };
  const waitMs = pauseBefore(progress, random);
  if (waitMs !== undefined) return { kind: 'again', waitMs };
  return next === 'amp' ? { kind: 'next' } : stop;
}

/** Whether an attempt that is meant for used-up quota may follow. */
export function isAfterQuota(failures: readonly Fault[]): boolean {
  return failures.some(({ kind }) => kind === 'quota');
}

/** Codes by which upstreams say that the request itself is at fault; statuses that say it without a code. */
const clientsFault =
  /^(invalid_request|context_length|context_too_large|message_too_big|request_too_large|cyber_policy|invalid_prompt|invalid_value|unsupported_value|string_above_max_length|previous_response_not_found|INVALID_ARGUMENT)/i;

/** No account could do better. */
export function isFinal({ scope, kind, type = '', status }: Fault): boolean {
  if (scope !== 'request' || kind !== 'invalid') return false;
  return clientsFault.test(type) || ![400, 409, 422].includes(status);
}

/** A refusal without a known code is checked with one other account; two agree. */
function hasSecondOpinion(failures: readonly Fault[]): boolean {
  return failures.filter(({ scope, kind }) => scope === 'request' && kind === 'invalid').length > 1;
}

function pauseBefore({ failures, rounds, waitLeftMs }: RetryProgress, random: number): number | undefined {
  if (rounds >= moreRounds) return undefined;
  const hopeful = failures.filter(isPassing);
  if (hopeful.length === 0) return undefined;
  const pauses = hopeful.map(({ retryAfterMs }) => retryAfterMs ?? firstPauseMs * 2 ** rounds);
  const waitMs = Math.round(Math.min(...pauses) * (1 + random / 4));
  return waitMs <= waitLeftMs ? waitMs : undefined;
}

/** Failures that another round may mend. A call that took its whole time limit is not repeated. */
function isPassing({ scope, kind, status, retryAfterMs = 0 }: Fault): boolean {
  switch (kind) {
    case 'overload':
      return retryAfterMs <= longestHintMs;
    case 'quota':
      return scope === 'model' && status === 429 && retryAfterMs <= longestHintMs;
    case 'network':
      return status !== 504;
    default:
      return false;
  }
}

/** What tells the client most, from most to least. */
const telling: Record<Fault['kind'], number> = {
  invalid: 0,
  quota: 1,
  unsupported: 2,
  overload: 3,
  auth: 4,
  network: 5,
};

/**
 * The failure that the client gets to see: its own fault first, then limits, the one that ends soonest, and last what
 * it can do nothing about. Of equal ones the first. Throws without failures.
 */
export function mostTelling<T extends { fault: Fault }>(failures: readonly T[]): T {
  const [first, ...others] = failures;
  if (!first) throw new RangeError('There is no failure to tell of');
  return others.reduce((best, one) => (compare(one.fault, best.fault) < 0 ? one : best), first);
}

function compare(a: Fault, b: Fault): number {
  const difference = telling[a.kind] - telling[b.kind];
  if (difference !== 0 || a.kind !== 'quota') return difference;
  return (a.retryAfterMs ?? Number.MAX_VALUE) - (b.retryAfterMs ?? Number.MAX_VALUE);
}
