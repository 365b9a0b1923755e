import type { SettingsParts } from '../../main/engine/calls/settings-handlers.ts';
import { openDesktopStore } from '../../main/settings/desktop-store.ts';

/** The tray application's own settings, file and vault in memory. */
export function memorySettings(plain: Record<string, unknown> = {}, sealed: Record<string, unknown> = {}) {
  const log = { info() {}, warn() {} };
  const config = { store: plain, onDidAnyChange: () => () => {} };
  const vault = { read: () => sealed, write: async () => {} };
  const settings = openDesktopStore(config, vault, log);
  const parts: SettingsParts = {
    settings,
    system: { desktop: true, tray: true, platform: 'linux' },
    file: '/data/settings.json',
  };
  return { ...parts, settings };
}
