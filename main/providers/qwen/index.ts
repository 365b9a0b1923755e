import type { Secret } from '../../accounts/account.ts';
import { createBaseUrls } from '../base-url.ts';
import type { RefreshContext, RefreshedTokens, ServingProvider } from '../contract.ts';
import { refreshTokens } from '../oauth/grants.ts';
import { refreshedTokens } from '../oauth/refreshed.ts';
import { qwenClient, resourceIn } from './client.ts';
import { deviceFlow } from './sign-in.ts';
import { qwenApi, qwenUpstream } from './upstream.ts';

/** Qwen: subscriptions of Qwen Code. */
export function createQwenProvider({ userAgent }: { userAgent: string }): ServingProvider {
  return {
    id: 'qwen',
    label: 'Qwen',
    defaultEndpoints: {
      api: qwenApi,
      authorize: 'https://chat.qwen.ai/api/v1/oauth2/device/code',
      token: 'https://chat.qwen.ai/api/v1/oauth2/token',
    },
    signIns: [deviceFlow],
    refreshLeadMs: 20 * 60_000,
    refresh: (_account, secret, context) => refresh(secret, context),
    upstream: qwenUpstream(userAgent, createBaseUrls()),
  };
}

async function refresh({ refreshToken }: Secret, context: RefreshContext): Promise<RefreshedTokens> {
  const tokens = await refreshTokens(qwenClient(context.endpoints.token), { refreshToken }, context);
  return { ...refreshedTokens(tokens), ...resourceIn(tokens) };
}
