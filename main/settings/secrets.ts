import type { SettingPath } from './problem.ts';
import type { Settings } from './schema.ts';
import { nodeAt, type SettingNode, settingTree } from './setting-tree.ts';

/** Every secret value in the settings, for the redactor: fields the schema marks, and passwords within proxy addresses. */
export function secretsIn(settings: Settings): string[] {
  return [...new Set(collect(settings, settingTree(), false))];
}

/** Whether the setting at `path`, or anything inside it or around it, is a secret. */
export function holdsSecret(root: SettingNode, path: SettingPath): boolean {
  const around = path.some((_, index) => nodeAt(root, path.slice(0, index + 1))?.secret);
  const node = nodeAt(root, path);
  return around || (node !== undefined && secretWithin(node));
}

/** Whether a setting or anything inside it is a secret. */
export function secretWithin(node: SettingNode): boolean {
  const parts = [...Object.values(node.properties ?? {}), node.items, node.additionalProperties || undefined];
  return node.secret === true || parts.some((part) => part !== undefined && secretWithin(part));
}

function collect(value: unknown, node: SettingNode | undefined, secret: boolean): string[] {
  const marked = secret || node?.secret === true;
  if (typeof value === 'string') return marked ? [value] : passwordsOf(value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) => {
    const below = node && nodeAt(node, [Array.isArray(value) ? Number(key) : key]);
    return collect(child, below, marked);
  });
}

/** The password of an address, as written and as decoded. */
function passwordsOf(value: string): string[] {
  if (!value.includes('@') || !URL.canParse(value)) return [];
  const { password } = new URL(value);
  return password === '' ? [] : [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
