import { isDeepStrictEqual } from 'node:util';
import { isHashedKey } from './hashed-key.ts';
import { Listeners } from './listeners.ts';
import { checkSettings } from './parse.ts';
import { formatPath, formatProblems, SettingsError, type SettingsProblem } from './problem.ts';
import { defaultSettings, type Settings } from './schema.ts';
import { holdsSecret } from './secrets.ts';
import { type SettingNode, settingTree } from './setting-tree.ts';
import { changesOf, type SettingChange, type SettingsLog, type SettingsPatch, type SettingsStore } from './store.ts';

/** The part of electron-store that is used; `new ElectronStore({ watch: true })` fits. */
export interface DesktopConfig {
  /** Everything that is kept; throws when the file is not JSON. Setting it replaces the file. */
  store: Record<string, unknown>;
  onDidAnyChange(callback: () => void): () => void;
}

type Values = Record<string, unknown>;

/** The part of the settings that is secret: kept in the vault, never in the file. */
export interface SealedValues {
  read(): Values;
  /** Resolves when they are safe. */
  write(values: Values): Promise<void>;
}

/** What the owner has set: the file's part, and the vault's. */
interface Parts {
  plain: Values;
  sealed: Values;
}

const file = 'settings';

/**
 * The desktop application's own settings. Secrets go to the vault, because the file is plain text; one that stands in the
 * file is refused. A setting that cannot be used at the start is left out, so that the window opens and can say so; one
 * that turns bad later leaves the last good settings in force.
 */
export function openDesktopStore(config: DesktopConfig, vault: SealedValues, log: SettingsLog): SettingsStore {
  const tree = settingTree();
  const listeners = new Listeners<Settings>();
  const initial = usablePart(readValues(config), vault.read(), tree);
  let { settings, parts, problem } = initial;
  let lastWrite: Promise<unknown> = Promise.resolve();
  if (problem) log.warn(problem);

  const accept = (next: Settings, from: Parts, nextProblem: string | undefined) => {
    const changed = !isDeepStrictEqual(next, settings) || nextProblem !== problem;
    if (nextProblem && nextProblem !== problem) log.warn(nextProblem);
    [settings, parts, problem] = [next, from, nextProblem];
    if (changed) listeners.emit(settings);
  };
  const reload = () => {
    const read = readValues(config);
    const from = { plain: read instanceof Error ? {} : read, sealed: parts.sealed };
    const result = read instanceof Error ? { ok: false as const, problem: [unreadable()] } : check(from, tree);
    if (result.ok) accept(result.settings, from, undefined);
    else accept(settings, parts, `${formatProblems(result.problem)}\nThe last good settings stay in force.`);
  };
  const write = async (patch: SettingsPatch) => {
    const next = changesOf(patch).reduce((from, change) => changedParts(from, change, tree), parts);
    const result = check(next, tree);
    if (!result.ok) throw new SettingsError(result.problem);
    if (!isDeepStrictEqual(next.sealed, parts.sealed)) await vault.write(next.sealed);
    // The file's own event comes before `accept`, and finds the new secrets.
    parts = { plain: parts.plain, sealed: next.sealed };
    if (problem !== undefined || !isDeepStrictEqual(next.plain, parts.plain)) config.store = next.plain;
    accept(result.settings, next, undefined);
  };
  const stopListening = config.onDidAnyChange(reload);

  return {
    current: () => settings,
    problem: () => problem,
    onChange: (listener) => listeners.add(listener),
    update(patch) {
      // One after the other: each starts from what the one before it has kept.
      const done = lastWrite.then(() => write(patch));
      lastWrite = done.catch(() => {});
      return done;
    },
    close() {
      stopListening();
      listeners.clear();
    },
  };
}

