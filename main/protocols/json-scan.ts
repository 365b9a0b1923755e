import { skipLong } from './json-skip/index.ts';

/**
 * A JSON scanner over bytes. It finds where values start and end without building them, so that a request of several
 * megabytes can be read and edited in place. Brackets, commas, colons, numbers, literals and the ends of strings are
 * checked; what is between the quotes of a string (escapes, control characters) is left to whoever decodes it.
 */

/** A piece of a buffer; `end` is exclusive. Offsets in bytes. */
export interface Span {
  start: number;
  end: number;
}

/** A member of an object: its value, and where its key starts. */
export interface MemberSpan extends Span {
  keyStart: number;
  /** End of the key, past its closing quote. */
  keyEnd: number;
}

/** Thrown for text that is not JSON. The message never quotes the text. */
export class JsonSyntaxError extends Error {
  /** Byte at which reading stopped. */
  readonly offset: number;
  constructor(problem: string, offset: number) {
    super(`${problem} at byte ${offset}`);
    this.name = 'JsonSyntaxError';
    this.offset = offset;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** With this much to come, in bytes, containers are left to skip.wat, and strings with escaped quotes. */
const longText = 16 * 1024;

/** First offset at or after `at` that is not white space. */
export function skipBlank(json: Buffer, at: number): number {
  let i = at;
  for (;;) {
    const byte = json[i];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return i;
    i += 1;
  }
}

/** What ends the values that are open. One for all walks, of which there is never more than one at a time. */
const openClosers: number[] = [];

/** Offset past the value that starts at `at`. Nested values are walked without recursion. */
function skipValue(json: Buffer, at: number): number {
  const first = json[at];
  if (first !== openBrace && first !== openBracket) return skipScalar(json, at);
  const end = json.length - at < longText ? undefined : skipLong(json, at);
  if (end !== undefined) return end;
  const closers = openClosers;
  // Empty after each walk but one that threw. Setting a length is a call into V8.
  if (closers.length > 0) closers.length = 0;
  let i = at;
  for (;;) {
    i = enterValue(json, i, closers);
    if (i < 0) {
      i = -i;
      continue;
    }
    i = leaveValues(json, i, closers);
    if (closers.length === 0) return i;
  }
}

/**
 * Calls `visit` for each member of the object that starts at `at`, in order, and returns the offset past the object.
 * `visit` ends the walk by returning true; the answer is then -1.
 */
export function walkObject(json: Buffer, at: number, visit: (member: MemberSpan) => boolean): number {
  if (json[at] !== openBrace) fail(json, at, "Expected '{'");
  let i = skipBlank(json, at + 1);
  if (json[i] === closeBrace) return i + 1;
  for (;;) {
    const keyStart = i;
    const keyEnd = skipKey(json, i);
    const start = skipColon(json, keyEnd);
    const end = skipValue(json, start);
    if (visit({ start, end, keyStart, keyEnd })) return -1;
    i = skipBlank(json, end);
    if (json[i] === closeBrace) return i + 1;
    if (json[i] !== comma) fail(json, i, "Expected ',' or '}'");
    i = skipBlank(json, i + 1);
  }
}

/** Like walkObject, for the elements of an array; any answer of `visit` but true goes on. */
export function walkArray(json: Buffer, at: number, visit: (element: Span) => unknown): number {
  if (json[at] !== openBracket) fail(json, at, "Expected '['");
  let i = skipBlank(json, at + 1);
  if (json[i] === closeBracket) return i + 1;
  for (;;) {
    const end = skipValue(json, i);
    if (visit({ start: i, end }) === true) return -1;
    i = skipBlank(json, end);
    if (json[i] === closeBracket) return i + 1;
    if (json[i] !== comma) fail(json, i, "Expected ',' or ']'");
    i = skipBlank(json, i + 1);
  }
}

/** Refuses anything but white space from `at` on. */
export function expectEnd(json: Buffer, at: number): void {
  const end = skipBlank(json, at);
  if (end < json.length) fail(json, end, 'Unexpected text after the value');
}

/** Steps over the opening of a container, or over a scalar. A negative answer is the offset of a first nested value. */
function enterValue(json: Buffer, at: number, closers: number[]): number {
  const byte = json[at];
  if (byte !== openBrace && byte !== openBracket) return skipScalar(json, at);
  const closer = byte + 2;
  const inside = skipBlank(json, at + 1);
  if (json[inside] === closer) return inside + 1;
  closers.push(closer);
  return -(closer === closeBrace ? skipColon(json, skipKey(json, inside)) : inside);
}

/** From the end of a value: closes what ends here, and goes on to the next value if the container has one. */
function leaveValues(json: Buffer, at: number, closers: number[]): number {
  let i = at;
  while (closers.length > 0) {
    const closer = closers[closers.length - 1];
    i = skipBlank(json, i);
    if (json[i] === closer) {
      closers.pop();
      i += 1;
      continue;
    }
    if (json[i] !== comma) fail(json, i, closer === closeBrace ? "Expected ',' or '}'" : "Expected ',' or ']'");
    i = skipBlank(json, i + 1);
    return closer === closeBrace ? skipColon(json, skipKey(json, i)) : i;
  }
  return i;
}

function skipKey(json: Buffer, at: number): number {
  if (json[at] !== quote) fail(json, at, 'Expected a member name in quotes');
  return skipString(json, at);
}

function skipColon(json: Buffer, at: number): number {
  const i = skipBlank(json, at);
  if (json[i] !== colon) fail(json, i, "Expected ':'");
  return skipBlank(json, i + 1);
}

function skipScalar(json: Buffer, at: number): number {
  switch (json[at]) {
    case quote:
      return skipString(json, at);
    case 0x74:
      return skipLiteral(json, at, 'true');
    case 0x66:
      return skipLiteral(json, at, 'false');
    case 0x6e:
      return skipLiteral(json, at, 'null');
    default:
      return skipNumber(json, at);
  }
}

function skipString(json: Buffer, at: number): number {
  const start = at + 1;
  for (let i = start; ; ) {
    const end = quoteIn(json, i);
    if (end < 0) throw new JsonSyntaxError('The JSON ends within a string', json.length);
    if (json[end - 1] !== backslash || !isEscaped(json, end, start)) return end + 1;
    const known = i === start && json.length - at >= longText ? skipLong(json, at) : undefined;
    if (known !== undefined) return known;
    i = end + 1;
  }
}

/** Up to this length, in bytes, a walk in JavaScript costs less than a native search. */
const shortWalk = 48;

/** First quote at or after `at`; -1 when there is none. */
function quoteIn(json: Buffer, at: number): number {
  const walked = Math.min(at + shortWalk, json.length);
  for (let i = at; i < walked; i += 1) if (json[i] === quote) return i;
  return json.indexOf(quote, walked);
}

/** Whether the byte at `at` follows an odd number of backslashes; `from` is known not to be escaped. */
function isEscaped(json: Buffer, at: number, from: number): boolean {
  let first = at;
  while (first > from && json[first - 1] === backslash) first -= 1;
  return (at - first) % 2 === 1;
}

function skipLiteral(json: Buffer, at: number, literal: string): number {
  for (let i = 0; i < literal.length; i += 1) {
    if (json[at + i] !== literal.charCodeAt(i)) fail(json, at + i, `Expected ${literal}`);
  }
  return at + literal.length;
}

function skipNumber(json: Buffer, at: number): number {
  let i = json[at] === 0x2d ? at + 1 : at;
  i = json[i] === 0x30 ? i + 1 : skipDigits(json, i, i === at ? 'Expected a value' : 'Expected a digit');
  if (json[i] === 0x2e) i = skipDigits(json, i + 1, 'Expected a digit');
  if (json[i] === 0x65 || json[i] === 0x45) {
    const sign = json[i + 1];
    i = skipDigits(json, sign === 0x2b || sign === 0x2d ? i + 2 : i + 1, 'Expected a digit');
  }
  return i;
}

function skipDigits(json: Buffer, at: number, problem: string): number {
  let i = at;
  for (;;) {
    const byte = json[i];
    if (byte === undefined || byte < 0x30 || byte > 0x39) break;
    i += 1;
  }
  if (i === at) fail(json, at, problem);
  return i;
}

function fail(json: Buffer, at: number, problem: string): never {
  throw new JsonSyntaxError(at >= json.length ? 'The JSON ends early' : problem, at);
}
