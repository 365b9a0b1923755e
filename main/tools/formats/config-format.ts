import type { Path } from '../tool.ts';

/** A kind of configuration file that is changed in place: what is not ours stays as it is, byte for byte. */
export interface ConfigFormat {
  /** The values, an object at the top. Throws ConfigSyntaxError. */
  read(text: string): Record<string, unknown>;
  /** The text with one value changed or added. Throws ConfigSyntaxError, or ConfigConflict where the path leads through something else. */
  set(text: string, path: Path, value: unknown): string;
  /** The text without one value; the same text where there is none. Throws ConfigSyntaxError. */
  remove(text: string, path: Path): string;
  /** Where values stand, for masking: name, and the range of the value in UTF-16 units. */
  values(text: string): { path: string[]; start: number; end: number }[];
}

/** The file is not in its format; says where. Holds nothing of the file. */
export class ConfigSyntaxError extends Error {}

/** The file has something else where our value belongs. */
export class ConfigConflict extends Error {}

/** A byte order mark is no part of the text for any format, and stays. */
export function splitMark(text: string): [mark: string, rest: string] {
  return text.startsWith('\uFEFF') ? ['\uFEFF', text.slice(1)] : ['', text];
}

/** As the file ends its lines; by most of them. */
export function lineEnd(text: string): '\r\n' | '\n' {
  const windows = text.split('\r\n').length - 1;
  const all = text.split('\n').length - 1;
  return windows * 2 > all ? '\r\n' : '\n';
}

export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** Applies changes that do not overlap. */
export function spliced(text: string, splices: readonly Splice[]): string {
  return [...splices]
    .sort((left, right) => right.start - left.start || right.end - left.end)
    .reduce((now, { start, end, text: piece }) => now.slice(0, start) + piece + now.slice(end), text);
}

/** Widens a range that is alone on its lines to those lines, and any other one by the blanks before it. */
export function wholeLines(text: string, start: number, end: number): Splice {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const before = text.slice(lineStart, start);
  const newline = text.indexOf('\n', end);
  const after = text.slice(end, newline < 0 ? text.length : newline);
  if (before.trim() === '' && after.trim() === '' && newline >= 0)
    return { start: lineStart, end: newline + 1, text: '' };
  return { start: start - (before.length - before.trimEnd().length), end, text: '' };
}

/** The line of a position, from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
