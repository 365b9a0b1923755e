import { isLoopbackName } from '../../net/peer.ts';
import { objectIn } from '../../protocols/json-text.ts';
import type { UpstreamHeaders } from '../contract.ts';

/** What an endpoint answered, when it was no refusal. */
export interface EndpointAnswer {
  status: number;
  headers: Headers;
  /** The body, if it is a JSON object; empty otherwise. */
  json: Record<string, unknown>;
}

export interface EndpointRequest {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** At most one of the two bodies. */
  json?: object;
  form?: Record<string, string>;
  signal?: AbortSignal;
}

/** An answer other than 2xx, with the endpoint's own words. May quote what was sent: see withoutSecrets. */
export class EndpointRefusal extends Error {
  readonly status: number;
  readonly headers: UpstreamHeaders;
  /** OAuth's `error`, or the type of an API's error object; empty when there is none. */
  readonly code: string;
  readonly description: string;
  /** The body, cut at 8 KiB. */
  readonly text: string;
  constructor(status: number, headers: Headers, text: string) {
    const { code, description } = wordsIn(text);
    super(
      `The sign-in service answered ${[status, code].filter(Boolean).join(' ')}${description && `: ${description}`}`,
    );
    this.name = 'EndpointRefusal';
    this.status = status;
    this.headers = Object.fromEntries(headers);
    this.code = code;
    this.description = description;
    this.text = text;
  }
}

/** No answer that could be read. Its cause is left out: it may name a proxy with its password. */
export class EndpointFailure extends Error {
  /** Whether the service was reached, and sent something unusable. */
  readonly reached: boolean;
  constructor(message: string, reached = false) {
    super(message);
    this.name = 'EndpointFailure';
    this.reached = reached;
  }
}

/** In bytes. */
const maxAnswerBytes = 1024 * 1024;
const maxErrorBytes = 8 * 1024;
/** For an exchange with its body; connecting is limited by the dispatcher that `fetch` is bound to. */
const limitMs = 30_000;

/**
 * Calls an endpoint of a sign-in service. Rejects with EndpointRefusal or EndpointFailure, and with the signal's reason
 * when it was aborted. Never follows a redirect: it would carry secrets to another host.
 */
export async function callEndpoint(
  fetch: typeof globalThis.fetch,
  url: string,
  request: EndpointRequest,
): Promise<EndpointAnswer> {
  const { method = 'POST', json, form, signal } = request;
  const limit = AbortSignal.timeout(limitMs);
  const response = await answered(fetch, mustBeSafe(url), signal, {
    method,
    headers: { accept: 'application/json', ...typeOf(request), ...request.headers },
    ...(json ? { body: JSON.stringify(json) } : {}),
    ...(form ? { body: new URLSearchParams(form).toString() } : {}),
    redirect: 'manual',
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  });
  return { status: response.status, headers: response.headers, json: objectIn(response.text) ?? {} };
}

/** The same for a library that brings its own request; the answer is whole, and 200 for every 2xx. */
export function endpointFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    const headers = new Headers(init.headers);
    // The library's own name; `fetch` puts ours in its place.
    headers.delete('user-agent');
    const limit = AbortSignal.timeout(limitMs);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    const body = init.body instanceof URLSearchParams ? init.body.toString() : init.body;
    const answer = await answered(fetch, mustBeSafe(url), init.signal ?? undefined, {
      ...init,
      ...(body === undefined ? {} : { body }),
      headers: Object.fromEntries(headers),
      signal,
    });
    return new Response(answer.text, { status: 200, headers: { 'content-type': 'application/json' } });
  };
}

/** Plain http is for this machine: fakes in tests, and a company's gateway on the same host. */
export function mustBeSafe(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const safe = parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && isLoopbackName(parsed.hostname));
  if (!safe) throw new EndpointFailure('The address of the sign-in service must begin with https://');
  return url;
}

async function answered(
  fetch: typeof globalThis.fetch,
  url: string,
  signal: AbortSignal | undefined,
  init: RequestInit,
): Promise<{ status: number; headers: Headers; text: string }> {
  try {
    const response = await fetch(url, init);
    const text = await bodyOf(response);
    if (!response.ok) throw new EndpointRefusal(response.status, response.headers, text);
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (error instanceof EndpointRefusal) throw error;
    if (signal?.aborted) throw signal.reason;
    throw new EndpointFailure(failureWords(error), error instanceof RangeError);
  }
}

function failureWords(error: unknown): string {
  if (error instanceof RangeError) return 'The sign-in service sent more than can be an answer';
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  return timedOut ? 'The sign-in service did not answer in time' : 'The sign-in service could not be reached';
}

/** Errors are cut, answers refused, when they are too large; leaving the loop ends the connection. */
async function bodyOf(response: Response): Promise<string> {
  const most = response.ok ? maxAnswerBytes : maxErrorBytes;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    bytes += piece.byteLength;
    if (bytes > most) break;
  }
  if (bytes > most && response.ok) throw new RangeError('The answer is too large');
  return Buffer.concat(pieces).subarray(0, most).toString('utf8');
}

function typeOf({ json, form }: EndpointRequest): Record<string, string> {
  if (json) return { 'content-type': 'application/json' };
  return form ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
}

/** OAuth's shape (`error` is a code) and that of APIs (`error` is an object). Cut short: it is shown to people. */
function wordsIn(text: string): { code: string; description: string } {
  const answer = objectIn(text) ?? {};
  const error = isObject(answer.error) ? answer.error : {};
  const code = [error.type, error.code, error.status, answer.error, answer.code].find(isText) ?? '';
  const description = [error.message, answer.error_description, answer.message, answer.detail].find(isText) ?? '';
  return { code: code.slice(0, 100), description: description.slice(0, 300) };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that says something. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
