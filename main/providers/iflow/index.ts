import type { Secret } from '../../accounts/account.ts';
import { createBaseUrls } from '../base-url.ts';
import { type RefreshContext, RefreshError, type RefreshedTokens, type ServingProvider } from '../contract.ts';
import { refreshTokens } from '../oauth/grants.ts';
import { refreshedTokens } from '../oauth/refreshed.ts';
import { iflowClient, iflowEndpoints, secretMissing, userInfo } from './client.ts';
import { browserFlow } from './sign-in.ts';
import { type IflowParts, iflowUpstream } from './upstream.ts';

/** iFlow: accounts whose sign-in yields an API key. */
export function createIflowProvider(parts: Omit<IflowParts, 'baseUrl'>): ServingProvider {
  return {
    id: 'iflow',
    label: 'iFlow',
    defaultEndpoints: iflowEndpoints,
    signIns: [browserFlow],
    refreshLeadMs: 24 * 3_600_000,
    refresh: (_account, secret, context) => refresh(secret, context),
    upstream: iflowUpstream({ ...parts, baseUrl: createBaseUrls() }),
  };
}

/** Renews the tokens, then with them the key that requests carry. */
async function refresh({ refreshToken }: Secret, context: RefreshContext): Promise<RefreshedTokens> {
  const clientSecret = context.clientSecret();
  if (!clientSecret) throw new RefreshError(secretMissing, false);
  const tokens = await refreshTokens(iflowClient(context.endpoints.token, clientSecret), { refreshToken }, context);
  // The old refresh token is spent by now: the new tokens count even if the key stays the old one.
  const { apiKey } = await userInfo(tokens.accessToken, context).catch(() => ({ apiKey: undefined }));
  return { ...refreshedTokens(tokens), ...(apiKey ? { apiKey } : {}) };
}
