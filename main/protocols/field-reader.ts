import { isJsonObject, type Json, type JsonObject, RawJson } from './exact-json.ts';
import { type Feature, type FeatureUse, FieldError, type FieldTable } from './features.ts';
import { featureIn, tablePath } from './field-tables.ts';

/**
 * Reads the members of one object of a request. `null` counts as absent. Every method throws FieldError, naming the whole
 * path, for a value of the wrong type.
 */
export class FieldReader {
  readonly object: JsonObject;
  /** Path of the object itself: `messages[2]`; empty for the body. */
  readonly path: string;

  constructor(object: JsonObject, path = '') {
    this.object = object;
    this.path = path;
  }

  /** Whole path of a member. */
  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  raw(name: string): Json | undefined {
    return this.object[name] ?? undefined;
  }

  string(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.wrong(name, 'a string');
  }

  number(name: string): number | undefined {
    const value = this.raw(name);
    if (value instanceof RawJson) return Number(value.text);
    if (value === undefined || typeof value === 'number') return value;
    throw this.wrong(name, 'a number');
  }

  boolean(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.wrong(name, 'true or false');
  }

  child(name: string): FieldReader | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (isJsonObject(value)) return new FieldReader(value, this.at(name));
    throw this.wrong(name, 'an object');
  }

  list(name: string): readonly Json[] | undefined {
    const value = this.raw(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw this.wrong(name, 'a list');
  }

  /** A list of objects; empty when absent. */
  children(name: string): FieldReader[] {
    return (this.list(name) ?? []).map((item, index) => {
      const path = `${this.at(name)}[${index}]`;
      if (isJsonObject(item)) return new FieldReader(item, path);
      throw new FieldError(path, `${path} must be an object`);
    });
  }

  /** A list of strings, or one string where the format allows that; undefined when absent. */
  strings(name: string): string[] | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const items = Array.isArray(value) ? value : [value];
    return items.map((item) => {
      if (typeof item === 'string') return item;
      throw this.wrong(name, 'a list of strings');
    });
  }

  /** Throws FieldError when the member is absent. */
  required<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw new FieldError(this.at(name), `${this.at(name)} is required`);
    return value;
  }

  wrong(name: string, expected: string): FieldError {
    return new FieldError(this.at(name), `${this.at(name)} must be ${expected}`);
  }
}

/** Collects what a request uses while it is parsed. */
export class FeatureUses {
  readonly #fields: FieldTable;
  readonly #uses: FeatureUse[] = [];
  readonly #seen = new Set<string>();

  constructor(fields: FieldTable) {
    this.#fields = fields;
  }

  /** Of uses that differ in list positions only, the first is kept. */
  add(feature: Feature, field: string): void {
    const key = `${feature} ${tablePath(field)}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#uses.push({ feature, field });
  }

  /**
   * Adds what the table knows of an object's members, and `unknown` for the others. Members named in `except` are read by
   * the caller, whose features depend on their values.
   */
  addMembers(reader: FieldReader, except: readonly string[] = []): void {
    for (const name of Object.keys(reader.object)) {
      if (except.includes(name) || !reader.has(name)) continue;
      const field = reader.at(name);
      const feature = featureIn(this.#fields, tablePath(field));
      if (feature !== 'structure') this.add(feature, field);
    }
  }

  list(): readonly FeatureUse[] {
    return this.#uses;
  }
}

/** A count in an answer: a member that is a whole number, not below 0. */
export function countIn(body: Json, name: string): number | undefined {
  const count = isJsonObject(body) ? body[name] : undefined;
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 ? count : undefined;
}
