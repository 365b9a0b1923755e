import type { TokenAnswer } from '../../accounts/sign-in/flow.ts';
import type { RefreshedTokens } from '../contract.ts';

/** What a refresh brought, for the account store; what the answer leaves out keeps its stored value. */
export function refreshedTokens({ accessToken, refreshToken, idToken, expiresAt }: TokenAnswer): RefreshedTokens {
  return {
    accessToken,
    ...(refreshToken ? { refreshToken } : {}),
    ...(idToken ? { idToken } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}
