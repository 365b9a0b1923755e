import { systemClock as clock } from '../clock.ts';
import { type AccountParts, openAccounts } from '../engine/account-parts.ts';
import { createSecretWatch, type SecretWatch } from '../engine/secret-watch.ts';
import { settingsAccounts } from '../engine/settings-accounts.ts';
import { createLogger, type Log, terminalSink } from '../journal/log.ts';
import { createRedactor } from '../journal/redaction.ts';
import { formatProblems } from '../settings/problem.ts';
import type { SettingsStore } from '../settings/store.ts';
import { openYamlStore } from '../settings/yaml-store.ts';
import { dataDirOf, openVaultOf, type PlaceOptions, settingsFileOf } from './place.ts';

/** Accounts and settings for a command that works while no gateway runs. */
export interface Standalone extends AccountParts {
  settings: SettingsStore;
  secrets: SecretWatch;
  log: Log;
  close(): Promise<void>;
}

/**
 * Rejects in words for the terminal: with what is wrong with the settings, or VaultError. What an engine would log is left
 * out: the command tells it itself.
 */
export async function openStandalone(options: PlaceOptions, version: string): Promise<Standalone> {
  const redactor = createRedactor();
  const log = createLogger({ debug: false, redactor, output: terminalSink(process.stderr) });
  log.logger.level = 'error';
  const opened = await openYamlStore({ file: settingsFileOf(options), clock, log: log.logger });
  if (!opened.ok) throw new Error(`The settings cannot be used:\n${formatProblems(opened.problems)}`);
  const settings = opened.store;
  const vault = await openVaultOf(options, (message) => void process.stderr.write(`${message}\n`));
  const secrets = createSecretWatch(redactor);
  secrets.settings(settings.current());
  const parts = await openAccounts({
    dataDir: dataDirOf(options),
    env: process.env,
    clock,
    settings,
    log,
    vault,
    version,
  });
  parts.store.setSettingsAccounts(settingsAccounts(settings.current()));
  return {
    ...parts,
    settings,
    secrets,
    log,
    async close() {
      settings.close();
      await parts.upstreams.close();
    },
  };
}
