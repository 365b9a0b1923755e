import type { AccountStore } from '../accounts/account-store.ts';
import type { Log } from '../journal/log.ts';
import type { LogFile } from '../journal/log-file.ts';
import type { Settings } from '../settings/schema.ts';
import type { SecretWatch } from './secret-watch.ts';
import { settingsAccounts } from './settings-accounts.ts';

export interface SettingsEffectParts {
  log: Log;
  openLogFile(): LogFile;
  secrets: SecretWatch;
  store: AccountStore;
}

/** Brings what depends on the settings into line with them, at the start and after each change. */
export interface SettingsEffects {
  apply(settings: Settings): void;
  close(): void;
}

export function createSettingsEffects({ log, openLogFile, secrets, store }: SettingsEffectParts): SettingsEffects {
  let logFile: LogFile | undefined;
  const setLogFile = (wanted: boolean) => {
    if (wanted === (logFile !== undefined)) return;
    const previous = logFile;
    logFile = wanted ? openLogFile() : undefined;
    log.setFile(logFile);
    previous?.close();
  };
  return {
    apply(settings) {
      // First of all: nothing that follows may log a secret that the redactor does not know yet.
      secrets.settings(settings);
      log.setDebug(settings.debug);
      setLogFile(settings['logging-to-file']);
      store.setSettingsAccounts(settingsAccounts(settings));
    },
    close: () => setLogFile(false),
  };
}
