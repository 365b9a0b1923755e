import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a client presented: every credential of the request, in the order in which the field's gateways read them. */
export function presentedCredentials(headers: IncomingHttpHeaders, rawQuery: string): string[] {
  const bearer = headers.authorization?.replace(/^bearer\s+/i, '').trim();
  const found = [bearer, first(headers['x-goog-api-key']), first(headers['x-api-key'])];
  if (rawQuery.includes('key=') || rawQuery.includes('auth_token=')) {
    const query = new URLSearchParams(rawQuery);
    found.push(...query.getAll('key'), ...query.getAll('auth_token'));
  }
  return found.filter((value): value is string => value !== undefined && value !== '');
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** A set of keys that can only be asked about, in time that does not depend on how much of a key is right. */
export interface AccessKeys {
  readonly size: number;
  /** The presented value that is a key, if one is. */
  find(presented: readonly string[]): string | undefined;
  includes(value: string): boolean;
}

export function createAccessKeys(keys: readonly string[]): AccessKeys {
  // A keyed digest makes all compared values equally long; the key is new at each start.
  const digestKey = randomBytes(32);
  const digest = (value: string) => createHmac('sha256', digestKey).update(value).digest();
  const known = keys.map(digest);
  const includes = (value: string) => {
    const candidate = digest(value);
    let found = false;
    for (const key of known) found = timingSafeEqual(key, candidate) || found;
    return found;
  };
  return { size: known.length, includes, find: (presented) => presented.find(includes) };
}
