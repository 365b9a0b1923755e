import { createHash } from 'node:crypto';
import type { Account, Secret } from './account.ts';

/** What tells accounts of one provider apart. */
export type IdentityFields = Pick<Account, 'accountId' | 'email' | 'organizationId'>;

/**
 * The stable id of an account: provider, account (its id, else its e-mail) and organisation; of an account that names
 * none of them, a fingerprint of its token or key. One e-mail in two organisations gives two ids.
 */
export function accountIdOf(provider: string, identity: IdentityFields, secret: Secret): string {
  const who = identity.accountId ?? identity.email?.toLowerCase();
  const known = [who, identity.organizationId].filter((part) => part !== undefined);
  if (known.length === 0) known.push(`key-${(fingerprintOf(secret) ?? 'none').slice(0, 16)}`);
  return [provider, ...known].map(idPart).join(':');
}

/** SHA-256 of the credential that lives longest, in hex; undefined when there is none. */
export function fingerprintOf(secret: Secret): string | undefined {
  const credential = secret.serviceAccountKey ?? secret.apiKey ?? secret.refreshToken ?? secret.accessToken;
  return credential === undefined ? undefined : createHash('sha256').update(credential).digest('hex');
}

/** Same account of the same organisation. An unknown organisation is not the same as a known one: tokens must not mix. */
export function sameIdentity(a: Account, b: Account): boolean {
  if (a.provider !== b.provider || a.kind !== b.kind || a.organizationId !== b.organizationId) return false;
  if (a.accountId !== undefined && b.accountId !== undefined) return a.accountId === b.accountId;
  if (a.email !== undefined && b.email !== undefined) return a.email.toLowerCase() === b.email.toLowerCase();
  return a.id === b.id;
}

/** Ids are names of vault entries and parts of lists: no separators inside a part, and never longer than 300 in all. */
function idPart(text: string): string {
  const safe = encodeURIComponent(text).replaceAll('%40', '@');
  return safe.length <= 120 ? safe : createHash('sha256').update(text).digest('hex').slice(0, 32);
}
