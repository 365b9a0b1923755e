import type { Account } from '../accounts/account.ts';

/** Headers that the HTTP client sets by itself; an account cannot replace them. */
const framing = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'accept-encoding',
  'content-type',
]);

/** The headers that the owner set for an account, in lower case; they go over all others. */
export function ownHeaders(account: Account): Record<string, string> {
  if (!account.headers) return {};
  const entries = Object.entries(account.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(entries.filter(([name]) => !framing.has(name)));
}
