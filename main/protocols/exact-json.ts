/** Any JSON value. Numbers that JavaScript cannot hold are RawJson, so that they leave as they came. */
export type Json = null | boolean | number | string | RawJson | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** JSON text that is written as it is. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Parses JSON text and keeps every digit of integers beyond 2^53. Throws SyntaxError. */
export function parseExact(text: string): Json {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Json;
  const numbers: string[] = [];
  const mark = unusedMark(text);
  const marked = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) => {
    if (token.startsWith('"') || isExact(token)) return token;
    numbers.push(token);
    return `"${mark}${numbers.length - 1}${mark}"`;
  });
  return numbers.length === 0 ? (JSON.parse(text) as Json) : revive(JSON.parse(marked) as Json, mark, numbers);
}

/** JSON text of a value; undefined members are left out. */
export function stringifyExact(value: Json): string {
  let hasRaw = false;
  const plain = JSON.stringify(value, (_key, member: unknown) => {
    hasRaw ||= member instanceof RawJson;
    return member;
  });
  return hasRaw ? stringifyRaw(value, unusedMark(plain)) : plain;
}

function stringifyRaw(value: Json, mark: string): string {
  const raw: string[] = [];
  const text = JSON.stringify(value, (_key, member: unknown) => {
    if (!(member instanceof RawJson)) return member;
    raw.push(member.text);
    return `${mark}${raw.length - 1}${mark}`;
  });
  return text.replaceAll(
    new RegExp(`"${mark}(\\d+)${mark}"`, 'g'),
    (found, index: string) => raw[Number(index)] ?? found,
  );
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RawJson);
}

/** Stands in strings for raw text: longer than any run of a private-use character in the text, escaped or not. */
function unusedMark(text: string): string {
  const used = text.match(/\u{F8FE}|\\uf8fe/giu)?.length ?? 0;
  return '\u{F8FE}'.repeat(used + 1);
}

/** Fractions and exponents are measurements, whose last digit nobody counts on; integers are often ids. */
function isExact(number: string): boolean {
  return !/^-?\d+$/.test(number) || String(Number(number)) === number || number === '-0';
}

function revive(value: Json, mark: string, numbers: readonly string[]): Json {
  if (typeof value === 'string') {
    const isMarked = value.startsWith(mark) && value.endsWith(mark);
    const index = isMarked ? value.slice(mark.length, -mark.length) : '';
    const text = /^\d+$/.test(index) ? numbers[Number(index)] : undefined;
    return text === undefined ? value : new RawJson(text);
  }
  if (Array.isArray(value)) return value.map((item) => revive(item, mark, numbers));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, revive(member, mark, numbers)]));
}
