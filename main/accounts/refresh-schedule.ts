import type { Account, Secret } from './account.ts';

/** What the refresher remembers of one account. Times in milliseconds since the Unix epoch. */
export interface RefreshMemory {
  /** No call of any kind before this. */
  blockedUntil: number;
  /** No scheduled refresh before this; a refused access token is still answered with one. */
  quietUntil: number;
  failures: number;
  /** A refresh token or key that the provider has refused for good. */
  deadToken?: string;
}

export const checkEveryMs = 5_000;
export const mostAtOnce = 16;
/** Another process refreshes this account. */
export const pendingBackoffMs = 60_000;
const failureBackoffMs = 5 * 60_000;
/** After any refresh, so that one that changes nothing is not repeated at once. */
export const settleMs = 30_000;
/** Overdue accounts of a machine that slept are spread over this time. */
export const wakeSpreadMs = 30_000;
/** Providers that refuse a region or ask for validation say so for half an hour. */
const longestBackoffMs = 30 * 60_000;
const shortestBackoffMs = 5_000;

export function newMemory(): RefreshMemory {
  return { blockedUntil: 0, quietUntil: 0, failures: 0 };
}

/** Whether a refresh could help at all: there is something to refresh with that has not been refused for good. */
export function canRefresh(account: Account, secret: Secret, memory: RefreshMemory): boolean {
  const credential = renewing(secret);
  return account.needsSignIn === undefined && credential !== undefined && credential !== memory.deadToken;
}

/** What new access tokens are had with: a refresh token, or a service account's key. */
export function renewing({ refreshToken, serviceAccountKey }: Secret): string | undefined {
  return refreshToken ?? serviceAccountKey;
}

/** Whether the access token ends within the lead. Accounts that do not expire are never due. */
export function isDue(account: Account, leadMs: number, now: number): boolean {
  return account.expiresAt !== undefined && account.expiresAt - leadMs <= now;
}

/**
 * From when on the account is to be refreshed, or its fresh tokens stored; undefined when it does not expire.
 * In milliseconds since the Unix epoch.
 */
export function dueTime(
  { expiresAt }: Account,
  state: { leadMs: number; unsaved: boolean; memory: RefreshMemory; now: number },
): number | undefined {
  const { leadMs, unsaved, memory, now } = state;
  if (expiresAt === undefined && !unsaved) return undefined;
  const held = [memory.blockedUntil, memory.quietUntil].filter((until) => isBefore(until, now));
  return Math.max(unsaved ? 0 : (expiresAt ?? 0) - leadMs, ...held);
}

/** A time further away than any back-off was set before the clock was turned back: it does not hold. */
export function isBefore(until: number, now: number): boolean {
  return now < until && until - now <= 2 * longestBackoffMs;
}

/** How long to wait after a failed attempt: what the provider asked for, within limits, else five minutes ±20 %. */
export function failureWait(retryAfterMs: number | undefined, random: () => number): number {
  if (retryAfterMs === undefined) return failureBackoffMs * (0.8 + 0.4 * random());
  return Math.min(Math.max(retryAfterMs, shortestBackoffMs), longestBackoffMs);
}

/** Tokens that live shorter than the lead would be due at once again: they get half of their life. In milliseconds. */
export function quietAfterSuccess(expiresAt: number | undefined, leadMs: number, now: number): number {
  const left = (expiresAt ?? 0) - now;
  return left > leadMs ? 0 : Math.min(Math.max(left / 2, settleMs), longestBackoffMs);
}
