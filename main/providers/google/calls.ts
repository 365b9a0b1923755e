import type { Account, Secret } from '../../accounts/account.ts';
import type { JsonObject } from '../../protocols/exact-json.ts';
import { wrapRequest } from '../../protocols/gemini/envelope.ts';
import type { BaseUrl } from '../base-url.ts';
import type { ModelInfo, ProviderRequest, UpstreamCall } from '../contract.ts';
import { ownHeaders } from '../own-headers.ts';
import { type BodyRules, prepareBody } from './body.ts';

/** What calls are made with besides what they are given. */
export interface CallParts {
  /** How the product names itself. */
  userAgent: string;
  baseUrl(text: string): BaseUrl;
}

interface GoogleCall {
  request: ProviderRequest;
  account: Account;
  info: ModelInfo;
  rules: BodyRules;
  userAgent: string;
}

/** A call of a public API, where the path names the model. `models` is the path up to the model's name. */
export function publicCall(
  call: GoogleCall,
  { origin, path }: BaseUrl,
  models: string,
  credential: Readonly<Record<string, string>>,
): UpstreamCall {
  const { request } = call;
  const { body, dropped, changed } = prepareBody(request, call.info, call.rules);
  const action = actionOf(request, request.stream);
  const query = queryOf(request);
  const name = encodeURIComponent(request.model);
  return {
    origin,
    path: `${path}${models}/${name}:${action}${query === '' ? '' : `?${query}`}`,
    method: 'POST',
    headers: { ...headersOf(call, request.stream), ...credential, ...ownHeaders(call.account) },
    body,
    dropped,
    changed,
  };
}

/** A call of Code Assist, where the envelope names the model. `stream`: whether the upstream is asked for a stream. */
export function envelopedCall(
  call: GoogleCall,
  { origin, path }: BaseUrl,
  { accessToken = '' }: Secret,
  head: JsonObject,
  stream = call.request.stream,
): UpstreamCall {
  const { request } = call;
  const { body, dropped, changed } = prepareBody(request, call.info, call.rules);
  const action = actionOf(request, stream);
  const isCount = request.operation === 'count-tokens';
  return {
    origin,
    path: `${path}/v1internal:${action}${stream && !isCount ? '?alt=sse' : ''}`,
    method: 'POST',
    headers: { ...headersOf(call, stream), authorization: `Bearer ${accessToken}`, ...ownHeaders(call.account) },
    body: wrapRequest(isCount ? {} : head, isCount ? named(request.model, body) : body),
    answer: { envelope: true, ...(stream === request.stream ? {} : { stream }) },
    dropped,
    changed,
  };
}

/** Counting has its model within the request. */
function named(model: string, [first, ...rest]: readonly Buffer[]): Buffer[] {
  if (first === undefined) return [];
  const open = first.indexOf('{');
  const isEmpty = rest.length === 0 && /^\s*\}/.test(first.toString('utf8', open + 1));
  const member = `{"model":${JSON.stringify(`models/${model}`)}${isEmpty ? '' : ','}`;
  return [Buffer.from(member), first.subarray(open + 1), ...rest];
}

function actionOf({ operation }: ProviderRequest, stream: boolean): string {
  if (operation === 'count-tokens') return 'countTokens';
  return stream ? 'streamGenerateContent' : 'generateContent';
}

/** A client of this format has said how it reads a stream; for others it is read as events here. */
function queryOf({ query, stream, translatedFrom, operation }: ProviderRequest): string {
  if (translatedFrom === undefined) return query;
  return stream && operation === 'generate' ? 'alt=sse' : '';
}

/** Of the client's headers none goes on. The answer is asked for unencoded, because usage is read from it as it passes. */
function headersOf({ userAgent }: GoogleCall, stream: boolean): Record<string, string> {
  return {
    accept: stream ? 'text/event-stream, application/json' : 'application/json',
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'user-agent': userAgent,
  };
}
