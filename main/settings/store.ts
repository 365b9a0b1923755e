import type { z } from 'zod';
import type { Settings, settingsSchema } from './schema.ts';

/** Where the settings in force come from, and how they change while the program runs. */
export interface SettingsStore {
  /** The settings in force: always complete and valid. */
  current(): Settings;
  /** Why the latest change could not be used, for people; undefined when all is well. */
  problem(): string | undefined;
  /** Calls back when the settings or the problem changed; the returned function ends it. */
  onChange(listener: (settings: Settings) => void): () => void;
  /** Changes the named settings and keeps them; in force when it resolves. Rejects with a SettingsError and changes nothing when they do not fit. */
  update(patch: SettingsPatch): Promise<void>;
  /** Stops watching. Waits for nothing; a write that has begun completes. */
  close(): void;
}

/** What the stores log, as pino does it. */
export interface SettingsLog {
  info(message: string): void;
  warn(message: string): void;
}

type OlderSpelling = 'amp-upstream-url' | 'amp-upstream-api-key' | 'amp-restrict-management-to-localhost';

type Patch<T> = {
  [K in keyof T]?:
    | (NonNullable<T[K]> extends readonly unknown[] | string | number | boolean ? T[K] : Patch<T[K]>)
    | null;
};

/** New values by key. Blocks are merged, lists and single values replaced, and null goes back to the default. */
export type SettingsPatch = Patch<Omit<z.input<typeof settingsSchema>, OlderSpelling>>;

/** One changed value; undefined removes the setting, so that its default applies. */
export interface SettingChange {
  path: string[];
  value: unknown;
}

/** A patch as a list of single changes, in its order. */
export function changesOf(patch: object, prefix: readonly string[] = []): SettingChange[] {
  return Object.entries(patch).flatMap(([key, value]: [string, unknown]) => {
    const path = [...prefix, key];
    if (value === undefined) return [];
    if (value === null) return [{ path, value: undefined }];
    return typeof value === 'object' && !Array.isArray(value) ? changesOf(value, path) : [{ path, value }];
  });
}
