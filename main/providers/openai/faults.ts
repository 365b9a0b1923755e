import { isJsonObject, type Json } from '../../protocols/exact-json.ts';
import { jsonIn } from '../../protocols/json-text.ts';
import { errorIn } from '../../protocols/openai-chat/answer-words.ts';
import type { Fault, FaultKind, UpstreamFailure, UpstreamHeaders } from '../contract.ts';
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
import { waitInText } from '../text-hint.ts';

/** A failure's own words. */
export interface Said {
  status: number;
  message: string;
  /** Type and code, as far as there are any. */
  type: string;
  code: string;
  param?: string;
  isWebPage: boolean;
}

const hourMs = 3_600_000;

/**
 * Makes the classification of failures of an upstream that words them as OpenAI does. `own` knows what only this
 * provider means; undefined leaves the rest to the common rules. `label` names the provider where it said nothing.
 */
export function createClassifier(
  label: string,
  own: (said: Said, failure: HttpFailure, now: number) => Meaning | undefined = () => undefined,
): (failure: UpstreamFailure, now: number) => Fault {
  return (failure, now) => {
    if ('networkError' in failure) return networkFault(failure.networkError.code, label);
    const said = wordsOf(label, failure);
    const [scope, kind, retryAfterMs] = own(said, failure, now) ?? meaningOf(said, failure.headers, now);
    const type = said.code || said.type;
    return {
      scope,
      kind,
      status: statusShown(said, kind),
      message: said.message,
      ...(type === '' ? {} : { type }),
      ...(said.param === undefined ? {} : { param: said.param }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  };
}

/** What failures mean at every server of this kind. */
function meaningOf(said: Said, headers: UpstreamHeaders, now: number): Meaning {
  const { status } = said;
  if (status === 429) return limitOf(said, headers, now);
  if (status === 401) return ['credential', 'auth'];
  if (status === 402 || isOutOfCredit(said)) return ['credential', 'quota', refusalMs];
  if (status === 403) return refusalOf(said, headers);
  if (status === 408 || status >= 500) return ['model', 'overload', waitOf(said, headers, now, hourMs)];
  if (isUnknownModel(said)) return ['model', 'unsupported'];
  return ['request', 'invalid'];
}

/** A used-up account, an overloaded model, or too many requests at a time. */
function limitOf(said: Said, headers: UpstreamHeaders, now: number): Meaning {
  const wait = waitOf(said, headers, now, longestWaitMs);
  if (isOutOfCredit(said)) return ['credential', 'quota', wait ?? refusalMs];
  if (/overload/i.test(`${said.type} ${said.code}`)) return ['model', 'overload', wait];
  return ['model', 'quota', wait];
}

function isOutOfCredit({ type, code, message }: Said): boolean {
  return (
    /insufficient_quota|exceeded_current_quota|billing|insufficient_balance/i.test(`${type} ${code}`) ||
    /exceeded your current quota|insufficient balance|credit balance|out of credits/i.test(message)
  );
}

function refusalOf({ isWebPage, message }: Said, headers: UpstreamHeaders): Meaning {
  if (headers['cf-mitigated'] !== undefined || isWebPage) return ['credential', 'overload'];
  if (/\bmodel\b/i.test(message)) return ['model', 'unsupported', refusalMs];
  return ['credential', 'unsupported', refusalMs];
}

function isUnknownModel({ status, code, message }: Said): boolean {
  if (/model_not_found|model_not_supported|unknown_model/i.test(code)) return true;
  return (
    (status === 404 || status === 400) &&
    /\bmodel\b.{0,100}\b(does not exist|not found|not supported|not exist|is not available)\b/i.test(message)
  );
}

/** The wait that the answer asks for, at most `cap`; undefined where it asks for none that can be believed. */
export function waitOf({ message }: Said, headers: UpstreamHeaders, now: number, cap: number): number | undefined {
  return believable(retryHint(headers, now) ?? waitInText(message), cap);
}

function wordsOf(label: string, { status, body }: HttpFailure): Said {
  const isWebPage = isPage(body);
  const error = isWebPage ? {} : errorObject(body);
  const spoken = [error.message, error.detail, error.msg].find((one) => typeof one === 'string');
  const param = typeof error.param === 'string' ? error.param : undefined;
  return {
    status: status >= 400 ? status : statusOfEvent(body),
    message: withoutKeys((spoken ?? `${label} answered with status ${status}`).slice(0, 2000)),
    type: typeof error.type === 'string' ? error.type : '',
    code: typeof error.code === 'string' ? error.code : '',
    isWebPage,
    ...(param === undefined ? {} : { param }),
  };
}

type ErrorObject = { readonly [name: string]: Json };

/** The error as OpenAI nests it, alone in a list, in words, or with its members at the top. */
function errorObject(body: string): ErrorObject {
  const json = jsonIn(body);
  const whole = Array.isArray(json) ? json[0] : json;
  if (!isJsonObject(whole)) return {};
  const { error } = whole;
  if (typeof error === 'string') return { ...whole, message: error };
  return isJsonObject(error) ? error : whole;
}

/** The status that an error within a stream stands for, which itself began with 200. */
function statusOfEvent(body: string): number {
  const json = jsonIn(body);
  return (isJsonObject(json) && (errorIn(json) ?? errorIn({ error: json }))?.status) || 502;
}

/** Providers quote the key that they refuse, more or less of it. */
function withoutKeys(text: string): string {
  return text.replace(/\bsk-[\w*.-]+/g, 'sk-…');
}

/** Limits are told as such, however the provider words them. */
function statusShown(said: Said, kind: FaultKind): number {
  const isLimit = kind === 'quota' && said.status < 500 && said.status !== 402;
  return isLimit ? 429 : shownStatus(said, kind);
}
