import type { Secret } from '../../accounts/account.ts';
import type { Provider, RefreshContext, RefreshedTokens } from '../contract.ts';
import { refreshTokens } from '../oauth/grants.ts';
import { refreshedTokens } from '../oauth/refreshed.ts';
import { qwenClient, resourceIn } from './client.ts';
import { deviceFlow } from './sign-in.ts';

export const qwenProvider: Provider = {
  id: 'qwen',
  label: 'Qwen',
  defaultEndpoints: {
    api: 'https://portal.qwen.ai/v1',
    authorize: 'https://chat.qwen.ai/api/v1/oauth2/device/code',
    token: 'https://chat.qwen.ai/api/v1/oauth2/token',
  },
  signIns: [deviceFlow],
  refreshLeadMs: 20 * 60_000,
  refresh: (_account, secret, context) => refresh(secret, context),
};

async function refresh({ refreshToken }: Secret, context: RefreshContext): Promise<RefreshedTokens> {
  const tokens = await refreshTokens(qwenClient(context.endpoints.token), { refreshToken }, context);
  return { ...refreshedTokens(tokens), ...resourceIn(tokens) };
}
