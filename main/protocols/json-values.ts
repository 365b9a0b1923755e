import { isJsonObject, type Json, type JsonObject } from './exact-json.ts';

// Readers of what others have written, where anything may stand: a value of the wrong type reads as if there were none.

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function countOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list. */
export function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
