import { parse, stringify, TomlError } from 'smol-toml';
import type { Path } from '../tool.ts';
import { ConfigConflict, type ConfigFormat, ConfigSyntaxError, lineEnd, splitMark } from './config-format.ts';
import { type Statement, statements } from './toml-statements.ts';

/**
 * TOML: values at the top (`a = 1`) and whole tables (`[a.b]`), which is what tools need. Everything else in the file
 * stays as it is; an edit that the parser reads otherwise than it was meant is refused by whoever applies it.
 */
export const tomlFormat: ConfigFormat = {
  read: (text) => parsed(splitMark(text)[1]),
  set(text, path, value) {
    const [mark, body] = splitMark(text);
    parsed(body);
    const names = namesOf(path);
    return mark + (names.length === 1 ? withRootValue(body, names, value) : withTable(body, names, value));
  },
  remove(text, path) {
    const [mark, body] = splitMark(text);
    parsed(body);
    const names = namesOf(path);
    if (names.length === 1) return mark + without(body, rootPair(body, names));
    const table = tableRange(body, names);
    return mark + without(body, table && { ...table, start: withBlankBefore(body, table.start) });
  },
  values(text) {
    const [mark, body] = splitMark(text);
    return statements(body).flatMap(({ kind, table, name, valueStart, valueEnd }) =>
      kind === 'pair'
        ? [{ path: [...table, ...name], start: valueStart + mark.length, end: valueEnd + mark.length }]
        : [],
    );
  },
};

function parsed(text: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    const line = error instanceof TomlError ? ` (line ${error.line})` : '';
    throw new ConfigSyntaxError(`is not valid TOML${line}`);
  }
}

function namesOf(path: Path): string[] {
  return path.map((part) => {
    if (typeof part === 'string') return part;
    throw new ConfigConflict('has lists that are not changed in place');
  });
}

function without(text: string, range: { start: number; end: number } | undefined): string {
  return range ? text.slice(0, range.start) + text.slice(range.end) : text;
}

function withRootValue(text: string, names: string[], value: unknown): string {
  const own = literal(value);
  const found = rootPair(text, names);
  if (found) return text.slice(0, found.valueStart) + own + text.slice(found.valueEnd);
  const eol = lineEnd(text);
  const line = `${key(names)} = ${own}`;
  const all = statements(text);
  const last = all.findLast(({ kind, table }) => kind === 'pair' && table.length === 0);
  if (last) {
    const before = text.slice(0, last.end);
    return before.endsWith('\n')
      ? `${before}${line}${eol}${text.slice(last.end)}`
      : `${before}${eol}${line}${text.slice(last.end)}`;
  }
  const gap = text.trim() === '' ? '' : eol;
  return `${line}${eol}${gap}${text}`;
}

function withTable(text: string, names: string[], value: unknown): string {
  if (typeof value !== 'object' || value === null) throw new ConfigConflict('takes whole tables only');
  const eol = lineEnd(text);
  const lines = [`[${key(names)}]`, ...Object.entries(value).map(([name, one]) => `${key([name])} = ${literal(one)}`)];
  const block = lines.join(eol);
  const found = tableRange(text, names);
  if (found) {
    const ends = text.slice(found.start, found.end).endsWith('\n');
    return text.slice(0, found.start) + block + (ends ? eol : '') + text.slice(found.end);
  }
  if (text.trim() === '') return `${text}${block}${eol}`;
  const isEnded = text.endsWith('\n');
  return `${text}${isEnded ? '' : eol}${eol}${block}${isEnded ? eol : ''}`;
}

function rootPair(text: string, names: string[]): Statement | undefined {
  return statements(text).find(({ kind, table, name }) => kind === 'pair' && table.length === 0 && same(name, names));
}

/** A table with the tables below it, up to its last value: remarks after that belong to what follows. */
function tableRange(text: string, names: string[]): { start: number; end: number } | undefined {
  const all = statements(text);
  const first = all.findIndex(({ kind, table }) => kind === 'table' && same(table, names));
  const head = all[first];
  if (!head) return undefined;
  let end = head.end;
  for (const { table, end: next } of all.slice(first + 1)) {
    if (!same(table.slice(0, names.length), names)) break;
    end = next;
  }
  return { start: head.start, end };
}

/** The blank line that set the block off goes with it. */
function withBlankBefore(text: string, start: number): number {
  return /(?:^|\n)(\r?\n)$/.exec(text.slice(0, start)) ? start - (text[start - 2] === '\r' ? 2 : 1) : start;
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((part, at) => part === right[at]);
}

function key(names: readonly string[]): string {
  return names.map((name) => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name))).join('.');
}

/** One value as TOML writes it. */
function literal(value: unknown): string {
  return stringify({ value })
    .trim()
    .replace(/^value = /, '');
}
