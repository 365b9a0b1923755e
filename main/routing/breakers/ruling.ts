import type { Fault, QuotaWindow } from '../../providers/contract.ts';
import type { BreakerScope, Cause, Target } from './breaker.ts';
import { believable, clampOf, longestBurstMs, usedUp } from './waits.ts';

/** What a fault does to an account. */
export interface Ruling {
  cause: Cause;
  scope: Exclude<BreakerScope, 'provider-model'>;
  hintMs: number | undefined;
  clampMs: number;
  /** Ids of the windows that are used up. */
  windows: readonly string[];
}

/**
 * What a fault does to the account that it happened on; undefined when it does nothing: the client's own fault, the
 * network's, or a sign-in that ended, which no wait mends. `windows` is the last reading of the account's limits.
 */
export function rulingOf(
  fault: Fault,
  { family }: Pick<Target, 'family'>,
  windows: readonly QuotaWindow[],
  now: number,
): Ruling | undefined {
  const { scope } = fault;
  const cause = scope === 'request' ? undefined : causeOf(fault);
  if (scope === 'request' || cause === undefined) return undefined;
  const exhausted = cause === 'usage-limit' ? usedUp(windows).filter((one) => isOfScope(one, scope, family)) : [];
  return {
    cause,
    scope,
    hintMs: believable(fault.retryAfterMs) ?? resetOf(exhausted, now),
    clampMs: clampOf(exhausted),
    windows: exhausted.map(({ id }) => id),
  };
}

function causeOf(fault: Fault): Cause | undefined {
  switch (fault.kind) {
    case 'quota':
      return quotaCause(fault);
    case 'overload':
      if (fault.scope === 'credential') return 'firewall';
      return fault.status === 503 || fault.status === 529 ? 'overloaded' : 'failing';
    case 'unsupported':
      if (fault.scope === 'credential') return 'refused';
      if (fault.status === 404) return 'unknown-model';
      return fault.status === 403 ? 'model-refused' : 'not-in-plan';
    default:
      return undefined;
  }
}

/** xAI names its daily allowance in the error; the others use up windows, which have resets. */
const freeUsage = /free[-_ ]usage/i;

function quotaCause({ scope, status, type = '', message, retryAfterMs }: Fault): Cause {
  if (status === 402 || /billing/i.test(type)) return 'billing';
  if (freeUsage.test(type) || freeUsage.test(message)) return 'free-usage';
  if (scope !== 'model') return /credit balance/i.test(message) ? 'billing' : 'usage-limit';
  return (believable(retryAfterMs) ?? 0) > longestBurstMs ? 'usage-limit' : 'burst';
}

/** Whether a used-up window explains a fault of this scope: those of other families never do. */
function isOfScope(window: QuotaWindow, scope: Ruling['scope'], family: string): boolean {
  if (scope === 'model') return window.family === undefined || window.family === family;
  return window.family === (scope === 'family' ? family : undefined);
}

/** The latest reset of the windows that are used up, in milliseconds from now. */
function resetOf(exhausted: readonly QuotaWindow[], now: number): number | undefined {
  const resets = exhausted.flatMap(({ resetsAt }) => (resetsAt === undefined ? [] : [resetsAt - now]));
  return resets.length === 0 ? undefined : believable(Math.max(...resets));
}