/** Sets or removes one value where it belongs. */
function changedParts({ plain, sealed }: Parts, change: SettingChange, tree: SettingNode): Parts {
  const gone = { path: change.path, value: undefined };
  if (change.value === undefined) return { plain: changed(plain, gone), sealed: changed(sealed, gone) };
  const isSecret = holdsSecret(tree, change.path) && !isHashedKey(change.value);
  if (isSecret) return { plain: changed(plain, gone), sealed: changed(sealed, change) };
  return { plain: changed(plain, change), sealed: changed(sealed, gone) };
}

/** Both parts as one; they have no setting in common. */
function together(plain: unknown, sealed: unknown): unknown {
  if (!isBlock(plain) || !isBlock(sealed)) return sealed ?? plain;
  const merged = Object.entries(sealed).map(([key, value]) => [key, together(plain[key], value)]);
  return { ...plain, ...Object.fromEntries(merged) };
}

function readValues(config: DesktopConfig): Values | Error {
  try {
    return structuredClone(config.store);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function unreadable(): SettingsProblem {
  return { file, text: 'the settings file is not valid JSON' };
}

function check({ plain, sealed }: Parts, tree: SettingNode): ReturnType<typeof checkSettings> {
  const secrets = Object.entries(plain).flatMap(([key, value]) => secretKeys([key], value, tree));
  if (secrets.length > 0) return { ok: false, problem: secrets };
  return checkSettings(together(plain, sealed), { file });
}

/** Blocks are looked into, so that only the secret part of `ampcode` is named. */
function secretKeys(path: string[], value: unknown, tree: SettingNode): SettingsProblem[] {
  if (!holdsSecret(tree, path) || isHashedKey(value)) return [];
  if (isBlock(value)) return Object.entries(value).flatMap(([key, child]) => secretKeys([...path, key], child, tree));
  const key = formatPath(path);
  const text = `\`${key}\` is a secret and is kept in the vault, not in the settings file; set it on the Settings page`;
  return [{ file, key, text }];
}

interface Usable {
  settings: Settings;
  parts: Parts;
  problem: string | undefined;
}

/** Leaves out what cannot be used, one top-level setting at a time, and says what was left out. */
function usablePart(read: Values | Error, sealed: Values, tree: SettingNode): Usable {
  const problems: SettingsProblem[] = read instanceof Error ? [unreadable()] : [];
  let parts: Parts = { plain: read instanceof Error ? {} : read, sealed };
  for (;;) {
    const result = check(parts, tree);
    if (result.ok) return { settings: result.settings, parts, problem: problemText(problems) };
    problems.push(...result.problem);
    const remaining = withoutFaulty(parts, result.problem);
    // A problem that names no setting present cannot be left out.
    if (isDeepStrictEqual(remaining, parts)) {
      return { settings: defaultSettings(), parts: { plain: {}, sealed }, problem: problemText(problems) };
    }
    parts = remaining;
  }
}

/** What stands in the file is to blame first: a secret that it made unfit is still good. */
function withoutFaulty({ plain, sealed }: Parts, problems: readonly SettingsProblem[]): Parts {
  const faulty = new Set(problems.map(({ key }) => key?.split(/[.[]/)[0]));
  const sound = (values: Values) => Object.fromEntries(Object.entries(values).filter(([key]) => !faulty.has(key)));
  const rest = sound(plain);
  if (Object.keys(rest).length < Object.keys(plain).length) return { plain: rest, sealed };
  return { plain, sealed: sound(sealed) };
}

function problemText(problems: readonly SettingsProblem[]): string | undefined {
  return problems.length === 0 ? undefined : `${formatProblems(problems)}\nThese settings are left out.`;
}

/** A copy with one value changed; blocks on the way are made. */
function changed(values: Values, { path, value }: SettingChange): Values {
  const [key, ...rest] = path;
  if (key === undefined) return values;
  if (rest.length > 0) {
    if (value === undefined && !isBlock(values[key])) return values;
    const inner = values[key];
    return { ...values, [key]: changed(isBlock(inner) ? inner : {}, { path: rest, value }) };
  }
  const { [key]: _, ...others } = values;
  return value === undefined ? others : { ...others, [key]: value };
}

function isBlock(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
