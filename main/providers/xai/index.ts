import type { Account, Secret } from '../../accounts/account.ts';
import { createBaseUrls } from '../base-url.ts';
import { type RefreshContext, RefreshError, type RefreshedTokens, type ServingProvider } from '../contract.ts';
import { refreshTokens } from '../oauth/grants.ts';
import { refreshedTokens } from '../oauth/refreshed.ts';
import { repairResponses } from '../openai/repair.ts';
import { xaiDialect } from './dialect.ts';
import { refreshUrl, xaiEndpoints } from './endpoints.ts';
import { classify } from './faults.ts';
import { xaiModelList } from './models.ts';
import { deviceFlow, xaiClient } from './sign-in.ts';
import { prepareCall } from './upstream.ts';
import { xaiUsage } from './usage.ts';

/** Grok: subscriptions of xAI, and its API keys. `userAgent` is how the product names itself upstream. */
export function createXaiProvider({ userAgent }: { userAgent: string }): ServingProvider {
  const parts = { userAgent, baseUrl: createBaseUrls() };
  return {
    id: 'xai',
    label: 'Grok',
    defaultEndpoints: xaiEndpoints,
    signIns: [deviceFlow],
    refreshLeadMs: 5 * 60_000,
    refresh,
    usage: xaiUsage,
    upstream: {
      nativeFormats: ['openai-responses'],
      ...xaiModelList,
      // Credits are of all models.
      familyOf: () => 'grok',
      dialect: () => xaiDialect,
      compacts: () => true,
      prepare: (request, account, secret, endpoints) => prepareCall(request, account, secret, endpoints, parts),
      repair: repairResponses,
      classify,
      quota: () => [],
    },
  };
}

async function refresh(account: Account, { refreshToken }: Secret, context: RefreshContext): Promise<RefreshedTokens> {
  const url = refreshUrl(account, context.endpoints);
  if (!url)
    throw new RefreshError("The account's token endpoint is not at xAI, so its tokens are not sent there", true);
  return refreshedTokens(await refreshTokens(xaiClient(url), { refreshToken }, context));
}
