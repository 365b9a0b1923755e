import {
  type Breaker,
  type BreakerScope,
  type BreakerState,
  type Cause,
  concerns,
  probeLeaseMs,
  providerOwner,
  type Said,
  type Target,
} from './breaker.ts';
import { mayProbe } from './reducer.ts';

/** Why something is not asked, as the window shows it. Times in milliseconds since the Unix epoch. */
export interface Block {
  scope: BreakerScope;
  /** The model or family; empty for a whole credential. */
  subject: string;
  cause: Cause;
  /** For people: "usage limit reached". */
  reason: string;
  since: number;
  until: number;
  /** When one request may try; in the past when the next one may. */
  nextProbeAt: number;
  /** One request is trying now. */
  probing: boolean;
  said: Said;
}

/** Whether a request may be sent: freely, as the one that tries, or not. */
export type Standing = { kind: 'free' } | { kind: 'probe' | 'blocked'; breaker: Breaker };

const causeWords: Record<Cause, string> = {
  'usage-limit': 'usage limit reached',
  burst: 'too many requests',
  'free-usage': 'free usage used up',
  billing: 'billing problem',
  refused: 'access refused',
  firewall: "stopped by the provider's firewall",
  'model-refused': 'model not permitted',
  'not-in-plan': 'model not in its plan',
  'unknown-model': 'model not known upstream',
  overloaded: 'provider overloaded',
  failing: 'provider failing',
};

const free: Standing = { kind: 'free' };

/** How a target stands: by the breaker that holds it back the longest. */
export function standingOf(state: BreakerState, target: Target, now: number): Standing {
  if (state.owners.size === 0) return free;
  const own = state.owners.get(target.accountId);
  const shared = state.owners.get(providerOwner(target.provider));
  if (!own && !shared) return free;
  // The clock was set back and no event has noticed yet: no time has passed.
  const at = Math.max(now, state.seenAt);
  return worse(worst(own, target, at), worst(shared, target, at));
}

/** Why a target is not asked freely; undefined when it is. A block whose next probe is due may be tried by one request. */
export function blockOf(state: BreakerState, target: Target, now: number): Block | undefined {
  const standing = standingOf(state, target, now);
  return standing.kind === 'free' ? undefined : shown(standing.breaker, Math.max(now, state.seenAt));
}

/** Everything that holds requests of one account back, the widest first. */
export function blocksOfAccount(state: BreakerState, accountId: string, now: number): Block[] {
  const at = Math.max(now, state.seenAt);
  const breakers = (state.owners.get(accountId) ?? []).filter(({ strike }) => !strike);
  const order: Record<BreakerScope, number> = { credential: 0, family: 1, model: 2, 'provider-model': 3 };
  return breakers.map((breaker) => shown(breaker, at)).sort((a, b) => order[a.scope] - order[b.scope]);
}

/** When a held-back target can be asked, as far as is known, in milliseconds since the Unix epoch. */
export function askableAt(breaker: Breaker, now: number): number {
  return isProbing(breaker, now) ? Math.max(breaker.probeAt, now + 1000) : breaker.probeAt;
}

export function causeText(cause: Cause): string {
  return causeWords[cause];
}

function worst(breakers: readonly Breaker[] | undefined, target: Target, now: number): Standing {
  let found = free;
  for (const breaker of breakers ?? []) {
    if (breaker.strike || !concerns(breaker, target)) continue;
    found = worse(found, { kind: mayProbe(breaker, now) ? 'probe' : 'blocked', breaker });
  }
  return found;
}

const weight = { free: 0, probe: 1, blocked: 2 };

function worse(a: Standing, b: Standing): Standing {
  if (a.kind === 'free' || b.kind === 'free') return a.kind === 'free' ? b : a;
  if (a.kind !== b.kind) return weight[a.kind] > weight[b.kind] ? a : b;
  return b.breaker.probeAt > a.breaker.probeAt ? b : a;
}

function isProbing({ probe }: Breaker, now: number): boolean {
  return probe !== undefined && now - probe.at < probeLeaseMs;
}

function shown(breaker: Breaker, now: number): Block {
  const { scope, subject, cause, since, until, said } = breaker;
  const [nextProbeAt, probing] = [askableAt(breaker, now), isProbing(breaker, now)];
  return { scope, subject, cause, reason: causeText(cause), since, until, nextProbeAt, probing, said };
}
