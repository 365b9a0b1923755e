import { type Approve, changeSetting } from '../../settings/change.ts';
import { describeSettings, settingValues } from '../../settings/describe.ts';
import { SettingsError } from '../../settings/problem.ts';
import type { SettingsStore } from '../../settings/store.ts';
import type { System } from '../../settings/without-effect.ts';
import { type CallHandlers, CallRefused } from './call-handlers.ts';

export interface SettingsParts {
  settings: Pick<SettingsStore, 'current' | 'problem' | 'update'>;
  system: System;
  /** Asked outside of the window before secrets are sent elsewhere. Absent: whoever calls has been let in for that. */
  approve?: Approve;
  /** Where the settings are kept. */
  file: string;
}

/** The calls of the Settings page. */
export function settingsHandlers({ settings, system, file, approve }: SettingsParts) {
  return {
    'settings.describe': () => ({ settings: describeSettings(system), file }),
    'settings.get': () => {
      const problem = settings.problem();
      const values = settingValues(settings.current(), describeSettings(system));
      return { values, ...(problem === undefined ? {} : { problem }) };
    },
    'settings.set': async (change) => {
      await changeSetting(settings, change, approve).catch(refused);
      return null;
    },
  } satisfies Partial<CallHandlers>;
}

/** The schema's words, without the name of a file that the owner never chose. */
function refused(error: unknown): never {
  if (!(error instanceof SettingsError)) throw error;
  throw new CallRefused('settings', error.problems.map(({ text }) => text).join('; '));
}
