import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { formatPath, type SettingPath } from './problem.ts';

/** A YAML text as a plain value that knows on which line each part stands. */
export interface YamlSource {
  value: unknown;
  /** Line of the key, of the list entry, or of the nearest part around it that exists; first line is 1. */
  lineOf(path: SettingPath): number | undefined;
}

interface YamlProblem {
  line: number;
  key?: string;
  text: string;
}

export type YamlResult = { ok: true; source: YamlSource } | { ok: false; problems: YamlProblem[] };

/** Reads one YAML document. Never throws; no problem text holds a piece of the file but key names. */
export function readYaml(text: string): YamlResult {
  const lines = new LineCounter();
  try {
    const document = parseSettingsDocument(text, lines);
    const lineAt = (offset: number) => lines.linePos(offset).line;
    const problems = [...syntaxProblems(document, lineAt), ...duplicateProblems(document.contents, lineAt)];
    if (problems.length > 0) return { ok: false, problems };
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return { ok: true, source: { value, lineOf: (path) => lineOf(document, path, lineAt) } };
  } catch {
    // Unknown or endless aliases, and nesting deeper than the stack.
    return { ok: false, problems: [{ line: 1, text: 'the file uses aliases or nesting that cannot be followed' }] };
  }
}

/** One reading of YAML for loading and for editing: version 1.2 with merge keys, which CLIProxyAPI files may use. */
export function parseSettingsDocument(text: string, lineCounter = new LineCounter()): Document.Parsed {
  return parseDocument(text, { lineCounter, uniqueKeys: false, merge: true, prettyErrors: false, logLevel: 'error' });
}

type LineAt = (offset: number) => number;

/** By the parser's error codes, because its messages may quote the file. */
const syntaxTexts: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation does not fit the lines around it',
  TAB_AS_INDENT: 'a tab is used as indentation; use spaces',
  MULTILINE_IMPLICIT_KEY: 'a key does not end on its line; is a colon or a closing quote missing?',
  BLOCK_AS_IMPLICIT_KEY: 'two values stand on one line; put the inner one on lines of its own or into quotes',
  MISSING_CHAR: 'a closing quote or bracket, a comma or a colon is missing',
  BAD_SCALAR_START: 'a value starts with a character that needs quotes around the value',
  BAD_DQ_ESCAPE: 'a backslash in a double-quoted value is not followed by a known escape',
  UNEXPECTED_TOKEN: 'something stands here that is neither a key nor a value',
  MULTIPLE_DOCS: 'the file holds several documents; remove the line ---',
};

function syntaxProblems(document: Document.Parsed, lineAt: LineAt): YamlProblem[] {
  return document.errors.map(({ code, pos }) => ({
    line: lineAt(pos[0]),
    text: `not valid YAML: ${syntaxTexts[code] ?? 'this line cannot be read'}`,
  }));
}

function duplicateProblems(node: unknown, lineAt: LineAt, path: SettingPath = []): YamlProblem[] {
  if (isSeq(node)) return node.items.flatMap((item, index) => duplicateProblems(item, lineAt, [...path, index]));
  if (!isMap(node)) return [];
  const firstLines = new Map<string, number>();
  return node.items.flatMap(({ key, value }) => {
    const name = keyName(key);
    const keyPath = [...path, name];
    const line = lineAt(startOf(key) ?? startOf(node) ?? 0);
    const first = firstLines.get(name);
    firstLines.set(name, first ?? line);
    const below = duplicateProblems(value, lineAt, keyPath);
    // Several merges in one block are allowed.
    if (first === undefined || name === '<<') return below;
    const full = formatPath(keyPath);
    return [{ line, key: full, text: `\`${full}\` is given twice, first on line ${first}; keep one` }, ...below];
  });
}

function lineOf(document: Document.Parsed, path: SettingPath, lineAt: LineAt): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const part of path) {
    const place: Place | undefined = step(document, node, part);
    if (!place) break;
    offset = place.offset ?? offset;
    node = place.node;
  }
  return offset === undefined ? undefined : lineAt(offset);
}

interface Place {
  node: unknown;
  offset: number | undefined;
}

function step(document: Document.Parsed, node: unknown, part: string | number): Place | undefined {
  const collection = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(collection) && typeof part === 'number') {
    const item = collection.items[part];
    return isNode(item) ? { node: item, offset: startOf(item) } : undefined;
  }
  if (!isMap(collection)) return undefined;
  const pair = collection.items.find(({ key }) => keyName(key) === String(part));
  return pair && { node: pair.value, offset: startOf(pair.key) };
}

function keyName(key: unknown): string {
  if (isScalar(key)) return String(key.value ?? '');
  return typeof key === 'string' ? key : String(isNode(key) ? (key as Node).toString() : key);
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node.range?.[0] ?? undefined) : undefined;
}
