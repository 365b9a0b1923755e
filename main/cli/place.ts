import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { loadKeytar } from '../accounts/keychain-loader.ts';
import { openVault } from '../accounts/open-vault.ts';
import type { Vault, VaultKind } from '../accounts/vault.ts';

/** Options that every command takes: whose Fusebox is meant. */
export interface PlaceOptions {
  config?: string;
  dataDir?: string;
  vault?: VaultKind;
}

/** The data folder of the system's convention, unless one is named. */
export function dataDirOf(options: PlaceOptions): string {
  return resolve(options.dataDir ?? envPaths('fusebox', { suffix: '' }).data);
}

export function settingsFileOf(options: PlaceOptions): string {
  return options.config === undefined ? join(dataDirOf(options), 'config.yaml') : resolve(options.config);
}

export function openVaultOf(options: PlaceOptions, report: (message: string) => void): Promise<Vault> {
  return openVault({ choice: options.vault, dataDir: dataDirOf(options), env: process.env, loadKeytar, report });
}
