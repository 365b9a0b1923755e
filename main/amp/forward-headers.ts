import type { AmpRouteKind } from './routes.ts';

/** Header names as received with all their values, in order. */
export type HeaderList = ReadonlyMap<string, { name: string; values: readonly string[] }>;

/** A credential on its way to Amp: our token (or the client's own) in both headers, or headers as the client sent them. */
export type Credentials = { token: string } | { asSent: true } | { none: true };

/** What identifies the caller, or what described the caller to somebody else: none of it is Amp's business (amp.md §4). */
const stripped = new Set([
  ...[
    'authorization',
    'x-api-key',
    'x-goog-api-key',
    'accept-encoding',
    'priority',
    'referer',
    'http-referer',
    'x-title',
  ],
  ...['forwarded', 'via', 'x-real-ip', 'x-client-ip', 'client-ip', 'true-client-ip', 'cf-connecting-ip'],
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port', 'x-forwarded-server'],
  ...['x-stainless-lang', 'x-stainless-package-version', 'x-stainless-os', 'x-stainless-arch'],
  ...['x-stainless-runtime', 'x-stainless-runtime-version'],
  ...['sec-ch-ua', 'sec-ch-ua-mobile', 'sec-ch-ua-platform'],
  ...['sec-fetch-mode', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user'],
]);

/** They concern one connection only (RFC 9110 §7.6.1). `expect` is here because our server has answered it already. */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'expect'],
]);

/** Groups the alternating names and values of `rawHeaders`; names are keys in lower case. */
export function headerList(rawHeaders: readonly string[]): HeaderList {
  const list = new Map<string, { name: string; values: string[] }>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const known = list.get(name.toLowerCase());
    if (known) known.values.push(rawHeaders[at + 1] ?? '');
    else list.set(name.toLowerCase(), { name, values: [rawHeaders[at + 1] ?? ''] });
  }
  return list;
}

/** The headers without those of one connection, the ones that `Connection` names included. */
function withoutHopByHop(headers: HeaderList): HeaderList {
  const listed = (headers.get('connection')?.values ?? []).flatMap((value) => value.toLowerCase().split(','));
  const dropped = new Set([...hopByHop, ...listed.map((name) => name.trim())]);
  return new Map([...headers].filter(([key]) => !dropped.has(key)));
}

/**
 * Headers of an answer of Amp's server as the client gets them. Cross-origin permissions are left out: they would open
 * this gateway to web pages (amp.md §10.4).
 */
export function answerHeaders(rawHeaders: readonly string[]): HeaderList {
  const kept = [...withoutHopByHop(headerList(rawHeaders))].filter(([key]) => !key.startsWith('access-control-'));
  return new Map(kept);
}

/**
 * The headers that go to Amp, `Host` first. A body keeps its framing: `Content-Length` as received, or chunked; what
 * the caller lists in `Connection` cannot change that.
 */
export function outgoingHeaders(received: HeaderList, host: string, credentials: Credentials): HeaderList {
  const kept = [...withoutHopByHop(received)].filter(([key]) => key !== 'host' && !stripped.has(key));
  const headers = new Map([['host', one('Host', host)], ...kept]);
  const length = received.get('content-length');
  if (length) headers.set('content-length', length);
  if (received.has('transfer-encoding')) headers.set('transfer-encoding', one('Transfer-Encoding', 'chunked'));
  for (const [key, header] of credentialHeaders(received, credentials)) headers.set(key, header);
  return headers;
}

function credentialHeaders(received: HeaderList, credentials: Credentials): HeaderList {
  if ('token' in credentials) {
    return new Map([
      ['x-api-key', one('X-Api-Key', credentials.token)],
      ['authorization', one('Authorization', `Bearer ${credentials.token}`)],
    ]);
  }
  if ('none' in credentials) return new Map();
  return new Map([...received].filter(([key]) => key === 'authorization' || key === 'x-api-key'));
}

function one(name: string, value: string) {
  return { name, values: [value] };
}

/** Bearer and x-api-key values of a request, without the scheme, in that order. Other schemes are left out. */
function presentedTokens(received: HeaderList): string[] {
  const bearer = (received.get('authorization')?.values ?? []).flatMap(
    (value) => /^bearer +(.+)$/i.exec(value)?.[1] ?? [],
  );
  const keys = received.get('x-api-key')?.values ?? [];
  return [...bearer, ...keys].map((value) => value.trim()).filter((value) => value !== '');
}

export interface CredentialQuestion {
  kind: AmpRouteKind | 'inference';
  received: HeaderList;
  /** The token of the secret source. */
  token: string | undefined;
  /** Whether a value is a key of this gateway or the token above, and so not the client's own. Constant time. */
  isOurs: (value: string) => boolean;
}

/**
 * Which credential a request carries to Amp; undefined when it may not go without one and there is none. Our token
 * replaces whatever the client sent. Without one the client's own Amp token is used, and sign-in goes without.
 *
 * Actor routes differ: their clients authenticate inside the handshake (`wsToken` in the sub-protocol), and Amp's
 * gateway reads `Authorization` there as routing credentials of its own, so nothing is added. What such a client sends
 * is passed on as it is, unless it is a key of this gateway or our token: then our token goes in its place.
 */
export function decideCredentials(question: CredentialQuestion): Credentials | undefined {
  const { kind, received, token, isOurs } = question;
  const presented = presentedTokens(received);
  const own = presented.find((value) => !isOurs(value));
  if (kind === 'actor') return actorCredentials(question, presented);
  if (token !== undefined) return { token };
  if (own !== undefined) return { token: own };
  return kind === 'sign-in' ? { none: true } : undefined;
}

function actorCredentials({ received, token, isOurs }: CredentialQuestion, presented: string[]): Credentials {
  if (presented.some(isOurs)) return token === undefined ? { none: true } : { token };
  return received.has('authorization') || received.has('x-api-key') ? { asSent: true } : { none: true };
}

/**
 * A query (without `?`) without the gateway's own credentials: `key` and `auth_token` go where their value is one of
 * ours. Everything else keeps its bytes and its place.
 */
export function cleanQuery(rawQuery: string, isOurs: (value: string) => boolean): string {
  if (!/key|auth_token|%/i.test(rawQuery)) return rawQuery;
  const kept = rawQuery.split('&').filter((parameter) => {
    const [name = '', ...rest] = parameter.split('=');
    const named = decode(name);
    return !((named === 'key' || named === 'auth_token') && isOurs(decode(rest.join('=')).trim()));
  });
  return kept.join('&');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
