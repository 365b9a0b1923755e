import type { StoredAccount } from '../../accounts/account.ts';
import {
  type BrowserFlow,
  type CodeGrant,
  type FlowContext,
  SignInError,
  type TokenAnswer,
} from '../../accounts/sign-in/flow.ts';
import { newAccount, secretOf } from '../../accounts/sign-in/new-account.ts';
import { signInFailure } from '../oauth/failures.ts';
import { exchangeCode } from '../oauth/grants.ts';
import { clientId, iflowClient, mayHaveEnded, secretMissing, userInfo } from './client.ts';

export const browserFlow: BrowserFlow = {
  method: 'browser',
  clientId,
  scope: '',
  ports: [11451],
  anyPort: false,
  callbackPath: '/oauth2callback',
  authorizeFields: { loginMethod: 'phone', type: 'phone' },
  redirectField: 'redirect',
  notice: mayHaveEnded,
  check: (context) => void secretIn(context),
  exchange,
  finish,
};

async function exchange(grant: CodeGrant, context: FlowContext): Promise<TokenAnswer> {
  return exchangeCode(iflowClient(context.endpoints.token, secretIn(context)), grant, context);
}

function secretIn(context: Pick<FlowContext, 'clientSecret'>): string {
  const secret = context.clientSecret();
  if (!secret) throw new SignInError('client_secret_missing', secretMissing);
  return secret;
}

async function finish(tokens: TokenAnswer, context: FlowContext): Promise<StoredAccount> {
  context.progress('fetching-profile');
  const { apiKey, email, phone } = await userInfo(tokens.accessToken, context, context.signal).catch((error) => {
    throw signInFailure(error, 'profile_failed', [tokens.accessToken]);
  });
  if (!apiKey) throw new SignInError('profile_failed', 'iFlow sent no API key for this account');
  const { expiresAt } = tokens;
  return newAccount(
    {
      provider: 'iflow',
      label: email ?? phone ?? 'iFlow account',
      ...(email ? { email } : {}),
      ...(!email && phone ? { accountId: phone } : {}),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
    { ...secretOf(tokens), apiKey },
  );
}
