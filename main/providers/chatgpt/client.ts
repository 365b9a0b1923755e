import { type ChatgptIdentity, chatgptIdentity } from '../../accounts/credentials/chatgpt-identity.ts';
import { jwtExpiry } from '../../accounts/jwt-claims.ts';
import type { TokenAnswer } from '../../accounts/sign-in/flow.ts';
import type { ProviderEndpoints } from '../contract.ts';
import type { OAuthClient } from '../oauth/client.ts';

/** The client of the official Codex program; public, without a secret. */
export const clientId = 'app_EMoamEEZ73f0CkXaXp7hrann';

export const chatgptEndpoints: ProviderEndpoints = {
  api: 'https://chatgpt.com/backend-api/codex',
  authorize: 'https://auth.openai.com/oauth/authorize',
  token: 'https://auth.openai.com/oauth/token',
};

export function chatgptClient({ token }: Pick<ProviderEndpoints, 'token'>): OAuthClient {
  return { clientId, tokenUrl: token };
}

/** The id_token says most; the access token carries the same claim where it is a JWT. */
export function identityIn({ idToken, accessToken }: TokenAnswer): ChatgptIdentity {
  return { ...chatgptIdentity(accessToken), ...chatgptIdentity(idToken) };
}

/** Milliseconds since the Unix epoch. */
export function expiryIn({ expiresAt, accessToken }: TokenAnswer): number | undefined {
  return expiresAt ?? jwtExpiry(accessToken);
}
