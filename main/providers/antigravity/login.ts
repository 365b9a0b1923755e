import type { StoredAccount } from '../../accounts/account.ts';
import {
  type BrowserFlow,
  type CodeGrant,
  type FlowContext,
  SignInError,
  type TokenAnswer,
} from '../../accounts/sign-in/flow.ts';
import { newAccount, secretOf } from '../../accounts/sign-in/new-account.ts';
import { type GoogleCaller, googleCaller } from '../google/caller.ts';
import { type CodeAssistClient, loadState, type OnboardingPace, onboard } from '../google/code-assist.ts';
import { type CodeAssistState, planName } from '../google/code-assist-state.ts';
import { googleIdentity } from '../google/identity.ts';
import { exchangeGoogle, googleScopes, offlineConsent } from '../google/tokens.ts';
import type { OAuthClient } from '../oauth/client.ts';

const clientId = '1071006060591-tmhssin2h21lcre235vtolojh4g403ep.apps.googleusercontent.com';
export const secretSetting = 'oauth-clients.antigravity.client-secret';

/** As Antigravity names itself; we claim no version of it. */
const antigravity: CodeAssistClient = {
  metadata: { ideType: 'ANTIGRAVITY' },
  notServed: /UNSUPPORTED_CLIENT|IneligibleTierError/,
};

const pace: OnboardingPace = { everyMs: 2_000, longestMs: 3 * 60_000, most: 5 };

/** Signing in as Antigravity: authorization code with PKCE, with a client secret that the owner configures. */
export const antigravitySignIn: BrowserFlow = {
  method: 'browser',
  clientId,
  scope: googleScopes('cloud-platform', 'userinfo.email', 'userinfo.profile', 'cclog', 'experimentsandconfigs'),
  ports: [51121],
  // RFC 8252 §7.3: Google takes any loopback port for installed applications.
  anyPort: true,
  callbackPath: '/oauth-callback',
  authorizeFields: offlineConsent,
  notice:
    'Accounts that sign in both as Antigravity and as Gemini CLI are reported to have been banned; choose one of the two',
  check: (context) => void secretIn(context),
  exchange,
  finish,
};

export function client(clientSecret: string, tokenUrl: string): OAuthClient {
  return { clientId, clientSecret, tokenUrl };
}

function secretIn(context: Pick<FlowContext, 'clientSecret'>): string {
  const secret = context.clientSecret();
  if (secret === undefined) throw new SignInError('client_secret_missing', `set ${secretSetting}`);
  return secret;
}

async function exchange(grant: CodeGrant, context: FlowContext): Promise<TokenAnswer> {
  const secret = secretIn(context);
  try {
    return await exchangeGoogle(client(secret, context.endpoints.token), grant, context);
  } catch (error) {
    if (!(error instanceof SignInError && /\binvalid_client\b/.test(error.message))) throw error;
    throw new SignInError('client_secret_missing', `Google does not take the one in ${secretSetting}`);
  }
}

async function finish(tokens: TokenAnswer, context: FlowContext): Promise<StoredAccount> {
  const caller = googleCaller(tokens, context);
  const { hostedDomain, ...who } = await googleIdentity(caller, tokens, 'v2');
  const state = await loadState(caller, antigravity);
  const project = state.project ?? (await makeProject(caller, state));
  const { expiresAt } = tokens;
  const { credits } = state;
  return newAccount(
    {
      ...who,
      provider: 'antigravity',
      label: who.email ?? 'Antigravity account',
      plan: planName(state, hostedDomain),
      // Credits pay for use beyond the plan; knowing them spends none.
      attributes: { project, ...(credits ? { credits } : {}) },
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
    secretOf(tokens),
  );
}

/** Google makes a project when it sets an account up. Throws SignInError: without one nothing can be asked. */
async function makeProject(caller: GoogleCaller, { defaultTier, currentTier }: CodeAssistState): Promise<string> {
  const tierId = defaultTier ?? currentTier?.id ?? 'free-tier';
  const project = await onboard(caller, antigravity, { tierId, pace });
  if (project === undefined) throw new SignInError('onboarding_failed', 'Google made no project for it in time');
  return project;
}
