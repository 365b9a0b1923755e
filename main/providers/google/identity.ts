import { jwtClaims } from '../../accounts/jwt-claims.ts';
import { SignInError, type TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { isText } from '../oauth/endpoint-call.ts';
import { signInFailure } from '../oauth/failures.ts';
import { callGoogle, type GoogleCaller } from './caller.ts';

export interface GoogleIdentity {
  /** Google's own number of the person, which outlives the e-mail address. */
  accountId?: string;
  email?: string;
  /** The organisation's domain; absent for private accounts. */
  hostedDomain?: string;
}

/**
 * Who signed in, by userinfo of the version that the client uses, or by the id_token where that fails. Throws
 * SignInError when neither names anybody: two people's tokens must not end in one account.
 */
export async function googleIdentity(
  caller: GoogleCaller,
  tokens: TokenAnswer,
  version: 'v1' | 'v2',
): Promise<GoogleIdentity> {
  caller.context.progress('fetching-profile');
  const known = identityIn(jwtClaims(tokens.idToken));
  const { hosts, accessToken } = caller;
  try {
    const answer = await callGoogle(caller, `${hosts.userinfo}/oauth2/${version}/userinfo?alt=json`);
    return named({ ...known, ...identityIn(answer) });
  } catch (error) {
    if (known.accountId === undefined) throw signInFailure(error, 'profile_failed', [accessToken]);
    return known;
  }
}

function named(identity: GoogleIdentity): GoogleIdentity {
  if (identity.accountId === undefined && identity.email === undefined)
    throw new SignInError('profile_failed', 'Google told neither an account nor an e-mail address');
  return identity;
}

/** The number is `id` in userinfo, `sub` in an id_token. What is not said is left out. */
function identityIn({ id, sub, email, hd }: Readonly<Record<string, unknown>>): GoogleIdentity {
  const accountId = [id, sub].find(isText);
  return {
    ...(accountId ? { accountId } : {}),
    ...(isText(email) ? { email } : {}),
    ...(isText(hd) ? { hostedDomain: hd } : {}),
  };
}
