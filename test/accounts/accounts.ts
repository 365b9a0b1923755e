import type { Account, Secret, StoredAccount } from '../../main/accounts/account.ts';

/** A Claude OAuth account for tests. */
export function claudeAccount(account: Partial<Account> = {}, secret: Secret = {}): StoredAccount {
  const email = account.email ?? 'ada@example.com';
  return {
    account: {
      id: `claude:${email}`,
      provider: 'claude',
      kind: 'oauth',
      source: 'vault',
      label: email,
      email,
      paused: false,
      priority: 0,
      ...account,
    },
    secret: { accessToken: 'sk-ant-oat01-first', refreshToken: 'sk-ant-ort01-first', ...secret },
  };
}
