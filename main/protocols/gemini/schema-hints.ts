import { isJsonObject, type Json, type JsonObject, stringifyExact } from '../exact-json.ts';

/** Keywords that a schema object may not have, though a model that reads of them in the description keeps to them. */
const told = [
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'format',
  'default',
  'examples',
] as const;

/** Longest value of a keyword that is told, in characters. */
const longest = 200;

/** The description with what the schema cannot say in keywords, except for those in `kept`. */
export function describe(schema: JsonObject, kept: readonly string[], notes: readonly string[]): string | undefined {
  const { description, title } = schema;
  const constraints = told
    .filter((name) => !kept.includes(name) && isWorthTelling(schema[name]))
    .map((name) => `${name}: ${valueText(schema[name])}`);
  const hints = [...notes, ...constraints];
  const own = [description, title].find((text) => typeof text === 'string' && text !== '') ?? '';
  const hint = hints.length > 0 ? `(${hints.join(', ')})` : '';
  return `${String(own)} ${hint}`.trim() || undefined;
}

function isWorthTelling(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}

function valueText(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : stringifyExact(value ?? null);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** What kind of value a schema is for, in a word. */
export function kindOf(schema: JsonObject): string {
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((one) => typeof one === 'string');
  const [first, ...others] = types
    .map((one) => one.toLowerCase())
    .filter((one) => one !== 'null' || types.length === 1);
  if (first !== undefined) return ['object', 'array'].find((one) => others.includes(one)) ?? first;
  if (isJsonObject(schema.properties)) return 'object';
  return schema.items === undefined && schema.prefixItems === undefined ? 'string' : 'array';
}
