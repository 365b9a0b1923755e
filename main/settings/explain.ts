import type { z } from 'zod';
import { nearestKey } from './nearest-key.ts';
import { formatPath, type SettingPath } from './problem.ts';
import { keysUnder, nodeAt, pathsNamed, type SettingNode } from './setting-tree.ts';
import { keysWithoutEffect } from './without-effect.ts';

/** A schema issue in plain words. */
export interface Explanation {
  path: SettingPath;
  text: string;
  nearest?: string;
}

type Issue = z.core.$ZodIssue;

/** Says what is wrong with which setting, without its value. One issue can name several unknown keys. */
export function explainIssue(issue: Issue, root: SettingNode): Explanation[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(root, path, key));
  const name = path.length === 0 ? 'the file' : `\`${formatPath(path)}\``;
  return [{ path, text: `${name} ${complaint(issue, nodeAt(root, path))}` }];
}

function unknownKey(root: SettingNode, parent: SettingPath, key: string): Explanation {
  const path = [...parent, key];
  const [elsewhere] = pathsNamed(root, key);
  const near = elsewhere ? formatPath(elsewhere) : nearestPath(root, parent, key);
  const text = `\`${formatPath(path)}\` is not a setting`;
  if (near === undefined) return { path, text };
  return { path, text: `${text}; the nearest valid key is \`${near}\``, nearest: near };
}

function nearestPath(root: SettingNode, parent: SettingPath, key: string): string | undefined {
  const node = nodeAt(root, parent);
  const found = nearestKey(key, [...(node ? keysUnder(node) : []), ...acceptedUnder(parent)]);
  return found === undefined ? undefined : formatPath([...parent, found]);
}

function acceptedUnder(parent: SettingPath): string[] {
  const pattern = parent.map((part) => `${typeof part === 'number' ? '*' : part}.`).join('');
  return keysWithoutEffect
    .map(({ key }) => key)
    .filter((key) => key.startsWith(pattern))
    .map((key) => key.slice(pattern.length))
    .filter((rest) => !rest.includes('.'));
}

function complaint(issue: Issue, node: SettingNode | undefined): string {
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(issue) ? 'is missing' : `must be ${expectation(node)}`;
    case 'too_small':
      return issue.origin === 'string'
        ? 'must not be empty'
        : `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `must be ${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`;
    case 'invalid_format':
      // The schema's own words; the library's would quote a pattern.
      return issue.message.startsWith('must be') ? issue.message : `must be ${expectation(node)}`;
    default:
      return `must be ${expectation(node)}`;
  }
}

/** Issues do not carry their input; only the library's message tells an absent value from one of another type. */
function isMissing(issue: Issue): boolean {
  return issue.message.endsWith('received undefined');
}

/** What a setting takes: `a whole number`, `one of …`, `text`. */
function expectation(node: SettingNode | undefined): string {
  if (!node) return 'something else';
  if (node.anyOf) return node.anyOf.map(expectation).join(', or ');
  if (node.const !== undefined) return node.const === '' ? 'empty' : `\`${String(node.const)}\``;
  if (node.enum) return `one of ${node.enum.map((value) => `\`${String(value)}\``).join(', ')}`;
  if (node.format === 'uri') return 'an http or https URL';
  return typeWords[node.type ?? ''] ?? 'something else';
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text (put it in quotes)',
  boolean: '`true` or `false`',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list (each entry on a line that starts with "- ")',
  object: 'a block of `key: value` lines',
};
