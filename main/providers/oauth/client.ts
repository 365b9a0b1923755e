import * as oauth from 'oauth4webapi';
import type { TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { isLoopbackName } from '../../net/peer.ts';
import { objectIn } from '../../protocols/json-text.ts';
import { EndpointFailure, endpointFetch, isText, mustBeSafe } from './endpoint-call.ts';

/** How we are known at a provider's token endpoint. */
export interface OAuthClient {
  clientId: string;
  clientSecret?: string;
  /** Where the secret is sent: a field of the form (default), or Basic authorization. */
  secretIn?: 'form' | 'basic';
  tokenUrl: string;
  /** Sent with every call. */
  headers?: Record<string, string>;
}

/** What every call of the library takes: server, client, authentication and options. */
export interface LibraryArguments {
  server: oauth.AuthorizationServer;
  client: oauth.Client;
  authentication: oauth.ClientAuth;
  options: oauth.TokenEndpointRequestOptions;
}

/** `deviceUrl` is the device authorization endpoint, where one is called. Throws EndpointFailure for an unsafe address. */
export function libraryArguments(
  client: OAuthClient,
  fetch: typeof globalThis.fetch,
  more: { deviceUrl?: string; signal?: AbortSignal } = {},
): LibraryArguments {
  const { tokenUrl, headers } = client;
  const { deviceUrl, signal } = more;
  return {
    server: {
      issuer: new URL(mustBeSafe(tokenUrl)).origin,
      token_endpoint: tokenUrl,
      ...(deviceUrl ? { device_authorization_endpoint: mustBeSafe(deviceUrl) } : {}),
    },
    client: { client_id: client.clientId },
    authentication: authenticationOf(client),
    options: {
      [oauth.customFetch]: endpointFetch(fetch),
      [oauth.allowInsecureRequests]: isLocal(tokenUrl) || (deviceUrl !== undefined && isLocal(deviceUrl)),
      ...(headers ? { headers } : {}),
      ...(signal ? { signal } : {}),
    },
  };
}

/** Reads a token endpoint's answer with one of the library's `process…Response`; rejects with EndpointFailure. */
export async function tokensIn(response: Response, { server, client }: LibraryArguments, now: number) {
  const raw = objectIn(await response.text());
  if (!raw) throw new EndpointFailure('The sign-in service sent an answer that is no JSON object', true);
  try {
    const cleaned = new Response(JSON.stringify(conforming(raw)), { headers: { 'content-type': 'application/json' } });
    return tokenAnswer(await oauth.processGenericTokenEndpointResponse(server, client, cleaned), raw, now);
  } catch {
    throw new EndpointFailure('The sign-in service sent no usable access token', true);
  }
}

function tokenAnswer(json: oauth.TokenEndpointResponse, raw: Record<string, unknown>, now: number): TokenAnswer {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: lifetime, scope } = json;
  return {
    accessToken,
    ...(refreshToken ? { refreshToken } : {}),
    ...(isText(raw.id_token) ? { idToken: raw.id_token } : {}),
    ...(lifetime ? { expiresAt: now + lifetime * 1000 } : {}),
    ...(scope ? { scopes: scope.split(/\s+/).filter(Boolean) } : {}),
    raw,
  };
}

/**
 * What the providers leave out or send as null or empty text, as the library wants it. The id_token is read without
 * verification, as it came straight from the issuer over TLS (OpenID Connect Core §3.1.3.7).
 */
function conforming(raw: Record<string, unknown>): Record<string, unknown> {
  const { id_token: _, ...rest } = raw;
  const filled = Object.entries(rest).filter(([, value]) => value !== null && value !== '');
  return { token_type: 'bearer', ...Object.fromEntries(filled) };
}

function authenticationOf({ clientSecret, secretIn }: OAuthClient): oauth.ClientAuth {
  if (clientSecret === undefined) return oauth.None();
  return secretIn === 'basic' ? oauth.ClientSecretBasic(clientSecret) : oauth.ClientSecretPost(clientSecret);
}

function isLocal(url: string): boolean {
  return isLoopbackName(new URL(url).hostname);
}
