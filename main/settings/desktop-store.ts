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

const file = 'settings';

/**
 * The desktop application's own settings. Secrets are refused: they belong in the vault, and this file is plain text. A
 * setting that cannot be used at the start is left out, so that the window opens and can say so; one that turns bad later
 * leaves the last good settings in force.
 */
export function openDesktopStore(config: DesktopConfig, log: SettingsLog): SettingsStore {
  const tree = settingTree();
  const listeners = new Listeners<Settings>();
  const initial = usablePart(readValues(config), tree);
  let { settings, values, problem } = initial;
  if (problem) log.warn(problem);

  const accept = (next: Settings, from: Values, nextProblem: string | undefined) => {
    const changed = !isDeepStrictEqual(next, settings) || nextProblem !== problem;
    if (nextProblem && nextProblem !== problem) log.warn(nextProblem);
    [settings, values, problem] = [next, from, nextProblem];
    if (changed) listeners.emit(settings);
  };
  const reload = () => {
    const read = readValues(config);
    const result = read instanceof Error ? { ok: false as const, problem: [unreadable()] } : check(read, tree);
    if (result.ok && !(read instanceof Error)) accept(result.settings, read, undefined);
    else if (!result.ok)
      accept(settings, values, `${formatProblems(result.problem)}\nThe last good settings stay in force.`);
  };
  const stopListening = config.onDidAnyChange(reload);

  return {
    current: () => settings,
    problem: () => problem,
    onChange: (listener) => listeners.add(listener),
    async update(patch: SettingsPatch) {
      const next = changesOf(patch).reduce(changed, values);
      const result = check(next, tree);
      if (!result.ok) throw new SettingsError(result.problem);
      config.store = next;
      accept(result.settings, next, undefined);
    },
    close() {
      stopListening();
      listeners.clear();
    },
  };
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

function check(values: Values, tree: SettingNode): ReturnType<typeof checkSettings> {
  const secrets = Object.entries(values).flatMap(([key, value]) => secretKeys([key], value, tree));
  if (secrets.length > 0) return { ok: false, problem: secrets };
  return checkSettings(values, { file });
}

/** Blocks are looked into, so that only the secret part of `ampcode` is named. */
function secretKeys(path: string[], value: unknown, tree: SettingNode): SettingsProblem[] {
  if (!holdsSecret(tree, path) || isHashedKey(value)) return [];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, child]) => secretKeys([...path, key], child, tree));
  }
  const key = formatPath(path);
  return [{ file, key, text: `\`${key}\` is a secret and is kept in the vault, not in the settings` }];
}

interface Usable {
  settings: Settings;
  values: Values;
  problem: string | undefined;
}

/** Leaves out what cannot be used, one top-level setting at a time, and says what was left out. */
function usablePart(read: Values | Error, tree: SettingNode): Usable {
  const problems: SettingsProblem[] = read instanceof Error ? [unreadable()] : [];
  let values = read instanceof Error ? {} : read;
  for (;;) {
    const result = check(values, tree);
    if (result.ok) return { settings: result.settings, values, problem: problemText(problems) };
    problems.push(...result.problem);
    const remaining = withoutFaulty(values, result.problem);
    // A problem that names no setting present cannot be left out.
    if (Object.keys(remaining).length === Object.keys(values).length) {
      return { settings: defaultSettings(), values: {}, problem: problemText(problems) };
    }
    values = remaining;
  }
}

function withoutFaulty(values: Values, problems: readonly SettingsProblem[]): Values {
  const faulty = new Set(problems.map(({ key }) => key?.split(/[.[]/)[0]));
  return Object.fromEntries(Object.entries(values).filter(([key]) => !faulty.has(key)));
}

function problemText(problems: readonly SettingsProblem[]): string | undefined {
  return problems.length === 0 ? undefined : `${formatProblems(problems)}\nThese settings are left out.`;
}

/** A copy with one value changed; blocks on the way are made. */
function changed(values: Values, { path, value }: SettingChange): Values {
  const [key, ...rest] = path;
  if (key === undefined) return values;
  if (rest.length > 0) {
    const inner = values[key];
    const block = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner } : {};
    return { ...values, [key]: changed(block, { path: rest, value }) };
  }
  const { [key]: _, ...others } = values;
  return value === undefined ? others : { ...others, [key]: value };
}
