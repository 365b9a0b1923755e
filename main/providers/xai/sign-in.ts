import type { StoredAccount } from '../../accounts/account.ts';
import { jwtClaims } from '../../accounts/jwt-claims.ts';
import type { DeviceFlow, DeviceGrant, FlowContext, TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { newAccount, secretOf } from '../../accounts/sign-in/new-account.ts';
import type { OAuthClient } from '../oauth/client.ts';
import { deviceGrant } from '../oauth/device-grant.ts';
import { isText } from '../oauth/endpoint-call.ts';
import { signInFailure } from '../oauth/failures.ts';
import { discover } from './endpoints.ts';

const scope = 'openid profile email offline_access grok-cli:access api:access';
/** xAI forgets a code after this time at the latest, in milliseconds. */
const longestMs = 30 * 60_000;

/** The public client of Grok's command line. */
export function xaiClient(tokenUrl: string): OAuthClient {
  return { clientId: 'b1a00492-073a-47ea-816f-4c329264a828', tokenUrl };
}

export const deviceFlow: DeviceFlow = { method: 'device', verificationHosts: ['x.ai'], begin, finish };

async function begin(context: FlowContext): Promise<DeviceGrant> {
  const { deviceUrl, tokenUrl } = await discover(context.endpoints, context.fetch, context.signal).catch((error) => {
    throw signInFailure(error, 'exchange_failed');
  });
  const grant = await deviceGrant(xaiClient(tokenUrl), { deviceUrl, scope, longestMs }, context);
  return { ...grant, tokens: async (waiting) => issuedBy(tokenUrl, await grant.tokens(waiting)) };
}

/** Where the tokens came from goes with them: they are refreshed there. */
function issuedBy(tokenUrl: string, tokens: TokenAnswer): TokenAnswer {
  return { ...tokens, raw: { ...tokens.raw, token_endpoint: tokenUrl } };
}

async function finish(tokens: TokenAnswer): Promise<StoredAccount> {
  const { expiresAt, idToken, raw } = tokens;
  const { email, sub } = jwtClaims(idToken);
  return newAccount(
    {
      provider: 'xai',
      label: isText(email) ? email : 'Grok account',
      ...(isText(email) ? { email } : {}),
      ...(isText(sub) ? { accountId: sub } : {}),
      ...(isText(raw.token_endpoint) ? { attributes: { tokenEndpoint: raw.token_endpoint } } : {}),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
    secretOf(tokens),
  );
}
