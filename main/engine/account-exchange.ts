import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportReport } from '../../preload/contract.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { isSealedExport, sealAccounts, unsealAccounts } from '../accounts/export.ts';
import { importFolder } from '../accounts/import.ts';
import { VaultError } from '../accounts/vault.ts';
import { replaceFile } from '../replace-file.ts';

const exportLimit = 16 * 1024 * 1024;

/** Accounts from a folder, a credential file, or a sealed export, which needs its passphrase. */
export async function importAccounts(
  path: string,
  passphrase: string | undefined,
  store: AccountStore,
): Promise<ImportReport> {
  const text = await exportAt(path);
  if (text === undefined) return importFolder(path, store);
  const file = basename(path);
  if (!passphrase)
    return { imported: [], skipped: [{ file, reason: 'it is an export of Fusebox; its passphrase is needed' }] };
  try {
    const report: ImportReport = { imported: [], skipped: [] };
    for (const stored of await unsealAccounts(file, text, passphrase)) {
      const { account, updated } = await store.upsert(stored);
      report.imported.push({ label: account.label, provider: account.provider, updated });
    }
    return report;
  } catch (error) {
    if (error instanceof VaultError) return { imported: [], skipped: [{ file, reason: error.message }] };
    throw error;
  }
}

/** Writes all accounts of the vault, for the owner's eyes only; resolves to how many. Throws VaultError for a short passphrase, or without accounts. */
export async function exportAccounts(path: string, passphrase: string, store: AccountStore): Promise<number> {
  const kept = store.list().filter(({ source }) => source === 'vault');
  if (kept.length === 0) throw new VaultError('There are no accounts to export.');
  const text = await sealAccounts(
    kept.map((account) => ({ account, secret: store.secretOf(account.id) })),
    passphrase,
  );
  await replaceFile(path, text, { mode: 'private' });
  return kept.length;
}

async function exportAt(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > exportLimit) return undefined;
  const text = await readFile(path, 'utf8').catch(() => '');
  return isSealedExport(text) ? text : undefined;
}
