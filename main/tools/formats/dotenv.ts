import type { Path } from '../tool.ts';
import { ConfigConflict, type ConfigFormat, lineEnd, splitMark } from './config-format.ts';

/** `NAME=value`, a line each, as dotenv reads them; other lines stay as they are. */
export const dotenvFormat: ConfigFormat = {
  read(text) {
    return Object.fromEntries(lines(splitMark(text)[1]).map(({ name, value }) => [name, unquoted(value)]));
  },
  set(text, path, value) {
    const [mark, body] = splitMark(text);
    const name = nameOf(path);
    const found = lines(body).findLast((line) => line.name === name);
    const own = quoted(String(value));
    if (found) return mark + body.slice(0, found.start) + own + body.slice(found.end);
    const eol = lineEnd(body);
    const gap = body === '' || body.endsWith('\n') ? '' : eol;
    return `${mark}${body}${gap}${name}=${own}${gap === '' ? eol : ''}`;
  },
  remove(text, path) {
    const [mark, body] = splitMark(text);
    const name = nameOf(path);
    const kept = body.split(/(?<=\n)/).filter((line) => lines(line)[0]?.name !== name);
    return mark + kept.join('');
  },
  values(text) {
    return lines(text).map(({ name, start, end }) => ({ path: [name], start, end }));
  },
};

interface Line {
  name: string;
  /** As it stands there, with its quotes. */
  value: string;
  start: number;
  end: number;
}

function lines(text: string): Line[] {
  const pattern =
    /^\uFEFF?[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*("(?:\\.|[^"\\\r\n])*"|'[^'\r\n]*'|[^#\r\n]*)/gm;
  return [...text.matchAll(pattern)].map((match) => {
    const value = (match[2] ?? '').trimEnd();
    const start = match.index + match[0].length - (match[2] ?? '').length;
    return { name: match[1] ?? '', value, start, end: start + value.length };
  });
}

function unquoted(value: string): string {
  const quote = value[0];
  if (value.length < 2 || (quote !== '"' && quote !== "'") || !value.endsWith(quote)) return value;
  return value.slice(1, -1);
}

/** Throws ConfigConflict for what no line can hold as it is. */
function quoted(value: string): string {
  if (/^[\w:/.@-]*$/.test(value)) return value;
  if (/[\r\n]/.test(value)) throw new ConfigConflict('cannot hold a value of several lines');
  if (!value.includes("'")) return `'${value}'`;
  if (!/["\\]/.test(value)) return `"${value}"`;
  throw new ConfigConflict('cannot hold a value with both kinds of quotes');
}

function nameOf([name]: Path): string {
  if (typeof name !== 'string') throw new ConfigConflict('has no lists');
  return name;
}
