import type { Json } from './exact-json.ts';
import {
  expectEnd,
  JsonSyntaxError,
  type MemberSpan,
  type Span,
  skipBlank,
  walkArray,
  walkObject,
} from './json-scan.ts';

export { JsonSyntaxError, type Span } from './json-scan.ts';

/** Bytes `start` to `end` become `replacement`; an empty span inserts. */
export interface Edit extends Span {
  replacement: string | Buffer;
}

/**
 * Values of the object that starts at `at`, by name. Without `at` the buffer must hold that one object and nothing else.
 * Of equal names the last wins, as in JSON.parse. Throws JsonSyntaxError.
 */
export function members(json: Buffer, at?: number): Map<string, Span> {
  const found = new Map<string, Span>();
  walkMembers(json, at, (member) => {
    found.set(keyOf(json, member), { start: member.start, end: member.end });
    return false;
  });
  return found;
}

/**
 * Value of the last member with this name, as in JSON.parse, of a buffer that holds one object and nothing else.
 * Throws JsonSyntaxError.
 */
export function lastMember(json: Buffer, name: string): Span | undefined {
  let found: Span | undefined;
  walkMembers(json, undefined, (member) => {
    if (isNamed(json, member, name)) found = { start: member.start, end: member.end };
    return false;
  });
  return found;
}

/**
 * Value of the first member with this name. Reads no further than it must, so what follows is not checked.
 * Throws JsonSyntaxError when the text before it is malformed.
 */
export function findMember(json: Buffer, name: string, at?: number): Span | undefined {
  let found: Span | undefined;
  walkMembers(json, at, (member) => {
    if (!isNamed(json, member, name)) return false;
    found = { start: member.start, end: member.end };
    return true;
  });
  return found;
}

/** Elements of the array at `span`. Throws JsonSyntaxError when there is no array. */
export function elements(json: Buffer, span: Span): Span[] {
  const found: Span[] = [];
  walkArray(json, span.start, (element) => found.push(element));
  return found;
}

/** The first element of the array at `span`; reads no further. Throws JsonSyntaxError when there is no array. */
export function firstElement(json: Buffer, span: Span): Span | undefined {
  let first: Span | undefined;
  walkArray(json, span.start, (element) => {
    first = element;
    return true;
  });
  return first;
}

/** What is read of bytes; undefined where it throws JsonSyntaxError. */
export function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** The value at `span`, built. Throws JsonSyntaxError. */
export function parseAt(json: Buffer, span: Span): Json {
  try {
    return JSON.parse(json.toString('utf8', span.start, span.end)) as Json;
  } catch {
    // V8 quotes the text in its message; prompts do not belong in errors.
    throw new JsonSyntaxError('Malformed JSON value', span.start);
  }
}

/** The string at `span`; undefined when the value there is not a string. Throws JsonSyntaxError for a bad escape. */
export function stringAt(json: Buffer, span: Span): string | undefined {
  if (json[span.start] !== 0x22) return undefined;
  const text = json.toString('utf8', span.start + 1, span.end - 1);
  return text.includes('\\') ? String(parseAt(json, span)) : text;
}

/** Like splice, in one piece: the same buffer without edits, a new one otherwise. */
export function applyEdits(json: Buffer, edits: readonly Edit[]): Buffer {
  return edits.length === 0 ? json : Buffer.concat(splice(json, edits));
}

/**
 * The text with the edits made, as slices of it and replacements; all other bytes are the same. Order does not matter, but for insertions at the same
 * place, which keep theirs. Throws RangeError when edits overlap or lie outside.
 */
export function splice(json: Buffer, edits: readonly Edit[]): Buffer[] {
  if (edits.length === 0) return [json];
  const sorted = isSorted(edits) ? edits : [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: Buffer[] = [];
  let position = 0;
  for (const edit of sorted) {
    if (edit.start < position || edit.end < edit.start || edit.end > json.length) {
      throw new RangeError(`Edit ${edit.start}-${edit.end} overlaps another or lies outside the text`);
    }
    pieces.push(json.subarray(position, edit.start));
    pieces.push(typeof edit.replacement === 'string' ? Buffer.from(edit.replacement) : edit.replacement);
    position = edit.end;
  }
  pieces.push(json.subarray(position));
  return pieces;
}

function isSorted(edits: readonly Edit[]): boolean {
  let [start, end] = [0, 0];
  for (const edit of edits) {
    if (edit.start < start || (edit.start === start && edit.end < end)) return false;
    ({ start, end } = edit);
  }
  return true;
}

/** Adds members in front of the others of the object. The names must be new. Values are JSON text. */
export function insertMembers(json: Buffer, entries: Record<string, string>, at?: number): Edit[] {
  const added = Object.entries(entries).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  if (added.length === 0) return [];
  const inside = (at ?? skipBlank(json, 0)) + 1;
  const isEmpty = json[skipBlank(json, inside)] === 0x7d;
  return [{ start: inside, end: inside, replacement: added.join(',') + (isEmpty ? '' : ',') }];
}

/** Removes the members with these names, repeated ones too, each with one comma. Absent names are ignored. */
export function removeMembers(json: Buffer, names: readonly string[], at?: number): Edit[] {
  const entries: Span[] = [];
  const gone = new Set<number>();
  walkMembers(json, at, (member) => {
    if (names.includes(keyOf(json, member))) gone.add(entries.length);
    entries.push({ start: member.keyStart, end: member.end });
    return false;
  });
  return removals(entries, gone);
}

/** Removes the elements with these indexes from the array at `span`, each with one comma. */
export function removeElements(json: Buffer, span: Span, indexes: readonly number[]): Edit[] {
  return removals(elements(json, span), new Set(indexes));
}

function walkMembers(json: Buffer, at: number | undefined, visit: (member: MemberSpan) => boolean): void {
  const end = walkObject(json, at ?? skipBlank(json, 0), visit);
  if (at === undefined && end >= 0) expectEnd(json, end);
}

function keyOf(json: Buffer, member: MemberSpan): string {
  return stringAt(json, { start: member.keyStart, end: member.keyEnd }) ?? '';
}

/** Whether a member has this name. Most names are compared as they are written, without making a string of them. */
function isNamed(json: Buffer, member: MemberSpan, name: string): boolean {
  const start = member.keyStart + 1;
  for (let at = 0; at < name.length; at += 1) {
    const byte = json[start + at];
    if (byte === name.charCodeAt(at) && byte < 0x80 && byte !== backslash) continue;
    // An escape, or what UTF-8 writes with several bytes, may still mean the same.
    return byte !== undefined && (byte >= 0x80 || byte === backslash) && keyOf(json, member) === name;
  }
  return member.keyEnd - 1 === start + name.length;
}

const backslash = 0x5c;

/** A run of removed entries takes the comma before it along, or the one after it when it is the first. */
function removals(entries: readonly Span[], gone: ReadonlySet<number>): Edit[] {
  const edits: Edit[] = [];
  for (let first = 0; first < entries.length; first += 1) {
    if (!gone.has(first)) continue;
    let last = first;
    while (last + 1 < entries.length && gone.has(last + 1)) last += 1;
    const start = entries[first - 1]?.end ?? entries[first]?.start;
    const end = first === 0 ? (entries[last + 1]?.start ?? entries[last]?.end) : entries[last]?.end;
    if (start !== undefined && end !== undefined) edits.push({ start, end, replacement: '' });
    first = last;
  }
  return edits;
}
