import type { Fault } from '../../providers/contract.ts';
import type { AttemptOutcome } from './attempt.ts';
import type { PreparedCall } from './translation/prepared-call.ts';

/**
 * The same call at the upstream's other host, where the first had no room and nothing has reached the client; undefined
 * where there is none, or where another host would say the same.
 */
export function atOtherHost(
  prepared: PreparedCall,
  outcome: AttemptOutcome,
  fault: Fault | undefined,
): PreparedCall | undefined {
  const { otherOrigin: origin, ...call } = prepared.call;
  if (origin === undefined || outcome.kind !== 'failed' || !fault) return undefined;
  const hadNoRoom =
    fault.kind === 'overload' || fault.kind === 'network' || (fault.kind === 'quota' && fault.scope === 'model');
  return hadNoRoom ? { ...prepared, call: { ...call, origin } } : undefined;
}
