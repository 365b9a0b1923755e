import { isObject } from '../json.ts';

/** What is known of a target's schema object beyond the keywords that every one knows. */
export interface SchemaTarget {
  ranges?: boolean;
  /** An object must have a property, as at Antigravity for Claude models. */
  nonEmpty?: boolean;
  closed?: boolean;
}

const types = ['object', 'array', 'string', 'number', 'integer', 'boolean'];
const known = ['type', 'description', 'nullable'];
const byType: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required'],
  array: ['items'],
  string: ['enum'],
};

/** Why the schema object of a declaration would be refused, as the API words it; undefined when it is taken. */
export function schemaProblem(schema: unknown, target: SchemaTarget = {}, at = 'parameters'): string | undefined {
  if (!isObject(schema)) return `Invalid value at '${at}'`;
  const { type } = schema;
  if (typeof type !== 'string' || !types.includes(type.toLowerCase())) return `${at}.type: must be specified`;
  const kind = type.toLowerCase();
  const allowed = [
    ...known,
    ...(byType[kind] ?? []),
    ...(target.ranges && /^(number|integer)$/.test(kind) ? ['minimum', 'maximum'] : []),
    ...(target.closed && kind === 'object' ? ['additionalProperties'] : []),
  ];
  const unknown = Object.keys(schema).find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    return `Invalid JSON payload received. Unknown name "${unknown}" at '${at}': Cannot find field.`;
  if (schema.description !== undefined && typeof schema.description !== 'string')
    return `${at}.description: not a string`;
  if (schema.nullable !== undefined && typeof schema.nullable !== 'boolean') return `${at}.nullable: not a bool`;
  return (
    enumProblem(schema.enum, at) ?? objectProblem(kind, schema, target, at) ?? itemsProblem(kind, schema, target, at)
  );
}

function enumProblem(values: unknown, at: string): string | undefined {
  if (values === undefined) return undefined;
  if (!Array.isArray(values) || values.length === 0) return `${at}.enum: must not be empty`;
  const isBad = values.some((value) => typeof value !== 'string' || value === '');
  if (isBad) return `${at}.enum: cannot be empty, must be strings`;
  return new Set(values).size < values.length ? `${at}.enum: duplicates` : undefined;
}

function objectProblem(
  kind: string,
  { properties, required, additionalProperties }: Record<string, unknown>,
  target: SchemaTarget,
  at: string,
): string | undefined {
  if (kind !== 'object') return undefined;
  if (additionalProperties !== undefined && additionalProperties !== false)
    return `${at}.additionalProperties: not false`;
  if (properties === undefined && target.nonEmpty) return `${at}.properties: should be non-empty for OBJECT type`;
  if (properties !== undefined && (!isObject(properties) || Object.keys(properties).length === 0))
    return `${at}.properties: should be non-empty for OBJECT type`;
  const names = Object.keys(isObject(properties) ? properties : {});
  if (required !== undefined) {
    if (!Array.isArray(required)) return `${at}.required: not a list`;
    const missing = required.findIndex((name) => !names.includes(name));
    if (missing >= 0) return `${at}.required[${missing}]: property is not defined`;
  }
  for (const [name, value] of Object.entries(isObject(properties) ? properties : {})) {
    const problem = schemaProblem(value, target, `${at}.properties[${name}]`);
    if (problem) return problem;
  }
  return undefined;
}

function itemsProblem(
  kind: string,
  schema: Record<string, unknown>,
  target: SchemaTarget,
  at: string,
): string | undefined {
  if (kind !== 'array') return undefined;
  return schema.items === undefined
    ? `${at}.items: missing field.`
    : schemaProblem(schema.items, target, `${at}.items`);
}

const jsonKeywords = [
  '$defs',
  '$ref',
  'type',
  'title',
  'description',
  'enum',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'format',
  'anyOf',
  'oneOf',
  'properties',
  'additionalProperties',
  'required',
];

/** The same for `parametersJsonSchema` and `responseJsonSchema`. */
export function jsonSchemaProblem(schema: unknown, at = 'parametersJsonSchema'): string | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return `Invalid value at '${at}'`;
  const unknown = Object.keys(schema).find((name) => !jsonKeywords.includes(name));
  if (unknown !== undefined) return `${at}: keyword ${unknown} is not supported`;
  if (schema.$ref !== undefined && Object.keys(schema).some((name) => !name.startsWith('$')))
    return `${at}: $ref must be alone`;
  const maps = ['properties', '$defs'].flatMap((name) => Object.entries(isObject(schema[name]) ? schema[name] : {}));
  const lists = ['anyOf', 'oneOf', 'prefixItems'].flatMap((name) => {
    const list = schema[name];
    return Array.isArray(list) ? list.map((one, index): [string, unknown] => [`${name}[${index}]`, one]) : [];
  });
  const singles = ['items', 'additionalProperties'].flatMap((name): [string, unknown][] =>
    schema[name] === undefined ? [] : [[name, schema[name]]],
  );
  for (const [name, value] of [...maps, ...lists, ...singles]) {
    const problem = jsonSchemaProblem(value, `${at}.${name}`);
    if (problem) return problem;
  }
  return undefined;
}
