import { randomBytes, randomUUID } from 'node:crypto';

/** One subscription that the fake knows. Tokens change when they are refreshed. */
export interface FakeAccount {
  email: string;
  accountUuid: string;
  organizationUuid: string;
  organizationName: string;
  accessToken: string;
  refreshToken: string;
  scopes: readonly string[];
  /** May use the beta of one million tokens of context. */
  longContext: boolean;
  /** The access token is no longer taken. */
  expired: boolean;
}

const allScopes = ['user:profile', 'user:inference', 'user:sessions:claude_code'];

export function newAccount(given: Partial<FakeAccount> = {}): FakeAccount {
  return {
    email: 'owner@example.com',
    accountUuid: randomUUID(),
    organizationUuid: randomUUID(),
    organizationName: 'Example',
    accessToken: newToken('oat01'),
    refreshToken: newToken('ort01'),
    scopes: allScopes,
    longContext: false,
    expired: false,
    ...given,
  };
}

export function newToken(kind: 'oat01' | 'ort01' | 'api03'): string {
  return `sk-ant-${kind}-${randomBytes(48).toString('base64url')}`;
}
