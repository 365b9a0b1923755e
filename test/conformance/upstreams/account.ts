import type { Account, Secret, StoredAccount } from '../../../main/accounts/account.ts';

/** An account of the vault that clients name by its prefix. */
export function account(
  provider: string,
  prefix: string,
  more: Pick<Account, 'kind'> & Partial<Account>,
  secret: Secret,
): StoredAccount {
  return {
    account: {
      id: prefix,
      provider,
      source: 'vault',
      label: prefix,
      paused: false,
      priority: 0,
      prefix,
      ...(more.kind === 'oauth' ? { expiresAt: Date.now() + 8 * 3_600_000 } : {}),
      ...more,
    },
    secret,
  };
}
