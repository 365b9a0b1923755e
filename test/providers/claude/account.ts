import type { Account } from '../../../main/accounts/account.ts';

/** A subscription of the vault, but for what is given. */
export function claudeAccount(more: Partial<Account> = {}): Account {
  return {
    id: 'a',
    provider: 'claude',
    kind: 'oauth',
    source: 'vault',
    label: 'owner@example.com',
    paused: false,
    priority: 0,
    ...more,
  };
}
