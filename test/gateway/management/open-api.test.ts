import Ajv from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../main/gateway/management/open-api.ts';
import type { RouteSpec } from '../../../main/gateway/management/route.ts';
import { type ManagementCalls, managementRoutes } from '../../../main/gateway/management/routes.ts';

/** The routes are only listed here: none of them is called. */
const specs: RouteSpec[] = managementRoutes(new Proxy({}, { get: () => undefined }) as ManagementCalls).map(
  ({ spec }) => spec,
);

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, object>;
}

const document = openApiDocument(specs, '1.2.3') as { paths: Record<string, Record<string, Operation>> };
const operations = Object.entries(document.paths).flatMap(([path, entries]) =>
  Object.values(entries).map((operation) => ({ path, ...operation })),
);

describe('the OpenAPI document', () => {
  it('has every route once, under a name of its own', () => {
    expect(operations).toHaveLength(specs.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(specs.length);
  });

  it('declares every part of a path', () => {
    for (const { path, parameters = [] } of operations) {
      const named = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
      expect([...path.matchAll(/\{\w+\}/g)].map(([part]) => part)).toEqual(named);
    }
  });

  it('holds schemas that a validator takes, and that say what the routes take', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const { parameters = [], requestBody } of operations) {
      const schemas = [...parameters, ...Object.values(requestBody?.content ?? {})].map(({ schema }) => schema);
      for (const schema of schemas) expect(() => ajv.compile(schema)).not.toThrow();
    }
    const pause = document.paths['/accounts/{id}/pause']?.post?.requestBody?.content['application/json']?.schema;
    const takes = ajv.compile(pause ?? {});
    expect([takes({ paused: true }), takes({ paused: 1 }), takes({})]).toEqual([true, false, false]);
  });

  it('says for every route what a success and what a refusal is', () => {
    for (const { responses } of operations) {
      const statuses = Object.keys(responses);
      expect(statuses).toEqual([expect.stringMatching(/^20[0-4]$/), 'default']);
    }
  });
});
