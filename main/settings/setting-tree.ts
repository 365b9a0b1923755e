import { z } from 'zod';
import type { SettingPath } from './problem.ts';
import { settingsSchema } from './schema.ts';

/** What the schema says about one setting, as JSON Schema; `secret` comes from the schema's `meta`. */
export interface SettingNode {
  type?: string;
  description?: string;
  secret?: boolean;
  default?: unknown;
  enum?: readonly unknown[];
  const?: unknown;
  format?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  properties?: Record<string, SettingNode>;
  required?: readonly string[];
  items?: SettingNode;
  /** Allowed names of a block whose keys are names. */
  propertyNames?: SettingNode;
  additionalProperties?: SettingNode | false;
  anyOf?: readonly SettingNode[];
}

/** The schema as a tree. Takes some milliseconds, so it is built where it is needed: for problems and for the docs. */
export function settingTree(): SettingNode {
  return z.toJSONSchema(settingsSchema, { io: 'input' }) as SettingNode;
}

/** The setting at `path`; undefined when there is none. Numbers are places in a list. */
export function nodeAt(root: SettingNode, path: SettingPath): SettingNode | undefined {
  return path.reduce<SettingNode | undefined>((node, part) => node && childOf(node, part), root);
}

/** The keys that may stand directly under a setting. */
export function keysUnder(node: SettingNode): string[] {
  if (node.properties) return Object.keys(node.properties);
  return (node.propertyNames?.enum ?? []).filter((name) => typeof name === 'string');
}

/** Whether a setting is text and nothing else, so that a blank value can only mean "not set". */
export function isPlainText(node: SettingNode): boolean {
  return node.type === 'string' && node.enum === undefined;
}

/** Full paths of all settings called `key`, lists left out because their places have no name. */
export function pathsNamed(node: SettingNode, key: string, prefix: readonly string[] = []): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = [...prefix, name];
    return [...(name === key ? [path] : []), ...pathsNamed(child, key, path)];
  });
}

function childOf(node: SettingNode, part: string | number): SettingNode | undefined {
  if (typeof part === 'number') return node.items;
  if (node.properties && Object.hasOwn(node.properties, part)) return node.properties[part];
  return node.additionalProperties || undefined;
}
