import { z } from 'zod';
import type { RouteSpec } from './route.ts';

type Schema = Record<string, unknown>;

/** The routes as OpenAPI 3.1 (spec.openapis.org/oas/v3.1.0), whose schemas are JSON Schema. */
export function openApiDocument(specs: readonly RouteSpec[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const spec of specs) paths[spec.path] = { ...paths[spec.path], [spec.method.toLowerCase()]: operation(spec) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fusebox management API',
      version,
      description: 'Control of a running Fusebox. See docs/management-api.md for who is let in.',
    },
    servers: [{ url: '/v0/management' }],
    security: [{ bearer: [] }, { managementKey: [] }],
    tags: [...new Set(specs.map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        managementKey: { type: 'apiKey', in: 'header', name: 'X-Management-Key' },
      },
      responses: { refusal: { description: 'Why not', content: { 'application/json': { schema: refusal } } } },
    },
  };
}

const refusal: Schema = {
  type: 'object',
  required: ['error', 'code'],
  properties: {
    error: { type: 'string', description: 'What happened' },
    code: { type: 'string', description: 'A code of docs/errors.md' },
    fix: { type: 'string', description: 'What to do' },
    problems: {
      type: 'array',
      description: 'Of settings that were refused',
      items: {
        type: 'object',
        required: ['text'],
        properties: {
          key: { type: 'string' },
          line: { type: 'integer' },
          text: { type: 'string' },
          nearest: { type: 'string', description: 'The valid key that is spelled most like an unknown one' },
        },
      },
    },
  },
};

function operation(spec: RouteSpec): object {
  const { group, summary, query, body, answer, onlyLocal } = spec;
  const parameters = [...pathParameters(spec.path), ...(query ? queryParameters(query) : [])];
  const shape = answer.schema ? { schema: schemaOf(answer.schema, 'output') } : {};
  const content = answer.status === 204 ? {} : { content: { [answer.type ?? 'application/json']: shape } };
  return {
    operationId: operationId(spec),
    tags: [group],
    summary,
    ...(onlyLocal ? { description: 'Takes the local token; the management key is not enough.' } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } } : {}),
    responses: {
      [answer.status]: { description: answer.about, ...content },
      default: { $ref: '#/components/responses/refusal' },
    },
  };
}

/** `get-accounts`, `post-accounts-id-pause`. */
function operationId({ method, path }: RouteSpec): string {
  return `${method.toLowerCase()}${path.replaceAll(/[^a-z0-9]+/gi, '-')}`.replace(/-$/, '');
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType): object[] {
  const { properties = {}, required = [] } = schemaOf(query) as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name) },
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
