import { resolve } from 'node:path';
import { exportAccounts } from '../engine/account-exchange.ts';
import { findRunning, postJson } from './instance-client.ts';
import { askPassphrase } from './passphrase.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';
import { openStandalone } from './standalone.ts';

/** Writes all accounts to a file that only a passphrase opens; resolves with the exit code. */
export async function exportTo(
  file: string,
  options: PlaceOptions & { json?: boolean },
  version: string,
): Promise<number> {
  const path = resolve(file);
  const passphrase = await askPassphrase('Passphrase for the export:');
  if (passphrase === undefined) return 130;
  try {
    const count = await write(path, passphrase, options, version);
    if (options.json) {
      console.log(JSON.stringify({ file: path, exported: count }));
      return 0;
    }
    console.log(`Exported ${count} ${count === 1 ? 'account' : 'accounts'} to ${path}`);
    console.log('Note: use them in one place only. Providers renew tokens, and each renewal ends the token elsewhere.');
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'The accounts could not be exported.');
    return 1;
  }
}

async function write(path: string, passphrase: string, options: PlaceOptions, version: string): Promise<number> {
  const running = await findRunning(dataDirOf(options));
  if (running)
    return ((await postJson(running, '/accounts/export', { path, passphrase })) as { exported: number }).exported;
  const { store, close } = await openStandalone(options, version);
  try {
    return await exportAccounts(path, passphrase, store);
  } finally {
    await close();
  }
}
