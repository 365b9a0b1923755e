import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type Json, type JsonObject, RawJson } from '../../../main/protocols/exact-json.ts';
import { cleanSchema } from '../../../main/protocols/gemini/schema.ts';
import { tidySchema } from '../../../main/protocols/gemini/schema-json.ts';
import { jsonSchemaProblem, schemaProblem } from '../../upstreams/google/schema-rules.ts';

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
const property = (schema: Json, root: JsonObject = {}) => {
  const cleaned = cleanSchema({ ...object({ it: schema }), ...root });
  return isJsonObject(cleaned.properties) ? cleaned.properties.it : undefined;
};

describe('cleanSchema', () => {
  test.each<[string, Json, JsonObject]>([
    ['const becomes the only value', { const: 'on' }, { type: 'string', enum: ['on'] }],
    ['values become strings', { type: 'integer', enum: [1, 2] }, { type: 'string', enum: ['1', '2'] }],
    ['a value that may be null is nullable', { enum: ['a', null] }, { type: 'string', enum: ['a'], nullable: true }],
    ['a type that may be null is nullable', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
    ['of several types one stays', { type: ['string', 'number'] }, { type: 'string', description: '(or number)' }],
    ['types in capitals are known', { type: 'STRING' }, { type: 'string' }],
    ['a type that is not known becomes one that is', { type: 'any' }, { type: 'string' }],
    ['everything is allowed by true', true, { type: 'string' }],
    ['a list without items is one of strings', { type: 'array' }, { type: 'array', items: { type: 'string' } }],
    [
      'constraints are told',
      { type: 'string', description: 'A name.', minLength: 2, pattern: '^a' },
      { type: 'string', description: 'A name. (minLength: 2, pattern: ^a)' },
    ],
    [
      'a title that nothing else describes is told',
      { type: 'number', title: 'Age' },
      { type: 'number', description: 'Age' },
    ],
    [
      'objects win over other alternatives',
      { anyOf: [{ type: 'string' }, object({ a: { type: 'string' } })] },
      { type: 'object', description: '(or string)', properties: { a: { type: 'string' } } },
    ],
    [
      'an alternative of null makes nullable',
      { anyOf: [{ type: 'null' }, { type: 'number' }] },
      { type: 'number', nullable: true },
    ],
    [
      'alternatives of values are all values',
      { oneOf: [{ const: 'a' }, { const: 'b' }] },
      { type: 'string', enum: ['a', 'b'] },
    ],
    [
      'objects that are told apart by a value keep all of their properties',
      {
        anyOf: [
          object({ kind: { const: 'a' }, x: { type: 'string' } }, { required: ['kind', 'x'] }),
          object({ kind: { const: 'b' }, y: { type: 'number' } }, { required: ['kind', 'y'] }),
        ],
      },
      {
        type: 'object',
        properties: { kind: { type: 'string', enum: ['a', 'b'] }, x: { type: 'string' }, y: { type: 'number' } },
        required: ['kind'],
      },
    ],
    [
      'parts that must all hold are joined',
      { allOf: [object({ a: { type: 'string' } }, { required: ['a'] }), object({ b: { type: 'number' } })] },
      { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } }, required: ['a'] },
    ],
    ['what is required must exist', object({}, { required: ['ghost'] }), { type: 'object' }],
    [
      'a property that says it is required is',
      object({ a: { type: 'string', required: true } }),
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
    ],
    [
      'names of properties are data',
      object({ type: { type: 'string' }, format: { type: 'string' }, properties: { type: 'array' }, title: true }),
      {
        type: 'object',
        properties: {
          type: { type: 'string' },
          format: { type: 'string' },
          properties: { type: 'array', items: { type: 'string' } },
          title: { type: 'string' },
        },
      },
    ],
  ])('%s', (_name, schema, cleaned) => {
    expect(property(schema)).toEqual(cleaned);
  });

  test('references are followed, and one that leads back to itself becomes an object', () => {
    const $defs = { node: object({ name: { type: 'string' }, next: { $ref: '#/$defs/node' } }) };
    expect(property({ $ref: '#/$defs/node', description: 'The first.' }, { $defs })).toEqual({
      type: 'object',
      description: 'The first.',
      properties: { name: { type: 'string' }, next: { type: 'object', description: '(see node)' } },
    });
  });

  test('references that multiply do not', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, level) => [
        `l${level}`,
        object({ a: { $ref: `#/$defs/l${level + 1}` }, b: { $ref: `#/$defs/l${level + 1}` } }),
      ]),
    );
    const cleaned = cleanSchema({ ...object({ it: { $ref: '#/$defs/l0' } }), $defs });
    expect(schemaProblem(cleaned)).toBeUndefined();
    expect(JSON.stringify(cleaned).length).toBeLessThan(2_000_000);
  });

  test('properties without an object around them get one', () => {
    const query = { type: 'string', description: 'What to look for' };
    expect(cleanSchema({ query })).toEqual(object({ query }));
    expect(cleanSchema({ type: 'array', items: { type: 'number' } })).toEqual({
      type: 'array',
      items: { type: 'number' },
    });
  });

  test('ranges stay where the target knows them', () => {
    const schema = object({ n: { type: 'integer', minimum: 1, maximum: 5 } });
    expect(cleanSchema(schema, { ranges: true })).toEqual(schema);
    expect(cleanSchema(schema)).toEqual(object({ n: { type: 'integer', description: '(minimum: 1, maximum: 5)' } }));
  });

  test('an object gets a property where there must be one, and stays closed where it may be', () => {
    expect(schemaProblem(cleanSchema({ type: 'object' }, { fillEmpty: true }), { nonEmpty: true })).toBeUndefined();
    const closed = object({ a: { type: 'string' } }, { additionalProperties: false });
    expect(cleanSchema(closed, { closed: true })).toEqual(closed);
    expect(cleanSchema(closed)).toEqual(object({ a: { type: 'string' } }));
  });

  test('numbers that JavaScript cannot hold keep their digits', () => {
    expect(property({ enum: [new RawJson('12345678901234567890')] })).toEqual({
      type: 'string',
      enum: ['12345678901234567890'],
    });
  });
});

