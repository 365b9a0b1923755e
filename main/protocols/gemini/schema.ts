import { isJsonObject, type Json, type JsonObject, stringifyExact } from '../exact-json.ts';
import { listOf, objectOf } from '../json-values.ts';
import { describe, kindOf } from './schema-hints.ts';
import { mergeProperties, mergeSchemas, type Resolved, SchemaParts, schemaOf } from './schema-parts.ts';

/** What the schema object of a target knows beyond type, description, properties, required, items, enum and nullable. */
export interface SchemaRules {
  /** `minimum` and `maximum`. */
  ranges?: boolean;
  /** An object without properties is refused: it gets one. */
  fillEmpty?: boolean;
  /** `additionalProperties: false`, of schemas for answers. */
  closed?: boolean;
}

/**
 * Makes a JSON Schema one that Google's schema object takes (https://ai.google.dev/api/caching#Schema): only keywords that
 * it knows, one type a value, no references. Names of properties are data and never touched.
 */
export function cleanSchema(schema: JsonObject, rules: SchemaRules = {}): JsonObject {
  const root = isPropertyMap(schema) ? { type: 'object', properties: schema } : schema;
  return new Cleaning(root, rules).clean({ schema: root, seen: [] }, 0);
}

/** References can make a small schema immense. */
const mostNodes = 5_000;
const deepest = 48;

const types = ['object', 'array', 'string', 'number', 'integer', 'boolean'];

class Cleaning {
  readonly #parts: SchemaParts;
  readonly #rules: SchemaRules;
  #nodes = 0;

  constructor(root: JsonObject, rules: SchemaRules) {
    this.#parts = new SchemaParts(root);
    this.#rules = rules;
  }

