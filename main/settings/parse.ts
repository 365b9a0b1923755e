import { findConflicts } from './consistency.ts';
import { type Explanation, explainIssue } from './explain.ts';
import { isForeignHash } from './hashed-key.ts';
import { formatPath, type SettingPath, type SettingsProblem } from './problem.ts';
import { normalise, type Settings, settingsSchema } from './schema.ts';
import { isPlainText, nodeAt, type SettingNode, settingTree } from './setting-tree.ts';
import { keysWithoutEffect } from './without-effect.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export type ParseResult =
  /** `warnings` are sentences about settings that were accepted but do not do what their owner may expect. */
  { ok: true; settings: Settings; warnings: SettingsProblem[] } | { ok: false; problem: SettingsProblem[] };

/**
 * Reads settings from YAML. Pure, and never throws: everything wrong is listed, each with its key, line and, for an
 * unknown key, the nearest valid one. No value is ever quoted. `file` only names the source in problems.
 */
export function parseSettings(yamlText: string, { file }: { file: string }): ParseResult {
  const yaml = readYaml(yamlText);
  if (!yaml.ok) return { ok: false, problem: yaml.problems.map((problem) => ({ file, ...problem })) };
  return checkSettings(yaml.source.value, { file, lineOf: yaml.source.lineOf });
}

/** The same checks for a value that is already read; `lineOf` finds the line of a setting. */
export function checkSettings(value: unknown, place: { file: string; lineOf?: YamlSource['lineOf'] }): ParseResult {
  const locate = ({ path, text, nearest }: Explanation): SettingsProblem => {
    const line = place.lineOf?.(path);
    return {
      file: place.file,
      ...(line === undefined ? {} : { line }),
      ...(path.length > 0 ? { key: formatPath(path) } : {}),
      text,
      ...(nearest === undefined ? {} : { nearest }),
    };
  };
  const tree = lazy(settingTree);
  const { value: cleaned, notes } = setAside(withoutBlanks(value ?? {}, tree));
  const parsed = settingsSchema.safeParse(cleaned);
  if (!parsed.success) {
    return { ok: false, problem: parsed.error.issues.flatMap((issue) => explainIssue(issue, tree())).map(locate) };
  }
  const settings = normalise(parsed.data);
  const conflicts = findConflicts(settings).map(locate);
  if (conflicts.length > 0) return { ok: false, problem: conflicts };
  return {
    ok: true,
    settings,
    warnings: [...notes, ...emptyHostNote(value), ...foreignHashNote(settings)].map(locate),
  };
}

/** Deeper than any setting; also ends the walk through a value that contains itself. */
const deepest = 16;

/** Takes `key:` without a value, and blank text, for "not set", as CLIProxyAPI and its management page write it. */
function withoutBlanks(value: unknown, tree: () => SettingNode, path: SettingPath = []): unknown {
  if (path.length > deepest) return value;
  if (Array.isArray(value)) return value.map((entry, index) => withoutBlanks(entry, tree, [...path, index]));
  if (!isBlock(value)) return value;
  const kept = Object.entries(value).filter(([key, child]) => !isBlank(child, tree, [...path, key]));
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutBlanks(child, tree, [...path, key])]));
}

function isBlank(value: unknown, tree: () => SettingNode, path: SettingPath): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value !== 'string' || value.trim() !== '') return false;
  const node = nodeAt(tree(), path);
  return node !== undefined && isPlainText(node);
}

/** Removes the keys without effect and says so for each. */
function setAside(value: unknown): { value: unknown; notes: Explanation[] } {
  const notes: Explanation[] = [];
  const kept = keysWithoutEffect.reduce<unknown>((rest, { key }) => remove(rest, key.split('.'), [], notes), value);
  return { value: kept, notes };
}

function remove(value: unknown, [first, ...rest]: string[], path: SettingPath, notes: Explanation[]): unknown {
  if (first === '*') {
    if (Array.isArray(value)) return value.map((entry, index) => remove(entry, rest, [...path, index], notes));
    if (!isBlock(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, remove(entry, rest, [...path, key], notes)]),
    );
  }
  if (first === undefined || !isBlock(value) || !Object.hasOwn(value, first)) return value;
  const { [first]: child, ...others } = value;
  const childPath = [...path, first];
  if (rest.length > 0) return { ...value, [first]: remove(child, rest, childPath, notes) };
  notes.push({ path: childPath, text: `\`${formatPath(childPath)}\` is not used by this version` });
  return others;
}

/** An empty host opens CLIProxyAPI to the network; Fusebox does that only when it is told so. */
function emptyHostNote(value: unknown): Explanation[] {
  if (!isBlock(value) || typeof value.host !== 'string' || value.host.trim() !== '') return [];
  return [
    {
      path: ['host'],
      text: '`host` is empty, so Fusebox listens on 127.0.0.1 only; for the network set it to 0.0.0.0',
    },
  ];
}

/** A hash that CLIProxyAPI made says nothing here: the key itself is needed once. */
function foreignHashNote({ 'remote-management': { 'secret-key': key } }: Settings): Explanation[] {
  if (key === undefined || !isForeignHash(key)) return [];
  return [
    {
      path: ['remote-management', 'secret-key'],
      text: '`remote-management.secret-key` is a bcrypt hash of CLIProxyAPI, so no key opens the management API; write the key itself once',
    },
  ];
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
