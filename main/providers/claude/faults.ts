import type { Fault, FaultKind, FaultScope, UpstreamFailure, UpstreamHeaders } from '../contract.ts';
import { retryHint } from '../retry-hint.ts';
import { readQuota, unifiedLimit } from './quota.ts';

type HttpFailure = Extract<UpstreamFailure, { status: number }>;

/** A failure's own words. */
interface Said {
  type?: string;
  message: string;
  isWebPage: boolean;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Refusals that no retry mends soon. */
const refusalMs = 30 * minuteMs;
/** A wait beyond this is a mistake of the upstream's clock or ours. */
const longestWaitMs = 8 * dayMs;

/** Says what a failed call to Claude means. `now` in milliseconds since the Unix epoch. */
export function classify(failure: UpstreamFailure, now: number): Fault {
  if ('networkError' in failure) return networkFault(failure.networkError.code);
  const said = wordsOf(failure);
  const status = statusOf(failure.status, said.type);
  const [scope, kind, retryAfterMs] = meaningOf({ ...failure, status }, said, now);
  return {
    scope,
    kind,
    status: shownStatus(status, kind, said),
    message: said.message,
    ...(said.type === undefined ? {} : { type: said.type }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

type Meaning = readonly [scope: FaultScope, kind: FaultKind, retryAfterMs?: number | undefined];

function meaningOf(failure: HttpFailure, said: Said, now: number): Meaning {
  const { status, headers } = failure;
  if (status === 429) return limitOf(headers, said, now);
  if (status === 401) return ['credential', 'auth'];
  if (status === 402 || /credit balance is too low/i.test(said.message)) return ['credential', 'quota', refusalMs];
  if (status === 403) return refusalOf(headers, said);
  if (status === 408 || status >= 500) return ['model', 'overload', within(retryHint(headers, now), hourMs)];
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
    return ['model', 'quota', within(hint, longestWaitMs)];
  }
  const ofFamily = rejected.length > 0 && rejected.every(({ family }) => family !== undefined);
  const resets = [...rejected.map(({ resetsAt }) => resetsAt), unified.isRejected ? unified.resetsAt : undefined];
  const waits = [hint, ...resets.map((reset) => reset && reset - now)].filter((wait) => wait !== undefined);
  const lengths = rejected.map(
    ({ lengthMs = longestWaitMs }) => lengthMs + (lengthMs < dayMs ? 10 * minuteMs : hourMs),
  );
  const wait = within(Math.max(...waits, 0), Math.max(...lengths, 0) || longestWaitMs);
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

const timeoutCodes = /timeout|ETIMEDOUT/i;

/** The network's fault is no account's fault. The system's text may name a proxy with its password: only the code is told. */
function networkFault(code: string): Fault {
  const isTimeout = timeoutCodes.test(code);
  const message = isTimeout ? `Claude did not answer in time (${code})` : `Claude could not be reached (${code})`;
  return { scope: 'request', kind: 'network', status: isTimeout ? 504 : 502, message };
}

/** Statuses of the error types, for `error` events within a stream that began with 200. */
const statusByType: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

function statusOf(status: number, type: string | undefined): number {
  return status >= 400 ? status : (statusByType[type ?? ''] ?? 502);
}

/** A sign-in that ended is a 401 whatever Claude calls it; a firewall's page is no answer to the client's question. */
function shownStatus(status: number, kind: FaultKind, said: Said): number {
  if (kind === 'auth') return 401;
  if (status === 403 && said.isWebPage) return 503;
  return status > 599 ? 502 : status;
}

function wordsOf({ status, body }: HttpFailure): Said {
  const isWebPage = /^\s*<(!doctype|html)/i.test(body.slice(0, 200));
  const error = errorIn(body);
  const message = error?.message
    ? withoutTokens(error.message.slice(0, 2000))
    : `Claude answered with status ${status}`;
  return { message, isWebPage, ...(error?.type === undefined ? {} : { type: error.type }) };
}

function errorIn(body: string): { type?: string; message?: string } | undefined {
  try {
    const error = (JSON.parse(body) as { error?: { type?: unknown; message?: unknown } } | null)?.error;
    const { type, message } = error ?? {};
    return { ...(typeof type === 'string' ? { type } : {}), ...(typeof message === 'string' ? { message } : {}) };
  } catch {
    return undefined;
  }
}

function withoutTokens(text: string): string {
  return text.replace(/sk-ant-[\w-]+/g, 'sk-ant-…');
}

/** A wait that can be believed, at most `cap`; undefined when there is none. */
function within(waitMs: number | undefined, cap: number): number | undefined {
  if (waitMs === undefined || waitMs <= 0 || waitMs > longestWaitMs) return undefined;
  return Math.min(waitMs, cap);
}
