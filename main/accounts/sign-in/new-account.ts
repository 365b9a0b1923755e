import type { Account, Secret, StoredAccount } from '../account.ts';
import { accountIdOf } from '../identity.ts';
import type { TokenAnswer } from './flow.ts';

/** What a flow found out about who signed in; leave out what is not known. */
export interface SignedIn
  extends Partial<Omit<Account, 'id' | 'provider' | 'kind' | 'source' | 'paused' | 'priority'>> {
  provider: string;
}

/** The account of fresh tokens or a key, under the id that its identity gives it. */
export function newAccount(who: SignedIn, secret: Secret): StoredAccount {
  const { provider, label, ...known } = who;
  return {
    account: {
      ...known,
      id: accountIdOf(provider, who, secret),
      provider,
      // A key that a refresh token renews belongs to a sign-in.
      kind: secret.apiKey === undefined || secret.refreshToken !== undefined ? 'oauth' : 'api-key',
      source: 'vault',
      label: label ?? who.email ?? who.organizationName ?? `${provider} account`,
      paused: false,
      priority: 0,
    },
    secret,
  };
}

/** The secret half of an account from what the token endpoint answered. */
export function secretOf({ accessToken, refreshToken, idToken, scopes }: TokenAnswer): Secret {
  return {
    accessToken,
    ...(refreshToken ? { refreshToken } : {}),
    ...(idToken ? { idToken } : {}),
    ...(scopes?.length ? { scopes } : {}),
  };
}
