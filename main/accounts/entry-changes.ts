import type { Account, Secret, StoredAccount } from './account.ts';
import { type AccountEntry, serialiseEntry } from './account-entry.ts';
import { fingerprintOf, sameIdentity } from './identity.ts';

/** What the owner decides about an account. `undefined` takes a setting away. */
export interface OwnerFields {
  label?: string;
  paused?: boolean;
  priority?: number;
  stopAt?: number | undefined;
  prefix?: string | undefined;
  proxyUrl?: string | undefined;
}

/** Tokens that a refresh brought; absent fields keep their stored value. */
export interface NewTokens {
  accessToken: string;
  refreshToken?: string;
  idToken?: string;
  /** Where a key that the tokens renew is what requests carry. */
  apiKey?: string;
  /** Added to the stored ones. */
  attributes?: Readonly<Record<string, string>>;
  /** Milliseconds since the Unix epoch. */
  expiresAt?: number;
  identity?: { email?: string; accountId?: string; organizationId?: string; organizationName?: string; plan?: string };
}

/** How many brought credentials are remembered. */
const originsKept = 10;

/** The entry that `stored` belongs to: it holds the same credential, once came from it, or has the same identity. */
export function findSame(entries: Iterable<AccountEntry>, stored: StoredAccount): AccountEntry | undefined {
  const print = fingerprintOf(stored.secret);
  const sameProvider = [...entries].filter((entry) => isComparable(entry.account, stored.account));
  return (
    sameProvider.find((entry) => print !== undefined && fingerprintOf(entry.secret) === print) ??
    sameProvider.find((entry) => print !== undefined && entry.origins.includes(print)) ??
    sameProvider.find((entry) => sameIdentity(entry.account, stored.account))
  );
}

/**
 * Keys of two hosts are two keys even if they read alike: servers that want none are given any. One token may serve
 * several organisations, as one of Google's serves each of its owner's projects.
 */
function isComparable(a: Account, b: Account): boolean {
  const known = a.organizationId !== undefined && b.organizationId !== undefined;
  if (a.provider !== b.provider || (known && a.organizationId !== b.organizationId)) return false;
  return b.kind !== 'api-key' || a.baseUrl === b.baseUrl;
}

/**
 * The entry with the credential that the owner brought again. Nothing known is blanked, and what the owner set stays.
 * A credential that this entry came from and has rotated since is dead or about to be: its successor stays.
 */
export function adoptCredential(entry: AccountEntry, stored: StoredAccount): AccountEntry {
  const print = fingerprintOf(stored.secret);
  const known = print !== undefined && entry.origins.includes(print);
  if (known && hasMovedOn(entry, stored, print)) return backInRotation(entry);
  const {
    label,
    paused,
    priority,
    stopAt,
    prefix,
    proxyUrl,
    id,
    source,
    needsSignIn,
    withdrawn,
    expiresAt,
    ...brought
  } = stored.account;
  const { needsSignIn: _, expiresAt: __, withdrawn: ___, ...kept } = entry.account;
  return {
    account: { ...kept, ...filled(brought), ...(expiresAt === undefined ? {} : { expiresAt }) },
    secret: stored.secret,
    origins: known || print === undefined ? entry.origins : [...entry.origins, print].slice(-originsKept),
  };
}

/** Its file is there again. */
function backInRotation(entry: AccountEntry): AccountEntry {
  const { withdrawn: _, ...account } = entry.account;
  return { ...entry, account };
}

function hasMovedOn(entry: AccountEntry, stored: StoredAccount, print: string): boolean {
  return fingerprintOf(entry.secret) !== print || (entry.account.expiresAt ?? 0) > (stored.account.expiresAt ?? 0);
}

/** Field merge: tokens replace tokens, empty values never replace known ones, a needed sign-in is over. */
export function mergeTokens(stored: StoredAccount, tokens: NewTokens): StoredAccount {
  const { needsSignIn: _, ...account } = stored.account;
  const { accessToken, refreshToken, idToken, apiKey, expiresAt } = tokens;
  const secret: Secret = filled({ accessToken, refreshToken, idToken, apiKey });
  const attributes = { ...account.attributes, ...tokens.attributes };
  return {
    account: {
      ...account,
      ...filled(tokens.identity ?? {}),
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
    secret: { ...stored.secret, ...secret },
  };
}

export function patchOwnerFields(account: Account, patch: OwnerFields): Account {
  const merged = { ...account, ...patch };
  const { prefix, proxyUrl, stopAt, ...rest } = merged;
  return {
    ...rest,
    ...(stopAt === undefined ? {} : { stopAt }),
    ...(prefix ? { prefix } : {}),
    ...(proxyUrl ? { proxyUrl } : {}),
  };
}

export function sameEntry(a: AccountEntry, b: AccountEntry): boolean {
  return serialiseEntry(a) === serialiseEntry(b);
}

/** Without fields that are undefined or empty. */
function filled<T extends object>(fields: T): Partial<T> {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(known) as Partial<T>;
}
