import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';

const single = ['items', 'not', 'additionalProperties', 'contains', 'propertyNames', 'if', 'then', 'else'];
const lists = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const maps = ['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas'];
const counts = ['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'];
/** What only Google's schemas have; the order of properties is that of the object. */
const own = new Set(['nullable', 'propertyOrdering', 'property_ordering']);

/**
 * JSON Schema for a schema as the Gemini API takes it: types in capitals, `nullable`, counts as strings. What is JSON
 * Schema already stays as it is.
 */
export function toJsonSchema(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).flatMap(([name, value]): [string, Json][] => {
    if (own.has(name)) return [];
    const key = snakeNames.get(name) ?? name;
    const converted = convert(key, value);
    return converted === undefined ? [] : [[key, converted]];
  });
  const converted: JsonObject = Object.fromEntries(entries);
  return schema.nullable === true ? nullable(converted) : converted;
}

const snakeNames: ReadonlyMap<string, string> = new Map(
  [...counts, 'anyOf', 'additionalProperties', 'prefixItems'].map((name) => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    name,
  ]),
);

function convert(name: string, value: Json): Json | undefined {
  if (name === 'type') return lowerTypes(value);
  if (counts.includes(name) && typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  if (single.includes(name)) return isJsonObject(value) ? toJsonSchema(value) : value;
  if (lists.includes(name) && Array.isArray(value)) return value.map(subschema);
  if (maps.includes(name) && isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, subschema(member)]));
  }
  return value;
}

function subschema(value: Json): Json {
  return isJsonObject(value) ? toJsonSchema(value) : value;
}

function lowerTypes(value: Json): Json | undefined {
  if (Array.isArray(value)) return value.map((one) => lowerTypes(one) ?? one);
  if (typeof value !== 'string') return value;
  return value === 'TYPE_UNSPECIFIED' ? undefined : value.toLowerCase();
}

function nullable(schema: JsonObject): JsonObject {
  const { type } = schema;
  const isListed = Array.isArray(schema.enum) && !schema.enum.includes(null);
  const allowed = isListed && Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
  if (typeof type === 'string' && type !== 'null') return { ...schema, type: [type, 'null'], ...allowed };
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  return { ...schema, ...allowed };
}
