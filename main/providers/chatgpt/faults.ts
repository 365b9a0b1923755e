import type { Fault, UpstreamFailure } from '../contract.ts';
import { type HttpFailure, type Meaning, refusalMs } from '../failure.ts';
import { classifyResponses, type Said } from '../openai/responses-faults.ts';
import { retryHint } from '../retry-hint.ts';
import { isOtherLimit, untilReset } from './quota.ts';

/** Says what a failed call of the Codex backend means. `now` in milliseconds since the Unix epoch. */
export function classify(failure: UpstreamFailure, now: number): Fault {
  return classifyResponses(failure, now, { label: 'ChatGPT', special });
}

function special(said: Said, { headers }: HttpFailure, now: number): Meaning | undefined {
  const { code, type, error } = said;
  // The plan's limits count all models together; only a limit of another name is that of one model.
  if (code === 'usage_limit_reached' || type === 'usage_limit_reached') {
    const wait = toldReset(error, now) ?? untilReset(headers, now) ?? retryHint(headers, now);
    return [isOtherLimit(headers) ? 'family' : 'credential', 'quota', wait];
  }
  if (code === 'usage_not_included' || type === 'usage_not_included') return ['credential', 'unsupported', refusalMs];
  return undefined;
}

/** `resets_at` in seconds since the Unix epoch, or `resets_in_seconds`. */
function toldReset({ resets_at: at, resets_in_seconds: seconds }: Said['error'], now: number): number | undefined {
  if (typeof at === 'number' && at > 0) return at * 1000 - now;
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : undefined;
}
