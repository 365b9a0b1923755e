import type { AccountStore } from '../accounts/account-store.ts';
import type { Log } from '../journal/log.ts';
import type { LogFile } from '../journal/log-file.ts';
import type { Settings } from '../settings/schema.ts';
import type { SecretWatch } from './secret-watch.ts';
import { settingsAccounts } from './settings-accounts.ts';

/**
 * Opens the log file, of parts of so many bytes; `onProblem` is told of lines that cannot be written. Throws where it cannot
 * be opened.
 */
export type OpenLogFile = (maxBytes: number, onProblem: (error: Error) => void) => LogFile;

export interface SettingsEffectParts {
  log: Log;
  openLogFile: OpenLogFile;
  secrets: SecretWatch;
  store: AccountStore;
}

/** Brings what depends on the settings into line with them, at the start and after each change. */
export interface SettingsEffects {
  apply(settings: Settings): void;
  close(): void;
}

export function createSettingsEffects({ log, openLogFile, secrets, store }: SettingsEffectParts): SettingsEffects {
  let logFile: { open: LogFile; maxBytes: number } | undefined;
  let bodiesLogged = false;
  /** `maxBytes` of one part; undefined for no file. */
  const setLogFile = (maxBytes: number | undefined) => {
    if (maxBytes === logFile?.maxBytes) return;
    const previous = logFile?.open;
    logFile = maxBytes === undefined ? undefined : opened(maxBytes);
    log.setFile(logFile?.open);
    previous?.close();
  };
  /** Undefined where there can be none: the terminal still has everything, and the next change of the settings tries again. */
  const opened = (maxBytes: number) => {
    try {
      return { open: openLogFile(maxBytes, tellOfLostLines), maxBytes };
    } catch (error) {
      log.logger.warn(`There is no log file: it cannot be opened (${reasonOf(error)})`);
      return undefined;
    }
  };
  const tellOfLostLines = (error: Error) =>
    log.logger.warn(`The log file cannot be written (${reasonOf(error)}); until it can, lines are missing from it`);
  const tellOfBodies = (on: boolean) => {
    if (on && !bodiesLogged)
      log.logger.warn('request-log is on: what models are asked and answer is written to logs/requests in plain text');
    bodiesLogged = on;
  };
  return {
    apply(settings) {
      // First of all: nothing that follows may log a secret that the redactor does not know yet.
      secrets.settings(settings);
      log.setLevel(settings.debug ? 'debug' : settings['log-level']);
      setLogFile(settings['logging-to-file'] ? logPartBytes(settings) : undefined);
      tellOfBodies(settings['request-log']);
      store.setSettingsAccounts(settingsAccounts(settings));
    },
    close: () => setLogFile(undefined),
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const megabyte = 1_000_000;

/** A tenth of what all logs may take: the log has three parts. */
function logPartBytes({ 'logs-max-total-size-mb': megabytes }: Settings): number {
  return megabytes === 0 ? 10 * megabyte : Math.min(10, megabytes / 10) * megabyte;
}

/** What is left of it for the files of request-log, in bytes; 0 for no limit. */
export function exchangeBytes({ 'logs-max-total-size-mb': megabytes }: Settings): number {
  return megabytes * 0.7 * megabyte;
}
