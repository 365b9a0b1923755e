import { useCallback, useEffect, useState } from 'react';
import type { SettingChangeQuestion, SettingsDescription, SettingsValues } from '../../preload/settings-view.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { useNow } from '../state/now.ts';

/** Settings may be edited in their file, of which nothing is told here; in milliseconds. */
const renewMs = 20_000;

/** Changes one setting; resolves to why that could not be done, in the engine's words. */
export type SaveSetting = (change: SettingChangeQuestion) => Promise<string | undefined>;

export interface Settings {
  /** Undefined until they have been read. */
  description: SettingsDescription | undefined;
  current: SettingsValues | undefined;
  save: SaveSetting;
}

/** The settings as the engine has them, and the way to change them. */
export function useSettings(): Settings {
  const { attempt } = useFusebox();
  const [description, setDescription] = useState<SettingsDescription>();
  const [current, setCurrent] = useState<SettingsValues>();
  const now = useNow(renewMs);
  const load = useCallback(async () => {
    const result = await attempt('settings.get', undefined);
    if (result.ok) setCurrent(result.value);
  }, [attempt]);
  useEffect(() => {
    void attempt('settings.describe', undefined).then((result) => result.ok && setDescription(result.value));
  }, [attempt]);
  useEffect(() => {
    if (now > 0) void load();
  }, [now, load]);
  const save = useCallback<SaveSetting>(
    async (change) => {
      const result = await attempt('settings.set', change);
      await load();
      return result.ok ? undefined : result.error.message;
    },
    [attempt, load],
  );
  return { description, current, save };
}
