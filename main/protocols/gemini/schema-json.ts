import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { listOf } from '../json-values.ts';
import { describe } from './schema-hints.ts';
import { SchemaParts } from './schema-parts.ts';

/** Keywords of `parametersJsonSchema` and `responseJsonSchema` (https://ai.google.dev/api/generate-content#FIELDS.response_json_schema). */
const plainKeywords = ['title', 'enum', 'minItems', 'maxItems', 'minimum', 'maximum', 'format', 'required'] as const;
const schemaLists = ['prefixItems', 'anyOf', 'oneOf'] as const;
const schemaMaps = ['properties', '$defs'] as const;
/** Told in the description where they stand in the schema too, they would only cost tokens. */
const kept = ['minItems', 'maxItems', 'minimum', 'maximum', 'format'];

/** Almost the schema as it is, for models that take JSON Schema: what they do not know is told in the description. */
export function tidySchema(schema: JsonObject): JsonObject {
  return new Tidying(schema).tidy(schema, []);
}

/** References can make a small schema immense. */
const mostNodes = 5_000;

class Tidying {
  readonly #parts: SchemaParts;
  #nodes = 0;

  constructor(root: JsonObject) {
    this.#parts = new SchemaParts(root);
  }

  /** `seen` are the references that were followed on the way here, which only parts of an `allOf` make necessary. */
  tidy(given: JsonObject, seen: readonly string[]): JsonObject {
    this.#nodes += 1;
    if (this.#nodes > mostNodes) return { type: 'object' };
    const { $ref: ref } = given;
    // A reference must be alone.
    if (typeof ref === 'string') return isNamed(ref) ? { $ref: renamed(ref) } : { type: 'object' };
    const { schema, seen: led } = Array.isArray(given.allOf)
      ? this.#parts.resolve(given, seen)
      : { schema: withNewName(given), seen };
    const description = describe(schema, kept, []);
    const { type, const: only, items, additionalProperties } = schema;
    return {
      ...(type === undefined ? {} : { type: lowerCase(type) }),
      ...(typeof schema.description === 'string' || description !== schema.title ? says(description) : {}),
      ...pick(schema, plainKeywords),
      ...(only === undefined ? {} : { enum: [only] }),
      ...this.#maps(schema, led),
      ...this.#lists(schema, led),
      ...(Array.isArray(items) ? { prefixItems: items.map((one) => this.#member(one, led)) } : {}),
      ...(isJsonObject(items) ? { items: this.tidy(items, led) } : {}),
      ...(additionalProperties === undefined ? {} : { additionalProperties: this.#rest(additionalProperties, led) }),
    };
  }

  #rest(value: Json, seen: readonly string[]): Json {
    return typeof value === 'boolean' ? value : this.#member(value, seen);
  }

  #maps(schema: JsonObject, seen: readonly string[]): JsonObject {
    const maps = schemaMaps.flatMap((name): [string, Json][] => {
      const map = schema[name];
      if (!isJsonObject(map)) return [];
      return [[name, Object.fromEntries(Object.entries(map).map(([key, value]) => [key, this.#member(value, seen)]))]];
    });
    return Object.fromEntries(maps);
  }

  /** `true` is a schema, but not one that every server knows. */
  #member(value: Json, seen: readonly string[]): Json {
    return isJsonObject(value) ? this.tidy(value, seen) : {};
  }

  #lists(schema: JsonObject, seen: readonly string[]): JsonObject {
    const lists = schemaLists.filter((name) => Array.isArray(schema[name]));
    return Object.fromEntries(lists.map((name) => [name, listOf(schema[name]).map((one) => this.#member(one, seen))]));
  }
}

function says(description: string | undefined): JsonObject {
  return description === undefined ? {} : { description };
}

function isNamed(ref: string): boolean {
  return /^#\/(\$defs|definitions)\/[^/]+$/.test(ref);
}

function renamed(ref: string): string {
  return ref.replace(/^#\/definitions\//, '#/$defs/');
}

function withNewName({ definitions, ...schema }: JsonObject): JsonObject {
  if (!isJsonObject(definitions)) return schema;
  return { ...schema, $defs: { ...definitions, ...(isJsonObject(schema.$defs) ? schema.$defs : {}) } };
}

function lowerCase(type: Json): Json {
  if (Array.isArray(type)) return type.map(lowerCase);
  return typeof type === 'string' ? type.toLowerCase() : type;
}

function pick(schema: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name): [string, Json][] => {
      const value = schema[name];
      return value === undefined || (name === 'required' && !Array.isArray(value)) ? [] : [[name, value]];
    }),
  );
}
