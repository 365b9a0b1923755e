import type { Fault, UpstreamFailure } from '../contract.ts';
import type { HttpFailure, Meaning } from '../failure.ts';
import { classifyResponses, type Said } from '../openai/responses-faults.ts';
import { retryHint } from '../retry-hint.ts';

const hourMs = 3_600_000;

/** Says what a failed call of xAI means. `now` in milliseconds since the Unix epoch. */
export function classify(failure: UpstreamFailure, now: number): Fault {
  return classifyResponses(failure, now, { label: 'Grok', special });
}

/** xAI words its errors without types of its own. */
function special({ status, code = '', message }: Said, { headers }: HttpFailure, now: number): Meaning | undefined {
  const text = `${code} ${message}`;
  if (status === 403 && /bad.credentials|invalid.credentials|token.*(expired|revoked)/i.test(text)) {
    return ['credential', 'auth'];
  }
  // It may last for a day; asking once an hour finds out.
  if (status === 429 && /free.usage.*exhausted|usage.*exhausted/i.test(text)) {
    return ['credential', 'quota', retryHint(headers, now) ?? hourMs];
  }
  if (/credits|spending limit/i.test(text) && (status === 429 || status === 403)) {
    return ['credential', 'quota', retryHint(headers, now) ?? hourMs];
  }
  return undefined;
}
