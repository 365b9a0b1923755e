import { z } from 'zod';

/** The settings as the window describes and edits them. Secrets are masked in it; see main/settings/masked.ts. */

export type SettingKind = 'switch' | 'choice' | 'number' | 'text' | 'texts' | 'entries';

/** What one value may be. */
export interface SettingShape {
  kind: SettingKind;
  /** One or two sentences. */
  about: string;
  /** Its values are never shown. */
  secret: boolean;
  /** Of a choice. */
  choices?: string[];
  /** Bounds of a whole number. */
  least?: number;
  most?: number;
  /** Of a text: empty means something else than the default. */
  mayBeEmpty?: boolean;
}

/** A field of an entry in a list. */
export interface SettingField extends Omit<SettingShape, 'kind'> {
  name: string;
  required: boolean;
  /** `pairs`: a block of texts by name, or a list of blocks with two texts each. */
  kind: SettingKind | 'pairs';
  /** The keys of those two texts; absent for a block. */
  pair?: [string, string];
}

/** One setting that holds a value of its own. */
export interface SettingView extends SettingShape {
  /** Dotted, as in docs/configuration.md. */
  key: string;
  path: string[];
  /** What applies without it; absent where there is nothing then. */
  default?: unknown;
  /** Of the entries of a list. */
  fields?: SettingField[];
  /** Edited on that page. */
  page?: 'models';
  /** Why it does nothing on this system. */
  noEffect?: string;
}

export interface SettingsDescription {
  settings: SettingView[];
  /** Where they are kept. */
  file: string;
}

export interface SettingsValues {
  /** In force, by key; secrets are masked, what is not set is absent. */
  values: Record<string, unknown>;
  /** Why the latest change could not be used. */
  problem?: string;
}

/** One value; null goes back to the default, or takes an entry out of its list. */
export const settingChange = z.strictObject({
  /** Numbers are places in a list; the one behind its end adds an entry. */
  path: z
    .array(z.union([z.string().min(1).max(200), z.number().int().min(0).max(10_000)]))
    .min(1)
    .max(10),
  /** A mask in it stands for the secret that is there now. */
  value: z.unknown(),
  /** What the window shows at this place; where something else stands by now, nothing is changed. */
  seen: z.unknown().optional(),
});
export type SettingChangeQuestion = z.infer<typeof settingChange>;
