import { isObject, type JsonObject } from '../json.ts';
import type { FakeModel } from './models.ts';

export const structuredOutputs = 'structured-outputs-2025-12-15';

/** What is wrong with `output_config`, in the words of the real service, or undefined. */
export function outputError(body: JsonObject, model: FakeModel, beta: readonly string[]): string | undefined {
  const config = body.output_config;
  if (!isObject(config) || config.format === undefined) return undefined;
  if (!beta.includes(structuredOutputs)) return 'output_config.format: Extra inputs are not permitted';
  if (model.version < 405) return `'${model.id}' does not support output format.`;
  const { format } = config;
  if (!isObject(format) || format.type !== 'json_schema')
    return "output_config.format.type: Input should be 'json_schema'";
  return isObject(format.schema) ? schemaError(format.schema, 'output_config.format.schema') : undefined;
}

const unsupported = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
  'patternProperties',
  'oneOf',
  'not',
  'if',
];

/** Schemas of structured outputs are a small part of JSON Schema. */
export function schemaError(schema: unknown, at: string): string | undefined {
  if (!isObject(schema)) return undefined;
  const odd = unsupported.find((name) => schema[name] !== undefined);
  if (odd !== undefined) return `${at}: For '${String(schema.type)}' type, property '${odd}' is not supported`;
  if (schema.type === 'object' && schema.additionalProperties !== false)
    return `${at}: For 'object' type, 'additionalProperties' must be explicitly set to false`;
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  const alternatives = [schema.anyOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  const nested: [string, unknown][] = [
    ...properties.map(([name, one]): [string, unknown] => [`${at}.properties.${name}`, one]),
    ...alternatives.map((one): [string, unknown] => [at, one]),
    [`${at}.items`, schema.items],
  ];
  return nested.map(([place, one]) => schemaError(one, place)).find((error) => error !== undefined);
}
