import type { Secret } from '../../accounts/account.ts';
import { type RefreshContext, RefreshError, type RefreshedTokens } from '../contract.ts';
import { refreshTokens } from '../oauth/grants.ts';
import { refreshedTokens } from '../oauth/refreshed.ts';
import { chatgptClient, expiryIn, identityIn } from './client.ts';

/** Swaps the refresh token, which works once, for its successor. Rejects with RefreshError. */
export async function refresh(secret: Secret, context: RefreshContext): Promise<RefreshedTokens> {
  const grant = { refreshToken: secret.refreshToken, scope: 'openid profile email' };
  const tokens = await refreshTokens(chatgptClient(context.endpoints), grant, context).catch(explained);
  const expiresAt = expiryIn(tokens);
  return {
    ...refreshedTokens(tokens),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    identity: identityIn(tokens),
  };
}

/** Where OpenAI ended sessions of many accounts at once, that was enforcement; new sign-ins in a row make it worse. */
function explained(error: unknown): never {
  if (!(error instanceof RefreshError && error.final)) throw error;
  const { message } = error;
  if (/token_invalidated|token_revoked/.test(message))
    throw new RefreshError(
      `${message}. OpenAI ended this session. If it ended several accounts at once, wait before you sign in again`,
      true,
    );
  if (message.includes('refresh_token_reused'))
    throw new RefreshError(`${message}. Another program used this sign-in too; give each program its own`, true);
  throw error;
}
