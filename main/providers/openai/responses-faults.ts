import type { Json } from '../../protocols/exact-json.ts';
import { jsonIn } from '../../protocols/json-text.ts';
import { failureIn, type SaidFailure } from '../../protocols/openai-responses/failures.ts';
import type { Fault, UpstreamFailure } from '../contract.ts';
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

/** A failure's own words, with the status that they amount to. */
export interface Said extends Omit<SaidFailure, 'code'> {
  /** Absent where the upstream named none. */
  code: string | undefined;
  isWebPage: boolean;
}

export interface FaultRules {
  /** For people: "ChatGPT". */
  label: string;
  /** What is special to one upstream; asked before everything else. */
  special?(said: Said, failure: HttpFailure, now: number): Meaning | undefined;
}

const overloads = new Set([
  'server_is_overloaded',
  'slow_down',
  'service_unavailable_error',
  'overloaded_error',
  'engine_overloaded',
]);
const noMoney = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active']);
const signInEnded = new Set([
  'token_invalidated',
  'token_expired',
  'token_revoked',
  'invalid_api_key',
  'account_deactivated',
]);
const aboutRequest = new Set([
  'context_length_exceeded',
  'context_too_large',
  'cyber_policy',
  'invalid_encrypted_content',
  'invalid_prompt',
  'invalid_request_error',
  'invalid_value',
  'message_too_big',
  'previous_response_not_found',
  'string_above_max_length',
  'unsupported_parameter',
  'unsupported_value',
]);

/** Says what a failed call of the Responses API means. `now` in milliseconds since the Unix epoch. */
export function classifyResponses(failure: UpstreamFailure, now: number, rules: FaultRules): Fault {
  if ('networkError' in failure) return networkFault(failure.networkError.code, rules.label);
  const said = wordsOf(failure, rules.label);
  const [scope, kind, wait] = rules.special?.(said, failure, now) ?? meaningOf(said, failure, now);
  const retryAfterMs = believable(wait);
  return {
    scope,
    kind,
    status: shownStatus(said, kind),
    message: said.message,
    ...(said.code === undefined ? {} : { type: said.code }),
    ...(said.param === undefined ? {} : { param: said.param }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function meaningOf(said: Said, { headers }: HttpFailure, now: number): Meaning {
  const { status, code = '', type = '', message } = said;
  const hint = retryHint(headers, now) ?? waitInText(message);
  const is = (names: ReadonlySet<string>) => names.has(code) || names.has(type);
  if (is(signInEnded) || status === 401) return ['credential', 'auth'];
  if (is(noMoney) || status === 402) return ['credential', 'quota', hint ?? refusalMs];
  if (code === 'websocket_connection_limit_reached') return ['request', 'network'];
  if (is(overloads) || /\bcapacity\b|overloaded/i.test(message)) return ['model', 'overload', hint];
  if (isModelMissing(said)) return ['model', 'unsupported'];
  if (status === 429 || /^rate_limit/.test(code)) return ['model', 'quota', hint];
  if (is(aboutRequest)) return ['request', 'invalid'];
  if (status === 403) return refusalOf(said, headers);
  return status === 408 || status >= 500 ? ['model', 'overload', hint] : ['request', 'invalid'];
}

function isModelMissing({ code, message }: Said): boolean {
  if (code === 'model_not_found' || code === 'model_not_supported') return true;
  return /\bmodel\b.{0,120}\b(not supported|does not exist|not available|no access)\b/i.test(message);
}

/** 403: a firewall's page, a country, or a model that the account may not use. */
function refusalOf({ isWebPage, code, message }: Said, headers: HttpFailure['headers']): Meaning {
  if (headers['cf-mitigated'] !== undefined || isWebPage) return ['credential', 'overload', 10_000];
  if (code === 'unsupported_country_region_territory' || /\b(country|region|territory)\b/i.test(message)) {
    return ['credential', 'unsupported', refusalMs];
  }
  return ['model', 'unsupported', refusalMs];
}

function wordsOf({ status, body }: HttpFailure, label: string): Said {
  const isWebPage = isPage(body);
  const value = jsonIn(body);
  const said = failureIn(value);
  const shown = status >= 400 ? status : (said?.status ?? 502);
  if (!said)
    return { status: shown, code: undefined, message: detailIn(value) ?? unnamed(label, status), isWebPage, error: {} };
  const isNamed = typeof said.error.code === 'string' || said.type !== undefined;
  const message = withoutKeys(said.message.slice(0, 2000));
  return { ...said, status: shown, code: isNamed ? said.code : undefined, message, isWebPage };
}

function unnamed(label: string, status: number): string {
  return `${label} answered with status ${status}`;
}

/** Errors of the service in front of the model: `{"detail": "…"}`, `{"detail": {"message": "…"}}`. */
function detailIn(value: Json | undefined): string | undefined {
  if (typeof value !== 'object' || value === null || !('detail' in value)) return undefined;
  const { detail } = value;
  if (typeof detail === 'string') return withoutKeys(detail.slice(0, 2000));
  const message = typeof detail === 'object' && detail !== null && 'message' in detail ? detail.message : undefined;
  return typeof message === 'string' ? withoutKeys(message.slice(0, 2000)) : undefined;
}

function withoutKeys(text: string): string {
  return text.replace(/\b(sk|xai)-[\w*-]{6,}/g, '$1-…');
}
