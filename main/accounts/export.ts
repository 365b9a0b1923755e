import { z } from 'zod';
import type { StoredAccount } from './account.ts';
import { parseEntry, serialiseEntry } from './account-entry.ts';
import { deriveKey, newHeader, parseSealed, seal, unseal } from './sealed-file.ts';
import { VaultError } from './vault.ts';

/** Shorter ones fall to guessing, because whoever has the file can try at leisure. In characters. */
const shortestPassphrase = 10;

/** Each account as the vault keeps it. */
const contentSchema = z.object({ format: z.literal('fusebox-accounts'), entries: z.array(z.string()) });

/** The accounts as text that only the passphrase opens (scrypt, AES-256-GCM). Throws VaultError for a short passphrase. */
export async function sealAccounts(accounts: readonly StoredAccount[], passphrase: string): Promise<string> {
  if (passphrase.length < shortestPassphrase) {
    throw new VaultError(`The passphrase is too short: use at least ${shortestPassphrase} characters.`);
  }
  const header = newHeader('passphrase');
  const key = await deriveKey({ kind: 'passphrase', text: passphrase }, header);
  const entries = accounts.map((stored) => serialiseEntry({ ...stored, origins: [] }));
  return `${JSON.stringify(seal(key, header, JSON.stringify({ format: 'fusebox-accounts', entries })))}\n`;
}

/** Whether a file's text looks like an export. */
export function isSealedExport(text: string): boolean {
  return /^\s*\{"version":\d+,"key":"passphrase","salt":/.test(text);
}

/** Throws VaultError when the passphrase is wrong, or the file damaged or no export. */
export async function unsealAccounts(name: string, text: string, passphrase: string): Promise<StoredAccount[]> {
  const sealed = parseSealed(name, text);
  const plain = unseal(await deriveKey({ kind: 'passphrase', text: passphrase }, sealed), sealed);
  if (plain === undefined)
    throw new VaultError(`${name} cannot be opened: the passphrase is wrong, or the file is damaged.`);
  const content = contentSchema.safeParse(JSON.parse(plain));
  if (!content.success) throw new VaultError(`${name} holds no accounts that this version can read.`);
  return content.data.entries.flatMap((entry) => parseEntry(entry) ?? []);
}
