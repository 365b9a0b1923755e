import { createHash } from 'node:crypto';
import type { Path, PathPart } from './tool.ts';

/** The value at a path; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof part !== 'string') return elementsOf(value).find((element) => isMeant(element, part));
    return isObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }, root);
}

/** A copy with a value at a path; objects and lists on the way are made. */
export function withValueAt(root: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof part === 'string') {
    const object = isObject(root) ? root : {};
    return { ...object, [part]: withValueAt(valueAt(object, [part]), rest, value) };
  }
  const elements = elementsOf(root);
  const at = elements.findIndex((element) => isMeant(element, part));
  return at < 0
    ? [...elements, withValueAt(undefined, rest, value)]
    : elements.with(at, withValueAt(elements[at], rest, value));
}

/** A copy without the value at a path. */
export function withoutValueAt(root: unknown, path: Path): unknown {
  const last = path.at(-1);
  const above = path.slice(0, -1);
  const container = valueAt(root, above);
  if (last === undefined || container === undefined) return root;
  if (typeof last !== 'string')
    return withValueAt(
      root,
      above,
      elementsOf(container).filter((element) => !isMeant(element, last)),
    );
  if (!isObject(container)) return root;
  const { [last]: _, ...others } = container;
  return withValueAt(root, above, others);
}

export function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Tells whether a value is the one that was written, without keeping the value: it may be a key. */
export function hashOf(value: unknown, salt: string): string {
  return createHash('sha256')
    .update(`${salt}\n${JSON.stringify(sorted(value)) ?? ''}`)
    .digest('hex');
}

/** Tools write their files anew in an order of their own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

function isMeant(element: unknown, { where, is }: Exclude<PathPart, string>): boolean {
  return isObject(element) && element[where] === is;
}

function elementsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
