import type { StoredAccount } from '../../accounts/account.ts';
import type { DeviceFlow, FlowContext, TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { newAccount, secretOf } from '../../accounts/sign-in/new-account.ts';
import { typedIdentity } from '../../accounts/sign-in/typed-name.ts';
import { createBaseUrls } from '../base-url.ts';
import type { ServingProvider } from '../contract.ts';
import type { OAuthClient } from '../oauth/client.ts';
import { deviceGrant } from '../oauth/device-grant.ts';
import { refreshTokens } from '../oauth/grants.ts';
import { refreshedTokens } from '../oauth/refreshed.ts';
import { type Installation, installationHeaders } from './installation.ts';
import { kimiUpstream } from './upstream.ts';
import { kimiUsage } from './usage.ts';

/** Kimi forgets a code after this time at the latest, in milliseconds. */
const longestMs = 15 * 60_000;

/** Kimi: subscriptions, through the device sign-in of its coding client. */
export function createKimiProvider(installation: Installation): ServingProvider {
  const headers = installationHeaders(installation);
  const client = (tokenUrl: string): OAuthClient => ({
    clientId: '17e5f671-d194-4dfb-9706-5516cb48c098',
    tokenUrl,
    headers,
  });
  const deviceFlow: DeviceFlow = {
    method: 'device',
    verificationHosts: ['kimi.com'],
    begin: (context) =>
      deviceGrant(client(context.endpoints.token), { deviceUrl: context.endpoints.authorize, longestMs }, context),
    finish,
  };
  return {
    id: 'kimi',
    label: 'Kimi',
    defaultEndpoints: {
      api: 'https://api.kimi.com/coding/v1',
      authorize: 'https://auth.kimi.com/api/oauth/device_authorization',
      token: 'https://auth.kimi.com/api/oauth/token',
    },
    signIns: [deviceFlow],
    refreshLeadMs: 5 * 60_000,
    usage: kimiUsage(headers),
    upstream: kimiUpstream({ userAgent: installation.userAgent, headers, baseUrl: createBaseUrls() }),
    async refresh(_account, { refreshToken }, context) {
      const grant = { refreshToken, finalStatuses: [401, 403] };
      return refreshedTokens(await refreshTokens(client(context.endpoints.token), grant, context));
    },
  };
}

async function finish(tokens: TokenAnswer, context: FlowContext): Promise<StoredAccount> {
  const { expiresAt } = tokens;
  const identity = { label: 'Kimi account', ...(await typedIdentity(context)) };
  return newAccount(
    { provider: 'kimi', ...identity, ...(expiresAt === undefined ? {} : { expiresAt }) },
    secretOf(tokens),
  );
}
