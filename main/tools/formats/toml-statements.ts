import { parse } from 'smol-toml';

/** A line of TOML that says something, with the lines that its value takes; offsets in UTF-16 units. */
export interface Statement {
  kind: 'table' | 'pair';
  /** The table that it stands in, or that it opens. */
  table: string[];
  /** Empty for a table's own line. */
  name: string[];
  start: number;
  /** Behind the end of its last line. */
  end: number;
  valueStart: number;
  valueEnd: number;
}

/** What a valid TOML text says, in its order; blank lines and remarks are left out. */
export function statements(text: string): Statement[] {
  const found: Statement[] = [];
  let table: string[] = [];
  let at = 0;
  while (at < text.length) {
    const line = text.slice(at, endOfLine(text, at));
    const first = line.trimStart();
    if (first.trim() === '' || first.startsWith('#')) {
      at += line.length;
      continue;
    }
    if (first.startsWith('[')) {
      table = tableName(first);
      found.push({ kind: 'table', table, name: [], start: at, end: at + line.length, valueStart: at, valueEnd: at });
      at += line.length;
      continue;
    }
    const equals = outsideQuotes(text, at, '=');
    const { valueEnd, end } = endOfValue(text, equals + 1);
    const valueStart = equals + 1 + (/^[ \t]*/.exec(text.slice(equals + 1))?.[0].length ?? 0);
    found.push({ kind: 'pair', table, name: keyParts(text.slice(at, equals)), start: at, end, valueStart, valueEnd });
    at = end;
  }
  return found;
}

function endOfLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

/** An element of a list of tables is told apart by a part that no name has. */
function tableName(line: string): string[] {
  const isList = line.startsWith('[[');
  const open = isList ? 2 : 1;
  const parts = keyParts(line.slice(open, outsideQuotes(line, open, ']')));
  return isList ? [...parts, '\0'] : parts;
}

/** `a."b.c"` in its parts. */
function keyParts(text: string): string[] {
  const parts: string[] = [];
  let value: unknown = parse(`${text.trim()} = 0`);
  while (typeof value === 'object' && value !== null) {
    const [name = ''] = Object.keys(value);
    parts.push(name);
    value = (value as Record<string, unknown>)[name];
  }
  return parts;
}

/** Where a character stands that is not in a quoted name. */
function outsideQuotes(text: string, from: number, wanted: string): number {
  let at = from;
  while (at < text.length && text[at] !== wanted)
    at = text[at] === '"' || text[at] === "'" ? endOfString(text, at) : at + 1;
  return at;
}

function endOfValue(text: string, from: number): { valueEnd: number; end: number } {
  let [at, depth, valueEnd] = [from, 0, from];
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '"' || char === "'") {
      at = endOfString(text, at);
      valueEnd = at;
    } else if (char === '#') at = endOfLine(text, at) - (text[endOfLine(text, at) - 1] === '\n' ? 1 : 0);
    else if (char === '\n' && depth === 0) return { valueEnd, end: at + 1 };
    else {
      if (char === '[' || char === '{') depth++;
      if (char === ']' || char === '}') depth--;
      at++;
      if (char.trim() !== '') valueEnd = at;
    }
  }
  return { valueEnd, end: text.length };
}

function endOfString(text: string, from: number): number {
  const quote = text[from] ?? '"';
  const isLong = text.startsWith(quote.repeat(3), from);
  const close = isLong ? quote.repeat(3) : quote;
  let at = from + close.length;
  while (at < text.length && !text.startsWith(close, at)) at += quote === '"' && text[at] === '\\' ? 2 : 1;
  at += close.length;
  // A long string may end in quotes of its own.
  while (isLong && text[at] === quote) at++;
  return at;
}
