import type { ProviderEndpoints } from '../contract.ts';
import type { OAuthClient } from '../oauth/client.ts';
import { callEndpoint, isObject, isText } from '../oauth/endpoint-call.ts';
import { relatedUrl } from '../oauth/related-url.ts';

export const clientId = '10009311001';

/** CLIProxyAPI removed this sign-in in April 2026. */
export const mayHaveEnded = 'iFlow may have ended this way of signing in; it is tried all the same';

export const secretMissing =
  'iFlow wants the secret of its client: set oauth-clients.iflow.client-secret in the settings';

export const iflowEndpoints: ProviderEndpoints = {
  api: 'https://apis.iflow.cn/v1',
  authorize: 'https://iflow.cn/oauth',
  token: 'https://iflow.cn/oauth/token',
};

export function iflowClient(tokenUrl: string, clientSecret: string): OAuthClient {
  return { clientId, clientSecret, secretIn: 'basic', tokenUrl };
}

/** Whose tokens they are, and the key that requests carry. */
export interface IflowUser {
  apiKey?: string;
  email?: string;
  phone?: string;
}

/** Rejects as callEndpoint does. iFlow takes the token in the address only. */
export async function userInfo(
  accessToken: string,
  { endpoints, fetch }: { endpoints: Pick<ProviderEndpoints, 'token'>; fetch: typeof globalThis.fetch },
  signal?: AbortSignal,
): Promise<IflowUser> {
  const url = new URL(relatedUrl(endpoints.token, iflowEndpoints.token, 'https://iflow.cn/api/oauth/getUserInfo'));
  url.searchParams.set('accessToken', accessToken);
  const { json } = await callEndpoint(fetch, url.toString(), { method: 'GET', ...(signal ? { signal } : {}) });
  const { apiKey, email, phone } = isObject(json.data) ? json.data : {};
  return {
    ...(isText(apiKey) ? { apiKey } : {}),
    ...(isText(email) ? { email } : {}),
    ...(isText(phone) ? { phone } : {}),
  };
}