  clean(given: Resolved, depth: number): JsonObject {
    this.#nodes += 1;
    if (this.#nodes > mostNodes || depth > deepest) return { type: 'string', description: '(JSON)' };
    const notes: string[] = [];
    const { schema, seen } = this.#single(this.#parts.resolve(given.schema, given.seen), notes);
    const type = this.#typeOf(schema, notes);
    const isNullable = schema.nullable === true || listOf(schema.type).includes('null') || schema.type === 'null';
    const kept = this.#rules.ranges && (type === 'number' || type === 'integer') ? ['minimum', 'maximum'] : [];
    const ranges = kept.flatMap((name): [string, Json][] => {
      const value = schema[name];
      return typeof value === 'number' ? [[name, value]] : [];
    });
    const description = describe(schema, kept, notes);
    return {
      type,
      ...(description === undefined ? {} : { description }),
      ...Object.fromEntries(ranges),
      ...enumOf(schema, type),
      ...(isNullable || isNullableEnum(schema) ? { nullable: true } : {}),
      ...(type === 'object' ? this.#object(schema, seen, depth) : {}),
      ...(type === 'array' ? { items: this.clean({ schema: itemsOf(schema), seen }, depth + 1) } : {}),
    };
  }

  /** One schema in place of alternatives. */
  #single(resolved: Resolved, notes: string[]): Resolved {
    const { anyOf, oneOf, ...own } = resolved.schema;
    const options = [...listOf(anyOf), ...listOf(oneOf)].map((one) => this.#parts.resolve(one, resolved.seen));
    if (options.length === 0) return { ...resolved, schema: own };
    const flat = options.map((one) => (hasAlternatives(one.schema) ? this.#single(one, notes) : one));
    const values = flat.filter(({ schema }) => schema.type !== 'null');
    const nullable = values.length < flat.length ? { nullable: true } : {};
    const best = bestOf(values);
    if (!best) return { ...resolved, schema: { ...own, nullable: true } };
    const others = new Set(values.map(({ schema }) => kindOf(schema)).filter((kind) => kind !== kindOf(best.schema)));
    if (others.size > 0) notes.push(`or ${[...others].join(' or ')}`);
    const joined = joinAlternatives(
      best.schema,
      values.map(({ schema }) => schema),
    );
    const seen = [...new Set([...resolved.seen, ...values.flatMap((one) => one.seen)])];
    return { schema: { ...withoutDemands(own, joined), ...nullable }, seen };
  }

  #typeOf(schema: JsonObject, notes: string[]): string {
    if (values(schema).length > 0) return 'string';
    const listed = (Array.isArray(schema.type) ? schema.type : [schema.type ?? kindOf(schema)])
      .map((one) => String(one).toLowerCase())
      .filter((one) => types.includes(one));
    const type = types.slice(0, 2).find((one) => listed.includes(one)) ?? listed[0] ?? fallbackType(schema);
    const others = listed.filter((one) => one !== type);
    if (others.length > 0) notes.push(`or ${others.join(' or ')}`);
    return type;
  }

  #object(schema: JsonObject, seen: readonly string[], depth: number): JsonObject {
    const entries = Object.entries(objectOf(schema.properties));
    const properties = entries.map(([name, value]): [string, Json] => [
      name,
      this.clean({ schema: schemaOf(value), seen }, depth + 1),
    ]);
    if (properties.length === 0 && this.#rules.fillEmpty) return placeholder;
    const demanded = entries.filter(([, value]) => schemaOf(value).required === true).map(([name]) => name);
    const names = new Set(properties.map(([name]) => name));
    const required = [...new Set([...listOf(schema.required), ...demanded])].filter(
      (name) => typeof name === 'string' && names.has(name),
    );
    return {
      ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
      ...(required.length > 0 ? { required } : {}),
      ...(this.#rules.closed && schema.additionalProperties === false ? { additionalProperties: false } : {}),
    };
  }
}

const placeholder: JsonObject = {
  properties: { reason: { type: 'string', description: 'Why this is called, in a few words' } },
  required: ['reason'],
};

/** Objects say most, then lists, then other values. */
function bestOf(options: readonly Resolved[]): Resolved | undefined {
  for (const kind of ['object', 'array']) {
    const found = options.find(({ schema }) => kindOf(schema) === kind);
    if (found) return found;
  }
  return options[0];
}

/** The best alternative; of several objects all properties, of several lists of values all values. */
function joinAlternatives(best: JsonObject, options: readonly JsonObject[]): JsonObject {
  if (options.every((one) => values(one).length > 0)) return { ...best, const: null, enum: options.flatMap(values) };
  const objects = options.filter((one) => kindOf(one) === 'object');
  if (kindOf(best) !== 'object' || objects.length < 2) return best;
  const maps = objects.map(({ properties }) => objectOf(properties));
  const properties = maps.reduce((sum, map) => mergeProperties(sum, map, 'anyOf'));
  const required = listOf(best.required).filter((name) => objects.every((one) => listOf(one.required).includes(name)));
  return { ...best, properties, required };
}

/** What an alternative demands is not demanded of everything that its parent allows by itself. */
function withoutDemands(own: JsonObject, alternative: JsonObject): JsonObject {
  if (!isJsonObject(own.properties)) return mergeSchemas(own, alternative);
  const { required: _, ...rest } = alternative;
  return mergeSchemas(own, rest);
}

function hasAlternatives(schema: JsonObject): boolean {
  return Array.isArray(schema.anyOf) || Array.isArray(schema.oneOf);
}

/** The values that a schema lists, null and nothing left out. */
function values(schema: JsonObject): Json[] {
  const listed = isConst(schema) ? [schema.const ?? null] : listOf(schema.enum);
  return listed.filter((value) => value !== null && value !== '');
}

function isConst(schema: JsonObject): boolean {
  return schema.const !== undefined && schema.const !== null;
}

function isNullableEnum(schema: JsonObject): boolean {
  return values(schema).length > 0 && listOf(schema.enum).includes(null);
}

function enumOf(schema: JsonObject, type: string): JsonObject {
  if (type !== 'string') return {};
  const texts = values(schema).map((value) => (typeof value === 'string' ? value : stringifyExact(value)));
  return texts.length > 0 ? { enum: [...new Set(texts)] } : {};
}

function itemsOf(schema: JsonObject): JsonObject {
  const tuple = [...listOf(schema.prefixItems), ...listOf(schema.items)];
  if (tuple.length > 0) return { anyOf: tuple };
  return isJsonObject(schema.items) ? schema.items : { type: 'string' };
}

function fallbackType(schema: JsonObject): string {
  const kind = kindOf({ ...schema, type: null });
  return types.includes(kind) ? kind : 'string';
}

/** What makes an object a schema: with a value of any kind, and with a schema for a value. */
const valueKeywords = new Set(['type', 'properties', 'enum', 'required', 'description', 'title']);
const schemaKeywords = new Set(['$ref', '$defs', 'anyOf', 'oneOf', 'allOf', 'items', 'not', 'additionalProperties']);

/** Some tools name their properties without an object around them. */
function isPropertyMap(schema: JsonObject): boolean {
  const entries = Object.entries(schema);
  const isSchema = entries.some(
    ([name, value]) => schemaKeywords.has(name) || (valueKeywords.has(name) && !isTyped(value)),
  );
  return entries.length > 0 && !isSchema && entries.every(([, value]) => isTyped(value));
}

function isTyped(value: Json): boolean {
  return isJsonObject(value) && (typeof value.type === 'string' || Array.isArray(value.enum));
}
