import type { Secret } from '../../accounts/account.ts';
import { type CodeGrant, type FlowContext, SignInError, type TokenAnswer } from '../../accounts/sign-in/flow.ts';
import type { RefreshContext, RefreshedTokens } from '../contract.ts';
import type { OAuthClient } from '../oauth/client.ts';
import { exchangeCode, refreshTokens } from '../oauth/grants.ts';
import { refreshedTokens } from '../oauth/refreshed.ts';

/** Google's access tokens live an hour; refreshed this long before they end, in milliseconds. */
export const googleRefreshLeadMs = 5 * 60_000;

/** Fields of the authorize URL: without both, Google issues no refresh token to somebody who has signed in before. */
export const offlineConsent = { access_type: 'offline', prompt: 'consent' };

/** The scopes of these names, as the authorize URL takes them. */
export function googleScopes(...names: readonly string[]): string {
  return names.map((name) => `https://www.googleapis.com/auth/${name}`).join(' ');
}

/** Throws SignInError, also when the account would be dead in an hour. */
export async function exchangeGoogle(
  client: OAuthClient,
  grant: CodeGrant,
  context: FlowContext,
): Promise<TokenAnswer> {
  const tokens = await exchangeCode(client, grant, context);
  if (tokens.refreshToken === undefined) throw new SignInError('exchange_failed', 'Google sent no refresh token');
  return tokens;
}

/** Google keeps the refresh token; where an answer brings another one, that one counts. Rejects with RefreshError. */
export async function refreshGoogle(
  client: OAuthClient,
  { refreshToken }: Secret,
  context: RefreshContext,
): Promise<RefreshedTokens> {
  return refreshedTokens(await refreshTokens(client, { refreshToken }, context));
}
