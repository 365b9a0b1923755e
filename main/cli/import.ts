import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ImportReport } from '../../preload/contract.ts';
import { AccountStore } from '../accounts/account-store.ts';
import { createFileLock } from '../accounts/file-lock.ts';
import { importFolder } from '../accounts/import.ts';
import { systemClock } from '../clock.ts';
import { expandHome } from '../engine/home-path.ts';
import { formatProblems } from '../settings/problem.ts';
import { openYamlStore } from '../settings/yaml-store.ts';
import { findRunning, postJson } from './instance-client.ts';
import { dataDirOf, openVaultOf, type PlaceOptions, settingsFileOf } from './place.ts';

/** Imports accounts into the running instance, or straight into the vault when none runs; resolves with the exit code. */
export async function importAccounts(path: string | undefined, options: PlaceOptions): Promise<number> {
  const source = path === undefined ? await defaultFolder(options) : resolve(path);
  if (source === undefined) return 1;
  const running = await findRunning(dataDirOf(options));
  const report = running
    ? ((await postJson(running, '/accounts/import', { path: source })) as ImportReport)
    : await importIntoVault(source, options);
  print(report);
  return report.imported.length > 0 ? 0 : 1;
}

async function defaultFolder(options: PlaceOptions): Promise<string | undefined> {
  const log = { info: () => {}, warn: (message: string) => console.error(message) };
  const opened = await openYamlStore({ file: settingsFileOf(options), clock: systemClock, log });
  if (!opened.ok) {
    console.error(`The settings cannot be used:\n${formatProblems(opened.problems)}`);
    return undefined;
  }
  opened.store.close();
  return expandHome(opened.store.current()['auth-dir'], homedir());
}

async function importIntoVault(path: string, options: PlaceOptions): Promise<ImportReport> {
  const report = (message: string) => console.error(message);
  const vault = await openVaultOf(options, report);
  const lock = createFileLock({ folder: join(dataDirOf(options), 'locks') });
  return importFolder(path, await AccountStore.open({ vault, lock, report }));
}

function print(report: ImportReport): void {
  for (const { provider, label, updated } of report.imported)
    console.log(`${updated ? 'Updated' : 'Imported'} ${provider} account ${label}`);
  for (const { file, reason } of report.skipped) console.log(`Skipped ${file}: ${reason}`);
  for (const warning of report.warnings ?? []) console.log(`Note: ${warning}`);
  if (report.imported.length === 0) console.log('No account was imported.');
}
