import type { Account, Secret } from '../../accounts/account.ts';
import { type Provider, type RefreshContext, RefreshError, type RefreshedTokens } from '../contract.ts';
import { refreshTokens } from '../oauth/grants.ts';
import { refreshedTokens } from '../oauth/refreshed.ts';
import { refreshUrl, xaiEndpoints } from './endpoints.ts';
import { deviceFlow, xaiClient } from './sign-in.ts';
import { xaiUsage } from './usage.ts';

/** Grok subscriptions of xAI. */
export const xaiProvider: Provider = {
  id: 'xai',
  label: 'Grok',
  defaultEndpoints: xaiEndpoints,
  signIns: [deviceFlow],
  refreshLeadMs: 5 * 60_000,
  refresh,
  usage: xaiUsage,
};

async function refresh(account: Account, { refreshToken }: Secret, context: RefreshContext): Promise<RefreshedTokens> {
  const url = refreshUrl(account, context.endpoints);
  if (!url)
    throw new RefreshError("The account's token endpoint is not at xAI, so its tokens are not sent there", true);
  return refreshedTokens(await refreshTokens(xaiClient(url), { refreshToken }, context));
}
