import type { SettingField, SettingShape, SettingView } from '../../preload/settings-view.ts';
import { maskedSetting } from './masked.ts';
import { defaultSettings, type Settings } from './schema.ts';
import { holdsSecret, secretWithin } from './secrets.ts';
import { keysUnder, type SettingNode, settingTree } from './setting-tree.ts';
import { type System, withoutEffectOn } from './without-effect.ts';

/** Edited on the Models page, where they can be tried. */
const ofModels = ['ampcode.model-mappings', 'routing.chains', 'oauth-model-alias'];

/** Not offered: their successors are. */
const olderSpellings = ['amp-upstream-url', 'amp-upstream-api-key', 'amp-restrict-management-to-localhost'];

/** Values that mean the same as one of the others. */
const otherWords = ['roundrobin', 'rr', 'fillfirst', 'ff', 'weighted-round-robin', 'most-headroom'];

/** Every setting that the owner can change by itself, in the schema's order. Holds no value but defaults. */
export function describeSettings(system: System): SettingView[] {
  const root = settingTree();
  const defaults = defaultSettings();
  const idle = withoutEffectOn(system);
  return leaves(root, []).map(({ path, node }) => {
    const key = path.join('.');
    const standard = valueAt(defaults, path);
    const noEffect = idle.find((one) => key === one.key || key.startsWith(`${one.key}.`))?.why;
    return {
      ...shapeOf(node),
      key,
      path,
      secret: node.items?.properties ? false : holdsSecret(root, path),
      ...(standard === undefined ? {} : { default: standard }),
      ...(node.items?.properties ? { fields: fieldsOf(node.items) } : {}),
      ...(ofModels.includes(key) ? { page: 'models' as const } : {}),
      ...(noEffect === undefined ? {} : { noEffect }),
    };
  });
}

/** What is in force, by the keys of `described`; secrets are masked. */
export function settingValues(settings: Settings, described: readonly SettingView[]): Record<string, unknown> {
  const masked = maskedSetting(settings);
  const found = described.map(({ key, path }) => [key, valueAt(masked, path)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** What stands at a path; numbers are places in a list. Undefined where there is nothing. */
export function valueAt(settings: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Record<string | number, unknown>)[part];
  }, settings);
}

interface Leaf {
  path: string[];
  node: SettingNode;
}

function leaves(node: SettingNode, path: string[]): Leaf[] {
  if (olderSpellings.includes(path.join('.'))) return [];
  if (ofModels.includes(path.join('.'))) return [{ path, node }];
  if (node.properties) return Object.entries(node.properties).flatMap(([key, child]) => leaves(child, [...path, key]));
  const child = node.additionalProperties;
  if (!child) return [{ path, node }];
  const about = (name: string) => ({
    ...child,
    description: child.description ?? `${node.description ?? ''} (${name})`,
  });
  return keysUnder(node).flatMap((name) => leaves(about(name), [...path, name]));
}

function fieldsOf(entry: SettingNode): SettingField[] {
  return Object.entries(entry.properties ?? {}).map(([name, node]) => {
    const required = (entry.required?.includes(name) ?? false) && node.default === undefined;
    return { ...shapeOf(node), ...pairsOf(node), name, required, secret: secretWithin(node) };
  });
}

/** What a form shows a line each: a block of texts by name, or a list of blocks with two texts. */
function pairsOf(node: SettingNode): Pick<SettingField, 'pair'> & { kind?: 'pairs' } {
  if (node.additionalProperties) return { kind: 'pairs' };
  const [first, second] = Object.keys(node.items?.properties ?? {});
  return first !== undefined && second !== undefined ? { kind: 'pairs', pair: [first, second] } : {};
}

function shapeOf(node: SettingNode): SettingShape {
  const shape = { about: node.description ?? '', secret: node.secret === true };
  if (node.type === 'boolean') return { ...shape, kind: 'switch' };
  if (node.type === 'integer' || node.type === 'number') return { ...shape, kind: 'number', ...boundsOf(node) };
  if (node.enum) {
    const choices = node.enum.filter((value) => typeof value === 'string' && !otherWords.includes(value)).map(String);
    return { ...shape, kind: 'choice', choices };
  }
  if (node.type === 'array') return { ...shape, kind: node.items?.properties ? 'entries' : 'texts' };
  const mayBeEmpty = node.anyOf?.some((one) => one.const === '') ?? false;
  return { ...shape, kind: 'text', ...(mayBeEmpty ? { mayBeEmpty } : {}) };
}

/** JSON Schema's bounds of whole numbers; those of the number type itself say nothing. */
function boundsOf({ minimum, exclusiveMinimum, maximum }: SettingNode): { least?: number; most?: number } {
  const least = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  return {
    ...(least === undefined || least <= Number.MIN_SAFE_INTEGER ? {} : { least }),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? {} : { most: maximum }),
  };
}
