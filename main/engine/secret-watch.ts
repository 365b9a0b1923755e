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
      for (const { id } of accounts) {
        const { accessToken, refreshToken, idToken, apiKey } = secretOf(id);
        for (const secret of [accessToken, refreshToken, idToken, apiKey]) value(secret);
      }
    },
  };
}
