import { statusOfErrorType } from '../../protocols/anthropic/answer-words.ts';
import { objectIn } from '../../protocols/json-text.ts';
import { objectOf } from '../../protocols/json-values.ts';
import type { Fault, UpstreamFailure, UpstreamHeaders } from '../contract.ts';
import {
  believable,
  type HttpFailure,
  isPage,
  longestWaitMs,
  type Meaning,
  networkFault,
  refusalMs,
  shownStatus,
} from '../failure.ts';
import { retryHint } from '../retry-hint.ts';
import { readQuota, unifiedLimit } from './quota.ts';

/** A failure's own words. */
interface Said {
  type?: string;
  message: string;
  isWebPage: boolean;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Says what a failed call to Claude means. `now` in milliseconds since the Unix epoch. */
export function classify(failure: UpstreamFailure, now: number): Fault {
  if ('networkError' in failure) return networkFault(failure.networkError.code, 'Claude');
  const said = wordsOf(failure);
  const status = statusOf(failure.status, said.type);
  const [scope, kind, retryAfterMs] = meaningOf({ ...failure, status }, said, now);
  return {
    scope,
    kind,
    status: shownStatus({ ...said, status }, kind),
    message: said.message,
    ...(said.type === undefined ? {} : { type: said.type }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function meaningOf(failure: HttpFailure, said: Said, now: number): Meaning {
  const { status, headers } = failure;
  if (status === 429) return limitOf(headers, said, now);
  if (status === 401) return ['credential', 'auth'];
  if (status === 402 || /credit balance is too low/i.test(said.message)) return ['credential', 'quota', refusalMs];
  if (status === 403) return refusalOf(headers, said);
  if (status === 408 || status >= 500) return ['model', 'overload', believable(retryHint(headers, now), hourMs)];
  if (status === 404 && said.type === 'not_found_error' && /\bmodel\b/i.test(said.message))
    return ['model', 'unsupported'];
  if (notInPlan.test(said.message)) return ['model', 'unsupported'];
  // Another account may be entitled to it; this one still serves the model without the beta.
  if (/long context beta is not yet available/i.test(said.message)) return ['request', 'unsupported'];
  return ['request', 'invalid'];
}

const notInPlan =
  /\bmodel\b.{0,80}\bnot (available|included|supported)\b.{0,40}\b(plan|subscription|account|organization)\b/i;

/** 429: a used-up window of the account or of a family of models, a request that needs paid credits, or a burst. */
function limitOf(headers: UpstreamHeaders, said: Said, now: number): Meaning {
  const rejected = readQuota(headers).filter(({ state }) => state === 'rejected');
  const unified = unifiedLimit(headers);
  const hint = retryHint(headers, now);
  if (rejected.length === 0 && !unified.isRejected) {
    if (/fast request rejected|usage credits/i.test(said.message)) return ['request', 'quota'];
    return ['model', 'quota', believable(hint)];
  }
  const ofFamily = rejected.length > 0 && rejected.every(({ family }) => family !== undefined);
  const resets = [...rejected.map(({ resetsAt }) => resetsAt), unified.isRejected ? unified.resetsAt : undefined];
  const waits = [hint, ...resets.map((reset) => reset && reset - now)].filter((wait) => wait !== undefined);
  const lengths = rejected.map(
    ({ lengthMs = longestWaitMs }) => lengthMs + (lengthMs < dayMs ? 10 * minuteMs : hourMs),
  );
  const wait = believable(Math.max(...waits, 0), Math.max(...lengths, 0) || longestWaitMs);
  return [ofFamily ? 'family' : 'credential', 'quota', wait];
}

/** 403: a firewall's page, a sign-in that ended, an account that may not, or a model that the account may not use. */
function refusalOf(headers: UpstreamHeaders, said: Said): Meaning {
  if (headers['cf-mitigated'] !== undefined || said.isWebPage) return ['credential', 'overload'];
  if (/token (has been revoked|has expired|does not meet scope)/i.test(said.message)) return ['credential', 'auth'];
  if (
    /\b(organization|account|country|region|terms|verif\w*)\b/i.test(said.message) &&
    !/\bmodel\b/i.test(said.message)
  ) {
    return ['credential', 'unsupported', refusalMs];
  }
  return said.type === 'permission_error' ? ['model', 'unsupported', refusalMs] : ['request', 'invalid'];
}

/** An `error` event comes within a stream that began with 200. */
function statusOf(status: number, type: string | undefined): number {
  if (status >= 400) return status;
  return type === 'api_error' ? 500 : statusOfErrorType(type);
}

function wordsOf({ status, body }: HttpFailure): Said {
  const isWebPage = isPage(body);
  const error = errorIn(body);
  const message = error.message ? withoutTokens(error.message.slice(0, 2000)) : `Claude answered with status ${status}`;
  return { message, isWebPage, ...(error.type === undefined ? {} : { type: error.type }) };
}

function errorIn(body: string): { type?: string; message?: string } {
  const { type, message } = objectOf(objectIn(body)?.error);
  return { ...(typeof type === 'string' ? { type } : {}), ...(typeof message === 'string' ? { message } : {}) };
}

function withoutTokens(text: string): string {
  return text.replace(/sk-ant-[\w-]+/g, 'sk-ant-…');
}
