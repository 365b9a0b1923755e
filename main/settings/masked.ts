import { mask } from '../journal/redaction.ts';
import type { SettingPath } from './problem.ts';
import { nodeAt, type SettingNode, settingTree } from './setting-tree.ts';

/**
 * A setting, or all of them, with every secret masked: values that the schema marks, and user and password within an
 * address. `path` is where in the settings the value stands.
 */
export function maskedSetting(value: unknown, path: SettingPath = []): unknown {
  const root = settingTree();
  const marked = path.some((_, index) => nodeAt(root, path.slice(0, index + 1))?.secret);
  return masked(value, nodeAt(root, path), marked);
}

/** Whether a text is what stands for a secret, so that nobody writes it back in place of the secret. */
export function isMask(value: unknown): boolean {
  return typeof value === 'string' && (/\[redacted(?: ….{4})?\]/.test(value) || value.includes('://[redacted]'));
}

function masked(value: unknown, node: SettingNode | undefined, secret: boolean): unknown {
  const marked = secret || node?.secret === true;
  if (typeof value === 'string') return marked ? mask(value) : withoutCredentials(value);
  if (Array.isArray(value)) return value.map((one: unknown) => masked(one, node?.items, marked));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, child]: [string, unknown]) => {
    return [key, masked(child, node && nodeAt(node, [key]), marked)] as const;
  });
  return Object.fromEntries(entries);
}

function withoutCredentials(value: string): string {
  return value.replace(/^([a-z][\w+.-]*:\/\/)[^/?#]*@/i, (_, scheme: string) => `${scheme}[redacted]@`);
}
