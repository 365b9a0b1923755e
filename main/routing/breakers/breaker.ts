/** Why a part of an account is not asked. Each has its own waits, see waits.ts. */
export const causes = [
  'usage-limit',
  'burst',
  'free-usage',
  'billing',
  'refused',
  'firewall',
  'model-refused',
  'not-in-plan',
  'unknown-model',
  'overloaded',
  'failing',
] as const;
export type Cause = (typeof causes)[number];

/** What a breaker keeps requests from. `provider-model` is a model at a provider, whoever's account asks. */
export const breakerScopes = ['credential', 'family', 'model', 'provider-model'] as const;
export type BreakerScope = (typeof breakerScopes)[number];

/** What an upstream said when it refused. Holds no secret. */
export interface Said {
  status: number;
  type?: string;
  message: string;
}

/** One breaker that has tripped. Times in milliseconds since the Unix epoch. */
export interface Breaker {
  scope: BreakerScope;
  /** The model or family; empty for a whole credential. */
  subject: string;
  provider: string;
  cause: Cause;
  /** Steps of the ladder taken before this one. */
  level: number;
  since: number;
  /** When the upstream is expected to serve again. */
  until: number;
  /** From here on one request may try; at or before `until`, later only after a try that proved nothing. */
  probeAt: number;
  /** The last ticket given out before it opened: failures of that one and earlier ones tell nothing new. */
  openedBy: number;
  /** A first failure of a kind that needs two: remembered, but not open. */
  strike?: true;
  /** Ids of the quota windows that were used up. */
  windows?: readonly string[];
  said: Said;
  /** The one request that tries now. */
  probe?: { ticket: number; at: number };
}

/** All breakers that have tripped; an account without an entry is in full working order. Never changed in place. */
export interface BreakerState {
  /** The latest time seen, to notice a clock that was set back. */
  seenAt: number;
  lastTicket: number;
  /** By account id, or `providerOwner`. */
  owners: ReadonlyMap<string, readonly Breaker[]>;
}

/** What a request asks for: one model of one account. `model` is the upstream's id. */
export interface Target {
  accountId: string;
  provider: string;
  model: string;
  family: string;
}

export const noBreakers: BreakerState = { seenAt: 0, lastTicket: 0, owners: new Map() };

/** A probe that never reported is forgotten after this long, so that its place is never lost. */
export const probeLeaseMs = 10 * 60_000;

/** Where breakers live that belong to a provider and not to one of its accounts, whose ids are longer. */
export function providerOwner(provider: string): string {
  return provider;
}

/** Whether a breaker stands between a request and its target. */
export function concerns(breaker: Breaker, target: Target): boolean {
  if (breaker.scope === 'credential') return true;
  return breaker.subject === (breaker.scope === 'family' ? target.family : target.model);
}

/** The state with one owner's breakers replaced. */
export function withOwner(state: BreakerState, owner: string, breakers: readonly Breaker[]): BreakerState {
  const owners = new Map(state.owners);
  if (breakers.length === 0) owners.delete(owner);
  else owners.set(owner, breakers);
  return { ...state, owners };
}

/**
 * Notes the time. When the clock was set back, all stamps move along, so that what has been waited stays waited and
 * nothing is blocked for longer than it was to be.
 */
export function keepTime(state: BreakerState, now: number): BreakerState {
  if (now >= state.seenAt) return now === state.seenAt ? state : { ...state, seenAt: now };
  const owners = [...state.owners].map(
    ([owner, breakers]) => [owner, breakers.map((breaker) => shifted(breaker, now - state.seenAt))] as const,
  );
  return { ...state, seenAt: now, owners: new Map(owners) };
}

function shifted(breaker: Breaker, byMs: number): Breaker {
  const { since, until, probeAt, probe } = breaker;
  return {
    ...breaker,
    since: since + byMs,
    until: until + byMs,
    probeAt: probeAt + byMs,
    ...(probe ? { probe: { ...probe, at: probe.at + byMs } } : {}),
  };
}
