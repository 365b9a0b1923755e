import type { StoredAccount } from '../../accounts/account.ts';
import type { BrowserFlow, FlowContext, TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { newAccount, secretOf } from '../../accounts/sign-in/new-account.ts';
import type { RefreshContext } from '../contract.ts';
import { googleCaller } from '../google/caller.ts';
import { enableAssistApi } from '../google/cloud-projects.ts';
import { loadState } from '../google/code-assist.ts';
import { planName } from '../google/code-assist-state.ts';
import { googleIdentity } from '../google/identity.ts';
import { exchangeGoogle, googleScopes, offlineConsent } from '../google/tokens.ts';
import type { OAuthClient } from '../oauth/client.ts';
import { geminiCli } from './code-assist-client.ts';
import { clientId, clientSecret } from './installed-app.ts';
import { chooseProject, setUp } from './project.ts';

/** Signing in as Gemini CLI: authorization code with PKCE, then everything that Code Assist wants before it serves. */
export const geminiCliSignIn: BrowserFlow = {
  method: 'browser',
  clientId,
  scope: googleScopes('cloud-platform', 'userinfo.email', 'userinfo.profile'),
  ports: [8085],
  // RFC 8252 §7.3: Google takes any loopback port for installed applications.
  anyPort: true,
  callbackPath: '/oauth2callback',
  authorizeFields: offlineConsent,
  notice: 'Google serves Gemini CLI to Standard and Enterprise subscriptions only; for any other plan use Antigravity',
  exchange: (grant, context) => exchangeGoogle(client(context), grant, context),
  finish,
};

/** The owner's own secret, if one is configured, wins over the built-in one. */
export function client(context: Pick<RefreshContext, 'endpoints' | 'clientSecret'>): OAuthClient {
  const secret = context.clientSecret() ?? clientSecret;
  return { clientId, clientSecret: secret, tokenUrl: context.endpoints.token };
}

/** One person's projects have quotas of their own: each is an account. */
async function finish(tokens: TokenAnswer, context: FlowContext): Promise<StoredAccount> {
  const caller = googleCaller(tokens, context);
  const { hostedDomain, ...who } = await googleIdentity(caller, tokens, 'v1');
  const state = await loadState(caller, geminiCli);
  const chosen = await chooseProject(caller, state);
  if (!chosen.managed) await enableAssistApi(caller, chosen.id);
  const project = chosen.ready ? chosen.id : await setUp(caller, state, chosen.id);
  const { expiresAt } = tokens;
  return newAccount(
    {
      ...who,
      provider: 'gemini-cli',
      label: who.email ? `${who.email} (${project})` : `Gemini ${project}`,
      organizationId: project,
      organizationName: project === chosen.id ? chosen.name : project,
      plan: planName(state, hostedDomain),
      attributes: { project },
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
    secretOf(tokens),
  );
}
