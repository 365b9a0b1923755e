import type { Account, Secret, StoredAccount } from '../account.ts';
import { accountIdOf } from '../identity.ts';
import { type CredentialFields, CredentialProblem, expiryField, ownerFields, textField } from './fields.ts';

/** What a reader found out beyond what every credential file says alike. */
export interface Found {
  provider: string;
  /** For people, when the file names nobody: "Kimi account". */
  fallbackLabel: string;
  identity?: Partial<Pick<Account, 'accountId' | 'email' | 'organizationId' | 'plan'>>;
  attributes?: Record<string, string | undefined>;
  secret?: Partial<Secret>;
  expiresAt?: number | undefined;
}

/** The account of a file that holds OAuth tokens, with the settings that its owner wrote into it. */
export function tokenAccount(fields: CredentialFields, found: Found): StoredAccount {
  const owner = ownerFields(fields);
  const secret = found.secret ?? tokensOf(fields);
  const email = found.identity?.email ?? textField(fields, 'email');
  const identity = { ...(email ? { email } : {}), ...found.identity };
  const attributes = Object.fromEntries(
    Object.entries({ ...owner.attributes, ...found.attributes }).filter(([, value]) => value),
  ) as Record<string, string>;
  const expiresAt = found.expiresAt ?? expiryField(fields);
  // Without an access token there is nothing to use yet: a time that has passed makes the refresher fetch one.
  const canBeHad = (secret.refreshToken ?? secret.serviceAccountKey) !== undefined;
  const due = secret.accessToken === undefined && canBeHad ? 0 : expiresAt;
  return {
    account: {
      ...owner,
      ...identity,
      id: accountIdOf(found.provider, identity, secret),
      provider: found.provider,
      kind: secret.apiKey !== undefined && secret.refreshToken === undefined ? 'api-key' : 'oauth',
      source: 'vault',
      label: textField(fields, 'label', 'note', 'description') ?? email ?? found.fallbackLabel,
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
      ...(due === undefined ? {} : { expiresAt: due }),
    },
    secret,
  };
}

/** Tokens under their usual names. Throws CredentialProblem when there is none. */
export function tokensOf(fields: CredentialFields): Secret {
  const accessToken = textField(fields, 'access_token');
  const refreshToken = textField(fields, 'refresh_token');
  const idToken = textField(fields, 'id_token');
  if (!accessToken && !refreshToken) throw new CredentialProblem('it holds no token');
  return {
    ...(accessToken ? { accessToken } : {}),
    ...(refreshToken ? { refreshToken } : {}),
    ...(idToken ? { idToken } : {}),
  };
}
