import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './describe.ts';
import { hashKey, isHashedKey } from './hashed-key.ts';
import { isMask, maskedSetting } from './masked.ts';
import { formatPath, type SettingPath, SettingsError } from './problem.ts';
import { type Redirect, redirectsIn } from './redirects.ts';
import type { Settings } from './schema.ts';
import { changesOf, type SettingsPatch, type SettingsStore } from './store.ts';

/** What somebody wants changed: see settingChange in preload/settings-view.ts. */
export interface WantedChange {
  path: SettingPath;
  value: unknown;
  seen?: unknown;
}

/** Lets the owner confirm that secrets go elsewhere; rejects where they do not. */
export type Approve = (redirects: readonly Redirect[]) => Promise<void>;

/**
 * Changes one value, within a list too, and keeps it; in force when it resolves. A mask in the value stands for the secret
 * that is there now. Rejects with SettingsError, which says what does not fit, and changes nothing then. `approve` is
 * asked first where secrets would be sent elsewhere, and rejects for a no.
 */
export async function changeSetting(
  settings: Pick<SettingsStore, 'current' | 'update'>,
  wanted: WantedChange,
  approve: Approve = async () => {},
): Promise<void> {
  const current = settings.current();
  const { path, seen } = wanted;
  const before = valueAt(current, path);
  if (seen !== undefined && !isDeepStrictEqual(maskedSetting(before, path), seen)) {
    throw problemAt(path, 'has changed meanwhile; look at it again');
  }
  const value = withSecretsOf(wanted.value ?? null, maskedSetting(before, path), before);
  const patch = patchAt(current, path, value);
  const redirects = redirectsIn(current, patch);
  if (redirects.length > 0) {
    await approve(redirects);
    // What was answered was about the settings as they were.
    if (settings.current() !== current) throw problemAt(path, 'has changed meanwhile; look at it again');
  }
  await keepChange(settings, patch);
}

/** Keeps a patch: the management key as its hash, and no mask in place of a secret. Rejects with SettingsError. */
export async function keepChange(settings: Pick<SettingsStore, 'update'>, patch: object): Promise<void> {
  const masked = changesOf(patch).find(({ value }) => holdsMask(value));
  if (masked) throw problemAt(masked.path, 'holds a mask in place of a secret; give the secret itself');
  await settings.update((await withHashedKey(patch)) as SettingsPatch);
}

function problemAt(path: SettingPath, text: string): SettingsError {
  const key = formatPath(path);
  return new SettingsError([{ file: 'settings', key, text: `\`${key}\` ${text}` }]);
}

/** Lists are replaced as a whole: a path into one becomes the list with that one change. */
function patchAt(settings: Settings, path: SettingPath, value: unknown): object {
  const at = path.findIndex((part) => typeof part === 'number');
  if (at < 0) return nested(path, value);
  const [above, within] = [path.slice(0, at), path.slice(at)];
  return nested(above, editedList(valueAt(settings, above), within, value));
}

function editedList(list: unknown, [place, ...rest]: SettingPath, value: unknown): unknown[] {
  const items: unknown[] = Array.isArray(list) ? list : [];
  const at = Math.min(Number(place), items.length);
  const item = rest.length === 0 ? value : editedItem(items[at], rest, value);
  return [...items.slice(0, at), ...(item === null ? [] : [item]), ...items.slice(at + 1)];
}

function editedItem(item: unknown, [key = '', ...rest]: SettingPath, value: unknown): object {
  const fields = typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {};
  const { [String(key)]: before, ...others } = fields;
  if (rest.length > 0) return { ...fields, [key]: editedItem(before, rest, value) };
  return value === null ? others : { ...fields, [key]: value };
}

/** `{a: {b: value}}` for `['a', 'b']`: the patch that sets one value. */
export function nested(path: SettingPath, value: unknown): object {
  const [first = '', ...rest] = path;
  return { [first]: rest.length === 0 ? value : nested(rest, value) };
}

/** Puts the secrets back where a value still holds their masks, at the same places. */
function withSecretsOf(value: unknown, masked: unknown, before: unknown): unknown {
  if (isMask(value)) return value === masked ? before : value;
  if (Array.isArray(value))
    return value.map((one, at) => withSecretsOf(one, valueAt(masked, [at]), valueAt(before, [at])));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, child]: [string, unknown]) => {
    return [key, withSecretsOf(child, valueAt(masked, [key]), valueAt(before, [key]))] as const;
  });
  return Object.fromEntries(entries);
}

function holdsMask(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsMask);
  return isMask(value);
}

const [block, name] = ['remote-management', 'secret-key'] as const;

async function withHashedKey(patch: object): Promise<object> {
  const changed = (patch as Record<string, Record<string, unknown> | null>)[block];
  const given = changed?.[name];
  if (typeof given !== 'string' || given.trim() === '' || isHashedKey(given)) return patch;
  return { ...patch, [block]: { ...changed, [name]: await hashKey(given.trim()) } };
}
