import { isJsonObject, type Json, type JsonObject } from '../../protocols/exact-json.ts';
import { brokenCall, isBrokenCall } from '../../protocols/gemini/broken-call.ts';
import { durationMs, failureIn } from '../../protocols/gemini/failures.ts';
import { refusalIn } from '../../protocols/gemini/retired.ts';
import { jsonIn } from '../../protocols/json-text.ts';
import { listOf, objectOf, objectsOf } from '../../protocols/json-values.ts';
import type { RenderableError } from '../../protocols/wire-format.ts';
import type { Fault, FaultKind, UpstreamFailure, UpstreamHeaders } from '../contract.ts';
import {
  believable,
  type HttpFailure,
  isPage,
  type Meaning,
  networkFault,
  refusalMs,
  shownStatus,
} from '../failure.ts';
import { retryHint } from '../retry-hint.ts';
import { waitInText } from '../text-hint.ts';
import { googleErrorIn } from './error-body.ts';

/** A failure as Google words it. */
interface Said {
  status: number;
  /** `RESOURCE_EXHAUSTED`; empty when it is not told. */
  name: string;
  message: string;
  reasons: readonly string[];
  /** Ids of the limits that were exceeded: `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. */
  quotaIds: string;
  /** Where the owner can put it right. */
  link: string | undefined;
  waitMs: number | undefined;
  isWebPage: boolean;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Limits of a minute where the answer names no wait. */
const burstMs = 10_000;

/** Makes the classification of failures of one of Google's services; `label` names it where it said nothing. */
export function createGoogleClassifier(label: string): (failure: UpstreamFailure, now: number) => Fault {
  return (failure, now) => {
    if ('networkError' in failure) return networkFault(failure.networkError.code, label);
    const said = wordsOf(label, failure, now);
    const [scope, kind, retryAfterMs] = meaningOf(said, failure.headers);
    const type = said.reasons[0] ?? said.name;
    return {
      scope,
      kind,
      status: statusShown(said, kind),
      message: said.link ? `${said.message} See ${said.link}` : said.message,
      ...(type === '' ? {} : { type }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  };
}

/** Reasons (AIP-193, ErrorInfo) that concern the whole account until its owner has done something. */
const ownersMatter =
  /^(VALIDATION_REQUIRED|SERVICE_DISABLED|CONSUMER_SUSPENDED|CONSUMER_INVALID|BILLING_DISABLED|API_KEY_SERVICE_BLOCKED|API_KEY_HTTP_REFERRER_BLOCKED|API_KEY_IP_ADDRESS_BLOCKED|SUBSCRIPTION_REQUIRED|TOS_VIOLATION|IAM_PERMISSION_DENIED|SECURITY_POLICY_VIOLATED)$/;
const notServed = /UNSUPPORTED_CLIENT|IneligibleTier|unsupported_client/i;

function meaningOf(said: Said, headers: UpstreamHeaders): Meaning {
  const { status, reasons, message, name } = said;
  const whole = `${reasons.join(' ')} ${message}`;
  if (name === brokenCall) return ['request', 'overload'];
  if (status === 429) return limitOf(said);
  if (status === 401 || isBadKey(whole)) return ['credential', 'auth'];
  if (notServed.test(whole)) return ['credential', 'unsupported', refusalMs];
  if (reasons.some((reason) => ownersMatter.test(reason))) return ['credential', 'unsupported', refusalMs];
  if (status === 402 || /\bbilling\b/i.test(message)) return ['credential', 'quota', refusalMs];
  if (name === 'FAILED_PRECONDITION' && /location|region|country/i.test(message))
    return ['credential', 'unsupported', refusalMs];
  if (status === 403) return refusalOf(said, headers);
  if (status === 404) return ['model', 'unsupported'];
  if (status === 408 || status === 499 || status >= 500) return ['model', 'overload', believable(said.waitMs, hourMs)];
  return ['request', 'invalid'];
}

function isBadKey(text: string): boolean {
  return /API_KEY_INVALID|API key (not valid|expired)|ACCESS_TOKEN_(EXPIRED|TYPE_UNSUPPORTED|SCOPE_INSUFFICIENT)/i.test(
    text,
  );
}

/**
 * 429: a used-up quota of a line of models, too many requests at a time, or a server without room. "Resource exhausted"
 * alone proves nothing of the quota.
 */
function limitOf({ reasons, quotaIds, message, waitMs }: Said): Meaning {
  const wait = believable(waitMs);
  // Only what is paid for is used up.
  if (reasons.includes('INSUFFICIENT_G1_CREDITS_BALANCE')) return ['request', 'quota'];
  if (reasons.includes('MODEL_CAPACITY_EXHAUSTED') || /no capacity available/i.test(message))
    return ['model', 'overload', wait];
  if (reasons.includes('QUOTA_EXHAUSTED') || /PerDay|Daily/i.test(quotaIds)) return ['family', 'quota', wait];
  if (/PerMinute/i.test(quotaIds)) return ['model', 'quota', wait ?? minuteMs];
  if (reasons.includes('RATE_LIMIT_EXCEEDED')) return ['model', 'quota', wait ?? burstMs];
  return ['model', 'quota', wait];
}

function refusalOf({ isWebPage, message }: Said, headers: UpstreamHeaders): Meaning {
  if (isWebPage || headers['cf-mitigated'] !== undefined) return ['credential', 'overload'];
  if (/\bmodel\b/i.test(message)) return ['model', 'unsupported', refusalMs];
  if (/\b(account|project|permission|terms|licen[cs]e|subscription)\b/i.test(message))
    return ['credential', 'unsupported', refusalMs];
  return ['request', 'invalid'];
}

/** 499 is how clients that went away are counted. */
function statusShown(said: Said, kind: FaultKind): number {
  const status = shownStatus(said, kind);
  return status === 499 ? 503 : status;
}

function wordsOf(label: string, { status, headers, body }: HttpFailure, now: number): Said {
  const isWebPage = isPage(body);
  const json = isWebPage ? undefined : jsonIn(body);
  const failure = failureIn(json) ?? (isJsonObject(json) ? (refusalIn(json) ?? brokenIn(json)) : undefined);
  const error = errorObject(json);
  const details = objectsOf(error.details);
  const { reasons, link } = googleErrorIn(Array.isArray(json) ? JSON.stringify(json[0]) : body);
  const message = withoutKeys((failure?.message ?? `${label} answered with status ${status}`).slice(0, 2_000));
  return {
    status: status >= 400 ? status : (failure?.status ?? 502),
    name: typeof error.status === 'string' ? error.status : failure?.code === brokenCall ? brokenCall : '',
    message,
    reasons: failure?.code === 'unsupported_client' ? ['UNSUPPORTED_CLIENT'] : reasons,
    quotaIds: details
      .flatMap(({ violations }) => listOf(violations))
      .map(quotaIdOf)
      .join(' '),
    link: link && /VALIDATION_REQUIRED|SERVICE_DISABLED/.test(reasons.join(' ')) ? link : undefined,
    waitMs: retryHint(headers, now) ?? waitIn(details, now) ?? waitInText(message),
    isWebPage,
  };
}

function brokenIn(json: JsonObject): RenderableError | undefined {
  if (!isBrokenCall(json)) return undefined;
  return { status: 502, code: brokenCall, message: 'The model garbled the call of a tool.' };
}

/** RetryInfo, or the names that Code Assist has for it. */
function waitIn(details: readonly JsonObject[], now: number): number | undefined {
  for (const detail of details) {
    const metadata = objectOf(detail.metadata);
    const told = durationMs(detail.retryDelay) ?? durationMs(metadata.quotaResetDelay);
    if (told !== undefined) return told;
    const at = typeof metadata.quotaResetTimeStamp === 'string' ? Date.parse(metadata.quotaResetTimeStamp) : Number.NaN;
    if (!Number.isNaN(at)) return at - now;
  }
  return undefined;
}

function quotaIdOf(violation: Json): string {
  if (!isJsonObject(violation)) return '';
  return [violation.quotaId, violation.subject, violation.quotaMetric]
    .filter((one) => typeof one === 'string')
    .join(' ');
}

function errorObject(json: Json | undefined): JsonObject {
  const whole = Array.isArray(json) ? json[0] : json;
  return objectOf(objectOf(whole).error);
}

/** Google quotes the key or token that it refuses. */
function withoutKeys(text: string): string {
  return text.replace(/\b(AIza|ya29\.)[\w.-]+/g, '$1…');
}
