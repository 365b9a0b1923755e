import { getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Path, PathPart } from '../tool.ts';
import { ConfigConflict, type ConfigFormat, ConfigSyntaxError, lineOf, splitMark } from './config-format.ts';
import { inserted, layoutOf, removed, rendered } from './jsonc-edits.ts';

/** JSON as editors and tools write it by hand: comments and trailing commas are allowed and stay. */
export const jsoncFormat: ConfigFormat = {
  read(text) {
    const root = rootOf(splitMark(text)[1]);
    // The parser's objects have no prototype, which makes them unequal to any other.
    return root ? structuredClone(getNodeValue(root) as Record<string, unknown>) : {};
  },
  set(text, path, value) {
    const [mark, body] = splitMark(text);
    return mark + withValue(body, path, value);
  },
  remove(text, path) {
    const [mark, body] = splitMark(text);
    const found = rootOf(body) && locate(rootOf(body), path);
    return found?.node ? mark + removed(body, found.item ?? found.node) : text;
  },
  values(text) {
    const [mark, body] = splitMark(text);
    const root = rootOf(body);
    return root
      ? leaves(root, []).map((leaf) => ({ ...leaf, start: leaf.start + mark.length, end: leaf.end + mark.length }))
      : [];
  },
};

/** Undefined where there is nothing but blanks and comments. */
function rootOf(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [error] = errors;
  if (error) throw new ConfigSyntaxError(`is not valid JSON (line ${lineOf(text, error.offset)})`);
  if (root && root.type !== 'object') throw new ConfigSyntaxError('holds something else than a JSON object');
  return root;
}

interface Found {
  /** The value, if the whole path is there. */
  node?: Node;
  /** What is to be taken out to remove it: the property with its name, or the element. */
  item?: Node;
  /** The last one that is there of those that the path leads through. */
  container: Node;
  /** What is missing below it. */
  missing: Path;
}

function locate(root: Node | undefined, path: Path): Found | undefined {
  if (!root) return undefined;
  let found: Found = { node: root, container: root, missing: [] };
  for (const [at, part] of path.entries()) {
    const container: Node = found.node ?? root;
    const item = child(container, part);
    if (!item) return { container, missing: path.slice(at) };
    const node = typeof part === 'string' ? item.children?.[1] : item;
    if (!node) return { container, missing: path.slice(at) };
    found = { node, item, container, missing: [] };
  }
  return found;
}

/** Of a name that stands there twice the last one counts, as it does for whoever reads the file. */
function child(container: Node, part: PathPart): Node | undefined {
  if (typeof part === 'string') {
    if (container.type !== 'object') return undefined;
    return container.children?.findLast(({ children }) => children?.[0]?.value === part);
  }
  if (container.type !== 'array') return undefined;
  return container.children?.find((element) => {
    const field = child(element, part.where)?.children?.[1];
    return field?.value === part.is;
  });
}

function withValue(text: string, path: Path, value: unknown): string {
  const layout = layoutOf(text);
  const root = rootOf(text);
  const found = locate(root, path);
  if (!found) {
    const object = rendered(wrapped(path, value), layout, '');
    const before = text.trimEnd();
    return before === '' ? `${object}${layout.eol}` : `${before}${layout.eol}${object}${layout.eol}`;
  }
  if (found.node) {
    const { offset, length } = found.node;
    const own = rendered(value, layout, indentAt(text, found.item?.offset ?? offset));
    return text.slice(0, offset) + own + text.slice(offset + length);
  }
  const [first, ...rest] = found.missing;
  if (first === undefined) return text;
  const wanted = typeof first === 'string' ? 'object' : 'array';
  if (found.container.type !== wanted)
    throw new ConfigConflict(
      `has something else than ${wanted === 'object' ? 'an object' : 'a list'} above ${nameOf(first)}`,
    );
  const name = typeof first === 'string' ? first : undefined;
  return inserted(text, found.container, name, wrapped(rest, value), layout);
}

function nameOf(part: PathPart): string {
  return typeof part === 'string' ? part : part.is;
}

/** The objects and lists that a missing path is made of. */
function wrapped(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, part) => (typeof part === 'string' ? { [part]: inner } : [inner]), value);
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function leaves(node: Node, path: string[]): { path: string[]; start: number; end: number }[] {
  if (node.type === 'object')
    return (node.children ?? []).flatMap(({ children }) =>
      children?.[1] ? leaves(children[1], [...path, String(children[0]?.value)]) : [],
    );
  if (node.type === 'array') return (node.children ?? []).flatMap((element) => leaves(element, path));
  return [{ path, start: node.offset, end: node.offset + node.length }];
}
