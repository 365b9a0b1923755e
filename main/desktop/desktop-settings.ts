import { nativeTheme } from 'electron';
import type { Settings } from '../settings/schema.ts';
import type { SettingsStore } from '../settings/store.ts';

export interface AppearanceParts {
  settings: Pick<SettingsStore, 'current' | 'onChange'>;
  setAutostart(on: boolean): Promise<void>;
  onError(what: string, error: unknown): void;
}

/**
 * Brings the desktop into line with the settings, now and after each change; the returned function ends it. A login item
 * is taken away only when it is switched off here: one that was never wished for may be somebody else's doing.
 */
export function followDesktopSettings({ settings, setAutostart, onError }: AppearanceParts): () => void {
  let atLogin = false;
  let last = Promise.resolve();
  const apply = ({ desktop }: Settings) => {
    nativeTheme.themeSource = desktop.theme;
    const wanted = desktop['launch-at-login'];
    if (wanted === atLogin) return;
    atLogin = wanted;
    last = last
      .then(() => setAutostart(wanted))
      .catch((error: unknown) => onError('the start at login could not be changed', error));
  };
  apply(settings.current());
  return settings.onChange(apply);
}
