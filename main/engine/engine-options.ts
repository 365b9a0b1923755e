import type { Vault } from '../accounts/vault.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../journal/log.ts';
import type { Redactor } from '../journal/redaction.ts';
import type { OpenPort } from '../journal/store/port.ts';
import type { SettingsStore } from '../settings/store.ts';
import type { Heap } from './heap.ts';
import type { OpenLogFile } from './settings-effects.ts';

export interface EngineOptions {
  settings: SettingsStore;
  vault: Vault;
  dataDir: string;
  log: Log;
  /** Also used by `log`; learns every secret. */
  redactor: Redactor;
  clock: Clock;
  env: NodeJS.ProcessEnv;
  homeDir: string;
  platform: NodeJS.Platform;
  pid: number;
  version: string;
  /** Opens the log file when the settings ask for one. */
  openLogFile: OpenLogFile;
  /** The heap that requests leave garbage in; absent where it is left to V8. */
  heap?: Heap;
  /** The way to the journal's file. */
  openJournal: OpenPort;
  /** Shows a page to the owner; resolves to whether that worked. Absent where nobody is in front of this machine. */
  openBrowser?(url: string): Promise<boolean>;
  /** Offers the window to browsers at /ui: the folder of its built files, and the settings file that it names. */
  dashboard?: { pages: string; settingsFile: string };
}
