import type { Secret } from '../../accounts/account.ts';
import { type Provider, type RefreshContext, RefreshError, type RefreshedTokens } from '../contract.ts';
import { codeAssistApi, googleSignIn } from '../google/hosts.ts';
import { googleRefreshLeadMs, refreshGoogle } from '../google/tokens.ts';
import { codeAssistUsage } from '../google/usage.ts';
import { antigravitySignIn, client, secretSetting } from './login.ts';

/** Google's Antigravity: Gemini and Claude models for individual plans. */
export const antigravityProvider: Provider = {
  id: 'antigravity',
  label: 'Antigravity',
  defaultEndpoints: { api: codeAssistApi, ...googleSignIn },
  signIns: [antigravitySignIn],
  refreshLeadMs: googleRefreshLeadMs,
  refresh: (_account, secret, context) => refresh(secret, context),
  usage: codeAssistUsage,
};

/** The owner may put a wrong setting right; nobody has to sign in again for that. */
const settingWaitMs = 30 * 60_000;

async function refresh(secret: Secret, context: RefreshContext): Promise<RefreshedTokens> {
  const clientSecret = context.clientSecret();
  if (clientSecret === undefined) throw new RefreshError(`The setting ${secretSetting} is missing`, false);
  try {
    return await refreshGoogle(client(clientSecret, context.endpoints.token), secret, context);
  } catch (error) {
    if (!(error instanceof RefreshError && /\binvalid_client\b/.test(error.message))) throw error;
    throw new RefreshError(`Google does not take the client secret in ${secretSetting}`, false, settingWaitMs);
  }
}
