import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * Keys that are kept as a hash only: `scrypt$<log2 N>$<r>$<p>$<salt>$<hash>`, both in base64url. The cost is the one that
 * OWASP's password storage cheat sheet names for 32 MB of memory a try.
 */
const cost = { logN: 15, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;
const hashed = /^scrypt\$(1[0-7])\$([1-9]|1[0-6])\$([1-8])\$([\w-]{22})\$([\w-]{43})$/;

/** Whether a text is such a hash, and no key. */
export function isHashedKey(value: unknown): boolean {
  return typeof value === 'string' && hashed.test(value);
}

/** Whether a text is a hash of bcrypt, as CLIProxyAPI leaves it in its settings file. */
export function isForeignHash(value: string): boolean {
  return /^\$2[abxy]?\$\d\d\$/.test(value);
}

/** Takes some hundred milliseconds, on another thread. */
export async function hashKey(key: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const { logN, r, p } = cost;
  const hash = await derive(key, salt, cost);
  return ['scrypt', logN, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether `key` is what `hash` was made of; the time does not depend on how much of it is right. */
export async function matchesHash(key: string, hash: string): Promise<boolean> {
  const [, logN, r, p, salt = '', wanted = ''] = hashed.exec(hash) ?? [];
  if (logN === undefined) return false;
  const found = await derive(key, Buffer.from(salt, 'base64url'), { logN: Number(logN), r: Number(r), p: Number(p) });
  const expected = Buffer.from(wanted, 'base64url');
  return found.length === expected.length && timingSafeEqual(found, expected);
}

function derive(key: string, salt: Buffer, { logN, r, p }: typeof cost): Promise<Buffer> {
  const N = 2 ** logN;
  const options = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(key.normalize('NFC'), salt, hashBytes, options, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
