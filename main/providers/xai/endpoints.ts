import type { Account } from '../../accounts/account.ts';
import type { ProviderEndpoints } from '../contract.ts';
import { callEndpoint, EndpointFailure, isText } from '../oauth/endpoint-call.ts';

/** `authorize` is where xAI publishes its sign-in endpoints (OpenID Connect Discovery). */
export const xaiEndpoints: ProviderEndpoints = {
  api: 'https://api.x.ai/v1',
  authorize: 'https://auth.x.ai/.well-known/openid-configuration',
  token: 'https://auth.x.ai/oauth2/token',
};

/** Where subscriptions are served and counted; API keys are billed elsewhere. */
const subscriptionApi = 'https://cli-chat-proxy.grok.com/v1';

/** Base URL for subscriptions. Whoever puts another address in place of xAI's gets their calls too. */
export function subscriptionBase(api: string): string {
  return api === xaiEndpoints.api ? subscriptionApi : api.replace(/\/+$/, '');
}

interface Discovered {
  deviceUrl: string;
  tokenUrl: string;
}

/** Asks where to sign in. Rejects as callEndpoint does, and with EndpointFailure when the answer names foreign hosts. */
export async function discover(
  endpoints: ProviderEndpoints,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Discovered> {
  const { json } = await callEndpoint(fetch, endpoints.authorize, { method: 'GET', signal });
  const { device_authorization_endpoint: deviceUrl, token_endpoint: tokenUrl } = json;
  if (!isText(deviceUrl)) throw new EndpointFailure('xAI offers no sign-in with a code', true);
  const found = { deviceUrl, tokenUrl: isText(tokenUrl) ? tokenUrl : endpoints.token };
  for (const url of Object.values(found))
    if (!isTrusted(url, endpoints)) throw new EndpointFailure('xAI named a sign-in endpoint that is not its own', true);
  return { deviceUrl, tokenUrl: configuredToken(endpoints) ?? found.tokenUrl };
}

/** Where the account's tokens are refreshed; undefined when what is stored must not be trusted with them. */
export function refreshUrl({ attributes }: Account, endpoints: ProviderEndpoints): string | undefined {
  const url = configuredToken(endpoints) ?? attributes?.tokenEndpoint ?? endpoints.token;
  return isTrusted(url, endpoints) ? url : undefined;
}

function configuredToken({ token }: ProviderEndpoints): string | undefined {
  return token === xaiEndpoints.token ? undefined : token;
}

/** https on x.ai or below it, or the origin of an address that the owner configured. */
function isTrusted(url: string, { authorize, token }: ProviderEndpoints): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin, username, password } = new URL(url);
  if (username || password) return false;
  if (protocol === 'https:' && /^(.+\.)?x\.ai$/.test(hostname)) return true;
  const configured = [authorize, token].filter((one) => one !== xaiEndpoints.authorize && one !== xaiEndpoints.token);
  return configured.some((one) => new URL(one).origin === origin);
}
