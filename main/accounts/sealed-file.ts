import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { VaultError } from './vault.ts';

/** What the key is made from: the owner's text (any length), or random bytes of a key file. */
export type KeySource = { kind: 'passphrase'; text: string } | { kind: 'key-file'; bytes: Buffer };

const sealedSchema = z.object({
  version: z.literal(1),
  key: z.enum(['passphrase', 'key-file']),
  salt: z.base64(),
  /** scrypt's N; a power of two. */
  cost: z
    .number()
    .int()
    .min(2)
    .max(2 ** 20),
  iv: z.base64(),
  tag: z.base64(),
  data: z.base64(),
});

export type SealedFile = z.infer<typeof sealedSchema>;
export type SealHeader = Pick<SealedFile, 'version' | 'key' | 'salt' | 'cost'>;

/** 32 MB and about 0.1 s: what a small server can spare at start. Stored with the file, so that it can be raised. */
const scryptCost = 2 ** 15;

/** Reads a sealed file's frame. Throws VaultError; `name` is the file's name for the message. */
export function parseSealed(name: string, text: string): SealedFile {
  const value = parseJson(text);
  if (isNewer(value)) throw new VaultError(`${name} was written by a newer Fusebox. It was left as it is.`);
  const parsed = sealedSchema.safeParse(value);
  if (!parsed.success) throw new VaultError(`${name} is damaged: it is not a vault file. It was left as it is.`);
  return parsed.data;
}

export function newHeader(key: KeySource['kind']): SealHeader {
  return { version: 1, key, salt: randomBytes(16).toString('base64'), cost: scryptCost };
}

/** Derives the 32-byte key: scrypt for a passphrase, HKDF-SHA-256 for bytes that are random already. */
export function deriveKey(source: KeySource, header: SealHeader): Promise<Buffer> {
  const salt = Buffer.from(header.salt, 'base64');
  if (source.kind === 'key-file') {
    return Promise.resolve(Buffer.from(hkdfSync('sha256', source.bytes, salt, 'fusebox vault', 32)));
  }
  const limits = { N: header.cost, r: 8, p: 1, maxmem: 256 * 8 * header.cost };
  return new Promise((resolve, reject) => {
    scrypt(source.text.normalize('NFKC'), salt, 32, limits, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** AES-256-GCM with a fresh IV; the header is authenticated too. */
export function seal(key: Buffer, header: SealHeader, text: string): SealedFile {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(authenticated(header));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const base64 = {
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
  return { ...header, ...base64 };
}

/** The sealed text, or undefined when the key is wrong or anything was changed. */
export function unseal(key: Buffer, sealed: SealedFile): string | undefined {
  try {
    const iv = Buffer.from(sealed.iv, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAAD(authenticated(sealed));
    decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
    return Buffer.concat([decipher.update(sealed.data, 'base64'), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function authenticated(header: SealHeader): Buffer {
  return Buffer.from(JSON.stringify([header.version, header.key, header.salt, header.cost]));
}

function isNewer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'version' in value && Number(value.version) > 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
