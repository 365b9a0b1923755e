import type { BrowserFlow, FlowContext, TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { newAccount, secretOf } from '../../accounts/sign-in/new-account.ts';
import { callEndpoint, EndpointRefusal, isObject, isText } from '../oauth/endpoint-call.ts';
import { askedWait, signInFailure } from '../oauth/failures.ts';
import { identityIn, tokensIn } from './answers.ts';
import { clientId } from './login.ts';

/** The profile is good to have; nobody waits longer for it, in milliseconds. */
const profileLimitMs = 10_000;
/** Waits before the further attempts when the service fails, in milliseconds. */
const failureWaitsMs = [1_000, 2_000];

/**
 * Signing in to a Claude subscription: authorization code with PKCE. `user:profile` is what the usage figures need,
 * `user:sessions:claude_code` what keeps the use within the plan.
 */
export const claudeSignIn: BrowserFlow = {
  method: 'browser',
  clientId,
  scope: 'user:profile user:inference user:sessions:claude_code user:mcp_servers user:file_upload',
  ports: [54545],
  anyPort: true,
  callbackPath: '/callback',
  authorizeFields: { code: 'true' },
  manualRedirect: 'https://platform.claude.com/oauth/code/callback',
  exchange,
  finish,
};

type CodeGrant = Parameters<BrowserFlow['exchange']>[0];

/** Claude takes JSON, and wants the state again. A busy service is asked again while the code is still good. */
async function exchange(grant: CodeGrant, context: FlowContext): Promise<TokenAnswer> {
  const { code, state, redirectUri, codeVerifier } = grant;
  const json = {
    grant_type: 'authorization_code',
    code,
    state,
    redirect_uri: redirectUri,
    client_id: clientId,
    code_verifier: codeVerifier,
  };
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await callEndpoint(context.fetch, context.endpoints.token, { json });
      return tokensIn(answer.json, context.now());
    } catch (error) {
      const waitMs = waitAfter(error, attempt, context.now());
      if (waitMs === undefined) throw signInFailure(error, 'exchange_failed', [code, codeVerifier]);
      await context.wait(waitMs);
    }
  }
}

/** Undefined when trying again is no use. */
function waitAfter(error: unknown, attempt: number, now: number): number | undefined {
  if (!(error instanceof EndpointRefusal)) return undefined;
  const usual = failureWaitsMs[attempt];
  if (usual === undefined) return undefined;
  if (error.status === 429) return askedWait(error, now) ?? 5_000;
  return error.status >= 500 ? usual : undefined;
}

/** One e-mail may own several organisations; a setup token tells nothing at all. All of them become accounts. */
async function finish(tokens: TokenAnswer, context: FlowContext) {
  context.progress('fetching-profile');
  const profile = mayReadProfile(tokens) ? await profileOf(tokens.accessToken, context) : {};
  const answered = identityIn(tokens.raw, 'email_address');
  const { expiresAt } = tokens;
  const who = { provider: 'claude', ...answered, ...profile, ...(expiresAt === undefined ? {} : { expiresAt }) };
  const label = who.email ?? who.organizationName ?? 'Claude account';
  return newAccount({ ...who, label }, secretOf(tokens));
}

/** Setup tokens are issued without the scope: asking would only bring a refusal. */
function mayReadProfile({ scopes }: TokenAnswer): boolean {
  return scopes === undefined || scopes.includes('user:profile');
}

/** Advisory: whatever fails here, the tokens work. */
async function profileOf(accessToken: string, { fetch, endpoints, signal }: FlowContext) {
  try {
    const answer = await callEndpoint(fetch, `${endpoints.api.replace(/\/+$/, '')}/api/oauth/profile`, {
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(profileLimitMs)]),
    });
    return { ...identityIn(answer.json, 'email'), ...planIn(answer.json) };
  } catch {
    return {};
  }
}

/** `claude_max` is the plan "max". */
function planIn({ organization }: Record<string, unknown>): { plan?: string } {
  const type = isObject(organization) ? organization.organization_type : undefined;
  return isText(type) ? { plan: type.replace(/^claude_/, '') } : {};
}
