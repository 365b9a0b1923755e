import type { StoredAccount } from '../../accounts/account.ts';
import type { BrowserFlow, TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { newAccount, secretOf } from '../../accounts/sign-in/new-account.ts';
import { exchangeCode } from '../oauth/grants.ts';
import { chatgptClient, clientId, expiryIn, identityIn } from './client.ts';

/** Only 1455 and 1457 are registered: with any other port the page works and the exchange answers 403. */
export const browserFlow: BrowserFlow = {
  method: 'browser',
  clientId,
  scope: 'openid email profile offline_access',
  ports: [1455, 1457],
  anyPort: false,
  callbackPath: '/auth/callback',
  authorizeFields: { prompt: 'login', id_token_add_organizations: 'true', codex_cli_simplified_flow: 'true' },
  exchange: (grant, context) => exchangeCode(chatgptClient(context.endpoints), grant, context),
  finish,
};

/** The tokens themselves say whose they are; nothing is asked of OpenAI for it. */
export async function finish(tokens: TokenAnswer): Promise<StoredAccount> {
  const identity = identityIn(tokens);
  const expiresAt = expiryIn(tokens);
  return newAccount(
    {
      provider: 'chatgpt',
      ...identity,
      label: identity.email ?? 'ChatGPT account',
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
    secretOf(tokens),
  );
}
