import { z } from 'zod';
import { type Breaker, type BreakerState, breakerScopes, causes, keepTime } from './breaker.ts';
import { longestHintMs } from './waits.ts';

const time = z.number();

const savedBreaker = z.object({
  scope: z.enum(breakerScopes),
  subject: z.string(),
  provider: z.string(),
  cause: z.enum(causes),
  level: z.number().int().min(0),
  since: time,
  until: time,
  probeAt: time,
  windows: z.array(z.string()).optional(),
  said: z.object({ status: z.number(), type: z.string().optional(), message: z.string() }),
});

const savedState = z.object({
  version: z.literal(1),
  savedAt: time,
  accounts: z.record(z.string(), z.array(savedBreaker)),
});

/** After a restart of any length, a breaker that has been open this long may be tried at once. */
const trustedMs = 15 * 60_000;

/** The state as text for a file. First failures and running tries are not worth keeping; it holds no secret. */
export function saveBreakers({ seenAt, owners }: BreakerState): string {
  const accounts = [...owners].flatMap(([owner, breakers]) => {
    const open = breakers.filter(({ strike }) => !strike).map(lasting);
    return open.length === 0 ? [] : [[owner, open] as const];
  });
  const saved: z.input<typeof savedState> = { version: 1, savedAt: seenAt, accounts: Object.fromEntries(accounts) };
  return JSON.stringify(saved);
}

/**
 * The state that a saved text describes, without what has ended or is older than eight days. Throws for a text that is
 * not one of saveBreakers. `now` in milliseconds since the Unix epoch.
 */
export function loadBreakers(text: string, now: number): BreakerState {
  const { savedAt, accounts } = savedState.parse(JSON.parse(text));
  const owners = new Map(Object.entries(accounts).map(([owner, saved]) => [owner, saved.map(restored)]));
  const state = keepTime({ seenAt: savedAt, lastTicket: 0, owners }, now);
  const living = [...state.owners].map(
    ([owner, breakers]) =>
      [owner, breakers.filter((one) => isAlive(one, now)).map((one) => relaxed(one, now))] as const,
  );
  return { ...state, owners: new Map(living.filter(([, breakers]) => breakers.length > 0)) };
}

function lasting({ openedBy: _openedBy, strike: _strike, probe: _probe, windows, ...rest }: Breaker) {
  return { ...rest, ...(windows ? { windows: [...windows] } : {}) };
}

function restored({ windows, said: { type, ...said }, ...rest }: z.output<typeof savedBreaker>): Breaker {
  return {
    ...rest,
    openedBy: 0,
    ...(windows ? { windows } : {}),
    said: { ...said, ...(type === undefined ? {} : { type }) },
  };
}

/** What has ended is forgotten, its step on the ladder too. */
function isAlive({ since, until }: Breaker, now: number): boolean {
  return until > now && now - since <= longestHintMs;
}

function relaxed(breaker: Breaker, now: number): Breaker {
  return now - breaker.since > trustedMs ? { ...breaker, probeAt: Math.min(breaker.probeAt, now) } : breaker;
}