const names = fc.oneof(
  fc.constantFrom(
    'type',
    'properties',
    'title',
    'format',
    'items',
    'enum',
    'required',
    '$ref',
    'description',
    'a',
    'b',
  ),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const scalar = fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.boolean(), fc.constant(null));
const typeNames = fc.constantFrom('string', 'number', 'integer', 'boolean', 'object', 'array', 'null', 'STRING', 'any');

/** JSON Schemas of every kind, wrong ones among them. */
const { schema: anySchema } = fc.letrec<{ schema: Json; object: Json }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.boolean() as fc.Arbitrary<Json>,
    scalar as fc.Arbitrary<Json>,
    tie('object'),
  ),
  object: fc.record(
    {
      type: fc.oneof(typeNames, fc.array(typeNames, { maxLength: 3 })),
      description: fc.oneof(fc.string({ maxLength: 8 }), fc.integer()),
      title: fc.string({ maxLength: 5 }),
      properties: fc.dictionary(names, tie('schema'), { maxKeys: 4 }),
      required: fc.oneof(fc.array(fc.oneof(names, fc.integer()), { maxLength: 3 }), fc.boolean()),
      items: fc.oneof(tie('schema'), fc.array(tie('schema'), { maxLength: 2 })),
      prefixItems: fc.array(tie('schema'), { maxLength: 2 }),
      enum: fc.array(scalar, { maxLength: 4 }),
      const: scalar,
      anyOf: fc.array(tie('schema'), { maxLength: 3 }),
      oneOf: fc.array(tie('schema'), { maxLength: 3 }),
      allOf: fc.array(tie('schema'), { maxLength: 2 }),
      not: tie('schema'),
      nullable: fc.boolean(),
      minimum: fc.oneof(fc.integer(), fc.string({ maxLength: 2 })),
      maxLength: fc.integer(),
      default: scalar,
      additionalProperties: tie('schema'),
      $ref: fc.constantFrom('#', '#/$defs/a', '#/definitions/b', '#/properties/a', 'https://example.com/x', ''),
      $schema: fc.constant('http://json-schema.org/draft-07/schema#'),
      'x-extra': scalar,
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Json>,
}));

const root = fc.record(
  {
    type: fc.constant('object'),
    properties: fc.dictionary(names, anySchema, { maxKeys: 4 }),
    required: fc.array(names, { maxLength: 3 }),
    $defs: fc.dictionary(fc.constantFrom('a', 'b'), anySchema, { maxKeys: 2 }),
    definitions: fc.dictionary(fc.constantFrom('a', 'b'), anySchema, { maxKeys: 2 }),
  },
  { requiredKeys: ['type', 'properties'] },
) as fc.Arbitrary<JsonObject>;

const targets = [{}, { ranges: true }, { closed: true }, { fillEmpty: true }];

/** Names of properties that a schema has at places which nothing but properties and items lead to. */
function namesIn(schema: Json | undefined): string[] {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return [];
  const isPlain = ['$ref', 'enum', 'const', 'anyOf', 'oneOf', 'allOf'].every((name) => schema[name] === undefined);
  if (schema.type !== 'object' || !isPlain) return [];
  return Object.entries(schema.properties).flatMap(([name, value]) => [name, ...namesIn(value)]);
}

test('whatever the schema, what it becomes is taken, and every property keeps its name', () => {
  fc.assert(
    fc.property(root, fc.constantFrom(...targets), (schema, rules) => {
      const cleaned = cleanSchema(schema, rules);
      const target = { ...rules, ...('fillEmpty' in rules ? { nonEmpty: true } : {}) };
      expect(schemaProblem(cleaned, target)).toBeUndefined();
      const text = JSON.stringify(cleaned);
      for (const name of namesIn(schema)) expect(text).toContain(`${JSON.stringify(name)}:`);
      expect(schemaProblem(cleanSchema(cleaned, rules), target)).toBeUndefined();
    }),
    { numRuns: 400 },
  );
});

describe('tidySchema', () => {
  test('leaves JSON Schema as it is where it can', () => {
    const schema = object(
      {
        path: { type: 'string', description: 'A file' },
        limit: { type: ['integer', 'null'], minimum: 1 },
        mode: { enum: ['a', 1] },
        next: { $ref: '#/$defs/node' },
        either: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      },
      { required: ['path'], additionalProperties: false, $defs: { node: object({ name: { type: 'string' } }) } },
    );
    expect(tidySchema(schema)).toEqual(schema);
  });

  test('tells what models do not know, and renames what they call otherwise', () => {
    const schema = {
      ...object({
        a: { type: 'STRING', pattern: '^x' },
        b: { $ref: '#/definitions/b', description: 'B' },
        c: { const: 3 },
      }),
      $schema: 'http://json-schema.org/draft-07/schema#',
      definitions: { b: { type: 'string' } },
    };
    expect(tidySchema(schema)).toEqual({
      type: 'object',
      properties: { a: { type: 'string', description: '(pattern: ^x)' }, b: { $ref: '#/$defs/b' }, c: { enum: [3] } },
      $defs: { b: { type: 'string' } },
    });
  });

  test('whatever the schema, what it becomes is taken', () => {
    fc.assert(
      fc.property(root, (schema) => {
        expect(jsonSchemaProblem(tidySchema(schema))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});
