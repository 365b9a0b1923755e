import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../replace-file.ts';
import type { Lock } from './file-lock.ts';
import { deriveKey, type KeySource, newHeader, parseSealed, type SealHeader, seal, unseal } from './sealed-file.ts';
import { type Vault, VaultError } from './vault.ts';

export interface FileVaultOptions {
  dataDir: string;
  /** FUSEBOX_VAULT_KEY; absent: the key file in the data folder, made when there is no vault yet. */
  passphrase?: string;
  /** Guards the file against other processes of the same data folder. */
  lock: Lock;
  note?: string;
}

export const vaultFile = 'vault.json';
export const keyFile = 'vault.key';

const contentSchema = z.record(z.string(), z.string());

interface Content {
  header: SealHeader;
  values: Map<string, string>;
}

/** Values in one encrypted file, for machines without a keychain. What cannot be decrypted is never written over. */
export class FileVault implements Vault {
  readonly kind = 'file';
  readonly note?: string;
  readonly #folder: string;
  readonly #path: string;
  readonly #passphrase: string | undefined;
  readonly #lock: Lock;
  #derived: { salt: string; key: Buffer } | undefined;

  constructor(options: FileVaultOptions) {
    this.#folder = options.dataDir;
    this.#path = join(options.dataDir, vaultFile);
    this.#passphrase = options.passphrase;
    this.#lock = options.lock;
    if (options.note !== undefined) this.note = options.note;
  }

  async entries(): Promise<Map<string, string>> {
    return (await this.#load())?.values ?? new Map();
  }

  async get(name: string): Promise<string | undefined> {
    return (await this.entries()).get(name);
  }

  set(name: string, value: string): Promise<void> {
    return this.#change((values) => {
      values.set(name, value);
      return true;
    });
  }

  delete(name: string): Promise<void> {
    return this.#change((values) => values.delete(name));
  }

  /** Reads under the lock, so that what another process wrote meanwhile is kept. */
  async #change(edit: (values: Map<string, string>) => boolean): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#lock('vault', async () => {
      const content = (await this.#load()) ?? (await this.#begin());
      if (!edit(content.values)) return;
      const key = await this.#keyFor(content.header);
      const sealed = seal(key, content.header, JSON.stringify(Object.fromEntries(content.values)));
      await replaceFile(this.#path, `${JSON.stringify(sealed)}\n`, { mode: 'private', verify: true });
      await this.#removeLeftovers();
    });
  }

  async #load(): Promise<Content | undefined> {
    const text = await readIfThere(this.#path);
    if (text === undefined) return undefined;
    const sealed = parseSealed(vaultFile, text);
    const plain = unseal(await this.#keyFor(sealed), sealed);
    if (plain === undefined) {
      const means =
        sealed.key === 'passphrase'
          ? 'FUSEBOX_VAULT_KEY is not the key it was written with'
          : `${keyFile} is not its key`;
      throw new VaultError(
        `${vaultFile} cannot be decrypted: ${means}, or the file was changed. It was left as it is.`,
      );
    }
    return { header: sealed, values: new Map(Object.entries(contentSchema.parse(JSON.parse(plain)))) };
  }

  async #begin(): Promise<Content> {
    if (this.#passphrase === undefined) await makeKeyFile(join(this.#folder, keyFile));
    const header = newHeader(this.#passphrase === undefined ? 'key-file' : 'passphrase');
    return { header, values: new Map() };
  }

  /** Deriving is slow by design, so the key is kept; writes reuse the salt and take a new IV. */
  async #keyFor(header: SealHeader): Promise<Buffer> {
    if (this.#derived?.salt === header.salt) return this.#derived.key;
    const key = await deriveKey(await this.#sourceFor(header), header);
    this.#derived = { salt: header.salt, key };
    return key;
  }

  async #sourceFor(header: SealHeader): Promise<KeySource> {
    if (header.key === 'passphrase') {
      if (this.#passphrase !== undefined) return { kind: 'passphrase', text: this.#passphrase };
      throw new VaultError(`${vaultFile} needs its key: set FUSEBOX_VAULT_KEY to the text it was written with.`);
    }
    if (this.#passphrase !== undefined) {
      throw new VaultError(
        `${vaultFile} was written with ${keyFile}, not with FUSEBOX_VAULT_KEY: unset that variable.`,
      );
    }
    return { kind: 'key-file', bytes: await readKeyFile(join(this.#folder, keyFile)) };
  }

  /** A crash between writing and renaming leaves a temporary file; nobody else writes while the lock is held. */
  async #removeLeftovers(): Promise<void> {
    const names = await readdir(this.#folder);
    const left = names.filter(
      (name) => name.endsWith('.tmp') && (name.startsWith(`${vaultFile}.`) || name.startsWith(`${keyFile}.`)),
    );
    await Promise.all(left.map((name) => rm(join(this.#folder, name), { force: true })));
  }
}

async function makeKeyFile(path: string): Promise<void> {
  if ((await readIfThere(path)) === undefined)
    await replaceFile(path, `${randomBytes(32).toString('base64')}\n`, { mode: 'private' });
}

async function readKeyFile(path: string): Promise<Buffer> {
  const text = await readIfThere(path);
  if (text === undefined)
    throw new VaultError(`${vaultFile} needs its key, but ${keyFile} is missing from the data folder.`);
  await closeToOthers(path);
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.length !== 32)
    throw new VaultError(`${keyFile} is damaged: it must hold 32 bytes in base64. It was left as it is.`);
  return bytes;
}

async function closeToOthers(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new VaultError(
      `${path} cannot be read: ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'}.`,
    );
  }
}
