import { isJsonObject, type Json, type JsonObject, parseExact } from './exact-json.ts';

/** What JSON text says; undefined where it is none. Integers beyond 2^53 lose digits: for what is only looked at. */
export function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What JSON text says, with every digit, for what is written on; undefined where it is none. */
export function exactJsonIn(text: string): Json | undefined {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

/** The object that JSON text says; undefined for anything else. Only to be looked at, as of `jsonIn`. */
export function objectIn(text: string): JsonObject | undefined {
  const value = jsonIn(text);
  return isJsonObject(value) ? value : undefined;
}
