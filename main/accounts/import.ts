import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImportReport } from '../../preload/contract.ts';
import type { StoredAccount } from './account.ts';
import type { UpsertResult } from './account-store.ts';
import { parseCredentialFile } from './credentials/file.ts';

/** The part of the account store that import needs. */
export interface ImportTarget {
  upsert(stored: StoredAccount): Promise<UpsertResult>;
}

/** Credential files are a few KB; anything beyond this is something else. In bytes. */
const sizeLimit = 1024 * 1024;

/**
 * Copies the accounts of a folder's credential files (`*.json` directly inside), or of one file, into the store.
 * Never rejects for a bad file: it is listed as skipped, with a reason, and the others go on.
 */
export async function importFolder(path: string, store: ImportTarget): Promise<ImportReport> {
  const report: ImportReport = { imported: [], skipped: [] };
  for (const file of await filesAt(path, report)) await importFile(file, store, report);
  return report;
}

async function filesAt(path: string, report: ImportReport): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.json'));
    if (names.length === 0) report.skipped.push({ file: path, reason: 'the folder holds no .json files' });
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    report.skipped.push({ file: path, reason: fileProblem(error) });
    return [];
  }
}

async function importFile(path: string, store: ImportTarget, report: ImportReport): Promise<void> {
  const file = basename(path);
  const text = await readText(path);
  const parsed = text.ok ? parseCredentialFile(file, text.value) : text;
  if (!parsed.ok) {
    report.skipped.push({ file, reason: parsed.reason });
    return;
  }
  for (const stored of parsed.accounts) await storeAccount(file, stored, store, report);
  if (parsed.warning) report.warnings = [...(report.warnings ?? []), `${file}: ${parsed.warning}`];
}

async function storeAccount(
  file: string,
  stored: StoredAccount,
  store: ImportTarget,
  report: ImportReport,
): Promise<void> {
  try {
    const { account, updated } = await store.upsert(stored);
    report.imported.push({ label: account.label, provider: account.provider, updated });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    report.skipped.push({ file, reason: `it could not be stored: ${reason}` });
  }
}

async function readText(path: string): Promise<{ ok: true; value: string } | { ok: false; reason: string }> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return { ok: false, reason: 'it is not a regular file' };
    if (found.size > sizeLimit) return { ok: false, reason: 'it is too large to be a credential file' };
    return { ok: true, value: await readFile(path, 'utf8') };
  } catch (error) {
    return { ok: false, reason: fileProblem(error) };
  }
}

function fileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'there is no such file or folder';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read by this user';
  return `it cannot be read (${code || 'unknown error'})`;
}
