import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ImportReport } from '../../preload/contract.ts';
import { isSealedExport } from '../accounts/export.ts';
import { importAccounts } from '../engine/account-exchange.ts';
import { expandHome } from '../engine/home-path.ts';
import { findRunning, getJson, postJson } from './instance-client.ts';
import { askPassphrase } from './passphrase.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';
import { openStandalone } from './standalone.ts';
import { visible } from './terminal-text.ts';

/** Imports accounts into the running instance, or straight into the vault when none runs; resolves with the exit code. */
export async function importFrom(
  path: string | undefined,
  options: PlaceOptions & { json?: boolean },
  version: string,
  home: string,
): Promise<number> {
  const source = path === undefined ? undefined : resolve(path);
  const sealed = source !== undefined && isSealedExport(await readFile(source, 'utf8').catch(() => ''));
  const passphrase = sealed ? await askPassphrase('Passphrase of the export:') : undefined;
  if (sealed && passphrase === undefined) return 130;
  try {
    const report = await bringIn(source, passphrase, options, version, home);
    if (options.json) console.log(JSON.stringify(report, null, 2));
    else print(report);
    return report.imported.length > 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'The accounts could not be imported.');
    return 1;
  }
}

async function bringIn(
  source: string | undefined,
  passphrase: string | undefined,
  options: PlaceOptions,
  version: string,
  home: string,
): Promise<ImportReport> {
  const running = await findRunning(dataDirOf(options));
  if (running) {
    const { credentialFolder } = (await getJson(running, '/state')) as { credentialFolder: { path: string } };
    const argument = { path: source ?? credentialFolder.path, ...(passphrase === undefined ? {} : { passphrase }) };
    return (await postJson(running, '/accounts/import', argument)) as ImportReport;
  }
  const { store, settings, close } = await openStandalone(options, version);
  try {
    return await importAccounts(source ?? expandHome(settings.current()['auth-dir'], home), passphrase, store);
  } finally {
    await close();
  }
}

function print(report: ImportReport): void {
  for (const { provider, label, updated } of report.imported)
    console.log(visible(`${updated ? 'Updated' : 'Imported'} ${provider} account ${label}`));
  for (const { file, reason } of report.skipped) console.log(visible(`Skipped ${file}: ${reason}`));
  for (const warning of report.warnings ?? []) console.log(visible(`Note: ${warning}`));
  if (report.imported.length === 0) console.log('No account was imported.');
}
