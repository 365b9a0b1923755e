import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startEngine } from './harness.ts';
import { type Management, managementOf } from './management.ts';

interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | false;
  minimum?: number;
  maximum?: number;
}

interface Operation {
  parameters?: { name: string; in: 'path' | 'query'; required: boolean; schema: Schema }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];
/** Whom sign-ins can be started for. */
const providers = [
  'claude',
  'chatgpt',
  'gemini',
  'gemini-cli',
  'antigravity',
  'qwen',
  'iflow',
  'kimi',
  'xai',
  'vertex',
  'openai',
];

/** Ids that exist at the start, keys that exist, and what breaks careless readers. */
const words = fc.oneof(
  fc.constantFrom(
    'seed',
    'routing.strategy',
    'api-keys',
    'claude',
    '__proto__',
    'constructor',
    '..',
    '%',
    '[redacted …abcd]',
    '',
  ),
  fc.constantFrom('ampcode', 'quota-exceeded.switch-project', 'oauth-model-alias', '0', '-1', 'NaN', '9'.repeat(400)),
  fc.string({ maxLength: 40, unit: 'binary' }),
);
const anything = fc.oneof(fc.jsonValue({ maxDepth: 4 }), words, fc.double(), fc.constant(deep(2_000)));

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { routing: value };
  return value;
}

/** Values by a schema, and now and then one that does not fit it. */
function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: fitting(schema), weight: 5 }, { arbitrary: anything, weight: 1 });
}

function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valueFor));
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer' || schema.type === 'number') return numberOf(schema);
  if (schema.type === 'array') return fc.array(valueFor(schema.items ?? {}), { maxLength: 4 });
  if (schema.type === 'string') return words;
  if (schema.type !== 'object') return anything;
  if (!schema.properties) return fc.dictionary(words, valueFor(schema.additionalProperties || {}), { maxKeys: 4 });
  const fields = Object.entries(schema.properties).map(([name, field]) => [name, valueFor(field)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: (schema.required ?? []) as never[] });
}

function numberOf({ minimum = -1000, maximum = 1_000_000 }: Schema): fc.Arbitrary<number> {
  const [least, most] = [Math.max(minimum, -(2 ** 31)), Math.min(maximum, 2 ** 31 - 1)];
  return fc.oneof(fc.integer({ min: least, max: most }), fc.constantFrom(least - 1, most + 1, 0.5));
}

interface Call {
  method: string;
  path: string;
  body?: string;
  type: string;
}

function callsOf({ paths }: Document): fc.Arbitrary<Call> {
  const operations = Object.entries(paths).flatMap(([path, entries]) =>
    Object.entries(entries).map(([method, operation]) => ({ path, method, operation })),
  );
  return fc.constantFrom(...operations).chain(({ path, method, operation }) => {
    const asked = (operation.parameters ?? []).filter((one) => one.in === 'query');
    const schema = operation.requestBody?.content['application/json'].schema;
    return fc.record({
      method: fc.oneof(
        { arbitrary: fc.constant(method), weight: 6 },
        { arbitrary: fc.constantFrom(...methods), weight: 1 },
      ),
      path: fc
        .record({
          part: words,
          query: fc.record(Object.fromEntries(asked.map((one) => [one.name, valueFor(one.schema)])), {
            requiredKeys: [],
          }),
        })
        .map(({ part, query }) => addressOf(path, part, query)),
      body: bodyOf(schema),
      type: fc.constantFrom('application/json', 'application/json', 'application/json', 'text/plain', ''),
    });
  });
}

function addressOf(path: string, part: string, query: object): string {
  const filled = path.replaceAll(/\{\w+\}/g, () => part.split('').map(encoded).join('') || 'x');
  const question = Object.entries(query).map(([name, value]) => `${name}=${encoded(textOf(value))}`);
  return question.length > 0 ? `${filled}?${question.join('&')}` : filled;
}

/** Half a surrogate pair has no encoding, and some percent signs stay as they are. */
function encoded(text: string): string {
  return text === '%' ? '%' : encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function bodyOf(schema: Schema | undefined): fc.Arbitrary<string> {
  const json = (schema ? valueFor(schema) : anything).map((value) => JSON.stringify(value) ?? '');
  const broken = fc.constantFrom('', '{', 'null', '"', '\u0000', '[]]', `"${'x'.repeat(300_000)}"`, '{"a":1,"a":2}');
  return fc.oneof({ arbitrary: json, weight: 8 }, { arbitrary: broken, weight: 1 });
}

/**
 * The engine must stay where it is, who is let in must not change under the test, a stream does not end by itself, and
 * sign-ins hold ports of this machine that other tests wait for.
 */
function isOutOfBounds({ method, path, body = '' }: Call): boolean {
  if (path.startsWith('/events') || path.includes('-auth-url')) return true;
  if (method === 'post' && path.startsWith('/sign-ins') && providers.some((one) => body.includes(one))) return true;
  return /"?(port|host|remote-management)/.test(decodeSafely(path) + body);
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const limitMs = 20_000;
const key = 'the-management-key-of-this-test';
/** Sign-ins are started with nobody to answer. */
const nobody = { api: 'http://127.0.0.1:9', authorize: 'http://127.0.0.1:9', token: 'http://127.0.0.1:9' };
const nowhere = Object.fromEntries(providers.map((provider) => [provider, nobody]));

/** With the key: whatever is asked then, no file of this machine is read or written. */
async function send({ url }: Management, { method, path, body, type }: Call): Promise<Response> {
  return fetch(url + path, {
    method: method.toUpperCase(),
    headers: { 'x-management-key': key, ...(type === '' ? {} : { 'content-type': type }) },
    ...(method === 'get' || body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(limitMs),
    redirect: 'manual',
  });
}

describe('whatever is sent to the management routes', () => {
  it('is answered in time, in one shape, and never with a failure of the server', { timeout: 120_000 }, async () => {
    const running = await startEngine({
      settings: { 'remote-management': { 'secret-key': key }, endpoints: nowhere },
    });
    const management = await managementOf(running);
    const document = (await management.send('GET', '/openapi.json')).json as Document;
    expect(Object.keys(document.paths).length).toBeGreaterThan(60);
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(callsOf(document), async (call) => {
        fc.pre(!isOutOfBounds(call));
        const answer = await send(management, call);
        const text = await answer.text();
        seen.add(answer.status);
        expect(answer.status, text).toBeLessThan(500);
        if (answer.status >= 400)
          expect(JSON.parse(text)).toMatchObject({ error: expect.any(String), code: expect.any(String) });
        expect(text).not.toContain(running.anthropic.account.accessToken);
      }),
      { numRuns: 600, interruptAfterTimeLimit: 90_000 },
    );
    // The calls reach what they are meant to try.
    for (const status of [200, 400, 403, 404, 405]) expect(seen, String(status)).toContain(status);
    expect((await management.send('GET', '/state')).status).toBe(200);
    expect(running.logLines.filter((line) => line.includes('Request failed'))).toEqual([]);
  });
});
