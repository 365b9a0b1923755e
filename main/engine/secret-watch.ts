import type { Account, Secret } from '../accounts/account.ts';
import type { Redactor } from '../journal/redaction.ts';
import type { Settings } from '../settings/schema.ts';
import { secretsIn } from '../settings/secrets.ts';

export interface SecretWatch {
  settings(settings: Settings): void;
  accounts(accounts: readonly Account[], secretOf: (id: string) => Secret): void;
  value(secret: string | undefined): void;
}

/**
 * Keeps the redactor informed of every secret in use. A value that is replaced stays known: an answer that quotes the
 * old token may still arrive.
 */
export function createSecretWatch(redactor: Redactor): SecretWatch {
  const known = new Set<string>();
  const value = (secret: string | undefined) => {
    if (!secret || known.has(secret)) return;
    known.add(secret);
    redactor.add(secret);
  };
  return {
    value,
    settings(settings) {
      for (const secret of secretsIn(settings)) value(secret);
    },
    accounts(accounts, secretOf) {
      for (const { id } of accounts) for (const secret of valuesOf(secretOf(id))) value(secret);
    },
  };
}

/** Every secret value of an account; of a service account's key file the private key by itself too. */
function valuesOf({ scopes: _, serviceAccountKey, ...values }: Secret): (string | undefined)[] {
  if (serviceAccountKey === undefined) return Object.values(values);
  const { private_key: privateKey } = JSON.parse(serviceAccountKey) as { private_key?: string };
  return [...Object.values(values), serviceAccountKey, privateKey];
}
