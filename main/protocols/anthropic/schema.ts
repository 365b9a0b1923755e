import { isJsonObject, type Json, type JsonObject, stringifyExact } from '../exact-json.ts';
import { objectOf } from '../json-values.ts';

/**
 * What a structured output's schema may hold (Anthropic's documentation, "Structured outputs", JSON Schema limitations).
 * Everything else that says something about a value goes into its description.
 */
const carried = ['type', 'description', 'title', 'enum', 'const', 'required', 'default', 'format', '$ref', 'nullable'];
const silent = ['$schema', '$id', '$comment', 'examples', 'additionalProperties', 'deprecated'];
const formats = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'];

/**
 * The schema in the subset that answers can be forced into; undefined where it cannot be said there: objects with free
 * names, and schemas within themselves.
 */
export function strictSchema(schema: JsonObject): JsonObject | undefined {
  try {
    return isRecursive(schema) ? undefined : strict(schema);
  } catch (error) {
    if (error instanceof Inexpressible) return undefined;
    throw error;
  }
}

class Inexpressible extends Error {}

function strict(schema: JsonObject): JsonObject {
  const result: JsonObject = {};
  const hints: string[] = [];
  for (const [name, value] of Object.entries(schema)) {
    const said = keyword(name, value);
    if (said !== undefined) Object.assign(result, said);
    else if (!silent.includes(name)) hints.push(`${name}: ${stringifyExact(value)}`);
  }
  if (isObjectSchema(schema)) closeObject(schema, result);
  if (hints.length > 0) result.description = [result.description, ...hints].filter(Boolean).join('\n');
  return result;
}

/** What a keyword becomes; undefined for one that can only be described. */
function keyword(name: string, value: Json): JsonObject | undefined {
  if (name === 'format') return formats.includes(String(value)) ? { format: value } : undefined;
  if (carried.includes(name)) return { [name]: value };
  if (name === 'minItems') return value === 0 || value === 1 ? { minItems: value } : undefined;
  if (name === 'properties' || name === '$defs' || name === 'definitions') return { [name]: strictAll(value) };
  if (name === 'items' && isJsonObject(value)) return { items: strict(value) };
  if (name === 'anyOf' || name === 'allOf') return { [name]: strictList(value) };
  // Exactly one of them cannot be said; one of them can.
  return name === 'oneOf' ? { anyOf: strictList(value) } : undefined;
}

function strictAll(schemas: Json): JsonObject {
  const entries = isJsonObject(schemas) ? Object.entries(schemas) : [];
  return Object.fromEntries(entries.map(([name, schema]) => [name, isJsonObject(schema) ? strict(schema) : {}]));
}

function strictList(schemas: Json): Json[] {
  return Array.isArray(schemas) ? schemas.filter(isJsonObject).map(strict) : [];
}

function isObjectSchema({ type, properties }: JsonObject): boolean {
  return type === 'object' || properties !== undefined || (Array.isArray(type) && type.includes('object'));
}

function closeObject(schema: JsonObject, result: JsonObject): void {
  const { additionalProperties: rest, properties } = schema;
  const hasNames = isJsonObject(properties) && Object.keys(properties).length > 0;
  if (isJsonObject(rest) || (!hasNames && rest !== false) || schema.patternProperties !== undefined)
    throw new Inexpressible();
  result.additionalProperties = false;
}

/** Whether a definition refers to itself, directly or through others. */
function isRecursive(schema: JsonObject): boolean {
  const definitions = { ...objectOf(schema.definitions), ...objectOf(schema.$defs) };
  const isWithin = (name: string, path: readonly string[]): boolean => {
    if (path.includes(name)) return true;
    return references(definitions[name]).some((next) => isWithin(next, [...path, name]));
  };
  return references(schema).some((name) => name === '#' || isWithin(name, []));
}

/** Names of the definitions that a schema refers to; `#` for the schema as a whole. */
function references(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isJsonObject(value)) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref.split('/').at(-1) ?? '#'] : [];
  const nested = Object.entries(value).filter(([name]) => name !== '$defs' && name !== 'definitions');
  return [...own, ...nested.flatMap(([, member]) => references(member))];
}

const combiners = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * The schema of a tool's input, which must be an object at its root: alternatives there become one object with the
 * properties of all of them. The rest stays as it was written.
 */
export function inputSchema(schema: JsonObject): JsonObject {
  const branches = combiners.flatMap((name) => {
    const value = schema[name];
    return Array.isArray(value) ? value.filter(isJsonObject).map((branch) => ({ name, branch })) : [];
  });
  if (branches.length === 0) return schema.type === 'object' ? schema : { ...schema, type: 'object' };
  const rest = Object.fromEntries(Object.entries(schema).filter(([name]) => !combiners.some((one) => one === name)));
  const properties: JsonObject = {};
  const required = requiredOf(schema);
  for (const { name, branch } of branches) {
    Object.assign(properties, objectOf(branch.properties));
    if (name === 'allOf') required.push(...requiredOf(branch));
  }
  Object.assign(properties, objectOf(schema.properties));
  return { ...rest, type: 'object', properties, ...(required.length > 0 ? { required: [...new Set(required)] } : {}) };
}

function requiredOf({ required }: JsonObject): Json[] {
  return Array.isArray(required) ? [...required] : [];
}
