import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startEngine } from './harness.ts';
import { managementOf } from './management.ts';

interface Document {
  paths: Record<string, { get: { responses: { 200: { content: { 'application/json': { schema: object } } } } } }>;
}

const secret = 'sk-ant-api03-a-key-of-this-test-wxyz';

async function open(settings: Record<string, unknown> = {}) {
  const running = await startEngine({ settings });
  const file = () => readFile(join(running.dataDir, 'config.yaml'), 'utf8');
  return { ...running, file, ...(await managementOf(running)) };
}

describe('settings over the management API', () => {
  it('are read with every secret masked, wherever it stands', async () => {
    const { send } = await open({
      'api-keys': ['a-local-key-of-this-test'],
      'claude-api-key': [{ 'api-key': secret, headers: { 'x-team': 'blue-team-secret' } }],
      'proxy-url': 'http://user:hunter22@127.0.0.1:9',
    });
    for (const path of [
      '/settings',
      '/config',
      '/settings/claude-api-key',
      '/claude-api-key',
      '/api-keys',
      '/proxy-url',
    ]) {
      const { status, text } = await send('GET', path);
      expect(status, path).toBe(200);
      for (const hidden of [secret, 'a-local-key', 'blue-team', 'hunter22']) expect(text, path).not.toContain(hidden);
    }
    expect((await send('GET', '/settings/claude-api-key')).json).toMatchObject({
      key: 'claude-api-key',
      value: [{ 'api-key': '[redacted …wxyz]', headers: { 'x-team': '[redacted]' } }],
    });
    expect((await send('GET', '/proxy-url')).json).toEqual({ 'proxy-url': 'http://[redacted]@127.0.0.1:9' });
    expect((await send('GET', '/settings/routing.stop-at')).json).toEqual({ key: 'routing.stop-at', value: 100 });
    expect((await send('GET', '/settings/models-file')).json).toEqual({ key: 'models-file', value: null });
  });

  it('are described one by one: kind, bounds, default, a word on each, and what changing them takes', async () => {
    const { send, url } = await open();
    const { status, json, text } = await send('GET', '/settings/describe');
    expect(status).toBe(200);
    const { settings } = json as { settings: ({ key: string; about: string } & Record<string, unknown>)[] };
    const of = (key: string) => settings.find((one) => one.key === key);
    expect(of('port')).toMatchObject({ kind: 'number', least: 0, most: 65_535, default: 8317, path: ['port'] });
    expect(of('routing.strategy')).toMatchObject({ kind: 'choice', default: 'round-robin' });
    expect(of('routing.strategy')?.choices).toContain('fill-first');
    expect(of('claude-api-key')?.fields).toContainEqual(
      expect.objectContaining({ name: 'api-key', required: true, secret: true }),
    );
    expect(of('desktop.close')?.noEffect).toContain('tray application');
    expect([of('auth-dir')?.localToken, of('debug')?.localToken]).toEqual([true, undefined]);
    for (const { key, about } of settings) {
      expect(about.length, key).toBeGreaterThan(5);
      expect((await send('GET', `/settings/${key}`)).status, key).toBe(200);
    }
    const { paths } = (await send('GET', '/openapi.json')).json as Document;
    const schema = paths['/settings/describe']?.get.responses[200].content['application/json'].schema;
    const check = new Ajv({ strict: false }).compile(schema ?? false);
    expect(check(json), JSON.stringify(check.errors)).toBe(true);
    expect(text).not.toContain(url);
  });

  it('are changed block by block, and kept in the file at once', async () => {
    const { send, settings, file } = await open();
    const patch = { routing: { strategy: 'fill-first', chains: { 'gpt-5.2': ['amp'] } }, debug: false };
    expect(await send('PATCH', '/settings', patch)).toMatchObject({ status: 204, text: '' });
    expect(settings.current().routing).toMatchObject({
      strategy: 'fill-first',
      chains: { 'gpt-5.2': ['amp'] },
      'stop-at': 100,
    });
    expect((await send('PUT', '/settings/routing.strategy', { value: 'weighted' })).status).toBe(204);
    expect(parse(await file())).toMatchObject({ routing: { strategy: 'weighted' }, debug: false });
    expect((await send('DELETE', '/settings/routing.strategy')).status).toBe(204);
    expect(settings.current().routing.strategy).toBe('round-robin');
  });

  it('that do not fit are refused with key, nearest key and words, and change nothing', async () => {
    const { send, file } = await open();
    const before = await file();
    const misspelled = await send('PATCH', '/settings', { routing: { stratgy: 'weighted' } });
    expect(misspelled).toMatchObject({
      status: 400,
      json: { code: 'invalid_setting', problems: [{ key: 'routing.stratgy', nearest: 'routing.strategy' }] },
    });
    expect((await send('PATCH', '/settings', { port: 'eight' })).json).toMatchObject({
      problems: [{ key: 'port', text: expect.stringContaining('whole number') }],
    });
    expect(await send('GET', '/settings/routing.stratgy')).toMatchObject({
      status: 404,
      json: { error: expect.stringContaining('the nearest key is routing.strategy') },
    });
    for (const [path, body] of [
      ['/settings/host', { value: '0.0.0.0' }],
      ['/settings/port', { value: 1, extra: 1 }],
      ['/settings/api-keys', { value: ['[redacted …abcd]'] }],
      ['/settings/proxy-url', { value: 'http://[redacted]@127.0.0.1:9' }],
    ] as const)
      expect((await send('PUT', path, body)).status, path).toBe(400);
    expect(await file()).toBe(before);
  });

  it('name the line where the file itself is at fault', async () => {
    const running = await open();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(running.dataDir, 'config.yaml'), 'debug: true\nprot: 8317\n');
    expect((await running.send('PATCH', '/settings', { debug: false })).json).toMatchObject({
      problems: [{ key: 'prot', line: 2, nearest: 'port' }],
    });
  });
});

describe("CLIProxyAPI's scripts", () => {
  it('read and set single settings', async () => {
    const { send, settings } = await open({ debug: true });
    expect((await send('GET', '/debug')).json).toEqual({ debug: true });
    expect(await send('PUT', '/debug', { value: false })).toMatchObject({ status: 200, json: { status: 'ok' } });
    expect((await send('GET', '/debug')).json).toEqual({ debug: false });
    expect((await send('PATCH', '/request-log', { value: true })).json).toEqual({ status: 'ok' });
    expect((await send('PUT', '/routing/strategy', { value: 'fill-first' })).json).toEqual({ status: 'ok' });
    expect((await send('GET', '/routing/strategy')).json).toEqual({ strategy: 'fill-first' });
    expect((await send('GET', '/quota-exceeded/switch-project')).json).toEqual({ 'switch-project': true });
    expect((await send('DELETE', '/proxy-url')).json).toEqual({ status: 'ok' });
    expect((await send('PUT', '/debug', { value: 'yes' })).status).toBe(400);
    expect(settings.current()).toMatchObject({ debug: false, 'request-log': true });
  });

  it('send JSON under whatever type their curl gives it', async () => {
    const { send, settings, token } = await open();
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=utf-8']) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': type };
      const value = !settings.current().debug;
      expect((await send('PUT', '/debug', { value }, headers)).status, type).toBe(200);
      expect(settings.current().debug, type).toBe(value);
    }
    expect((await send('PUT', '/debug')).json).toMatchObject({
      code: 'invalid_field',
      error: expect.stringContaining('value: is missing'),
    });
  });

  it("read and set Amp's settings", async () => {
    const { send, settings } = await open();
    const mappings = [{ from: 'gpt-5', to: 'claude-opus-4-7' }];
    expect((await send('PUT', '/ampcode/model-mappings', { value: mappings })).json).toEqual({ status: 'ok' });
    expect(settings.current().ampcode['model-mappings']).toEqual([{ ...mappings[0], regex: false }]);
    expect((await send('PUT', '/ampcode/upstream-api-key', { value: 'sgamp_user_secret_of_this_test' })).status).toBe(
      200,
    );
    const { text, json } = await send('GET', '/ampcode');
    expect(json).toMatchObject({
      ampcode: { 'model-mappings': [{ from: 'gpt-5' }], 'upstream-api-key': '[redacted …test]' },
    });
    expect(text).not.toContain('sgamp_user_secret');
    const froms = () => settings.current().ampcode['model-mappings'].map(({ from, to }) => `${from}>${to}`);
    const more = [
      { from: 'gpt-5', to: 'claude-sonnet-4-5' },
      { from: 'o3', to: 'gpt-5' },
    ];
    expect((await send('PATCH', '/ampcode/model-mappings', { value: more })).json).toEqual({ status: 'ok' });
    expect(froms()).toEqual(['gpt-5>claude-sonnet-4-5', 'o3>gpt-5']);
    expect((await send('DELETE', '/ampcode/model-mappings', { value: ['gpt-5', 'nobody'] })).status).toBe(200);
    expect(froms()).toEqual(['o3>gpt-5']);
    // One that names nothing must not empty the list.
    for (const body of [undefined, {}, { value: [] }, ['o3'], { value: [''] }])
      expect((await send('DELETE', '/ampcode/model-mappings', body)).status, JSON.stringify(body)).toBe(400);
    expect(froms()).toEqual(['o3>gpt-5']);
  });

  it('change blocks of lists provider by provider', async () => {
    const { send, settings } = await open();
    const excluded = () => settings.current()['oauth-excluded-models'];
    expect((await send('PUT', '/oauth-excluded-models', { qwen: ['qwen3-*'] })).status).toBe(200);
    const patch = (body: object) => send('PATCH', '/oauth-excluded-models', body);
    expect((await patch({ provider: 'Claude', models: ['claude-3-*'] })).json).toEqual({ status: 'ok' });
    expect(excluded()).toEqual({ qwen: ['qwen3-*'], claude: ['claude-3-*'] });
    expect((await patch({ provider: 'claude', models: [] })).status).toBe(200);
    expect((await send('DELETE', '/oauth-excluded-models?provider=qwen')).status).toBe(200);
    expect(excluded()).toEqual({});
    const alias = { name: 'claude-opus-4-7', alias: 'opus' };
    expect((await send('PATCH', '/oauth-model-alias', { channel: 'claude', aliases: [alias] })).status).toBe(200);
    expect(settings.current()['oauth-model-alias'].claude).toMatchObject([alias]);
    expect((await send('DELETE', '/oauth-model-alias?channel=claude')).status).toBe(200);
    for (const [body, status] of [
      [{ provider: 'claude', models: [] }, 404],
      [{ models: ['x'] }, 400],
      [{ provider: 'nobody', models: ['x'] }, 400],
      [{ provider: 'claude', models: 'x' }, 400],
    ] as const)
      expect((await patch(body)).status, JSON.stringify(body)).toBe(status);
    for (const [query, status] of [
      ['', 400],
      ['?provider=claude', 404],
      ['?provider=__proto__', 404],
    ] as const)
      expect((await send('DELETE', `/oauth-excluded-models${query}`)).status, query).toBe(status);
    expect(excluded()).toEqual({});
  });

  it('change lists of keys entry by entry', async () => {
    const { send, settings } = await open({ 'api-keys': ['k1'] });
    const keys = () => settings.current()['api-keys'];
    expect((await send('PUT', '/api-keys', ['k1', 'k2', 'k3'])).json).toEqual({ status: 'ok' });
    expect((await send('PATCH', '/api-keys', { old: 'k2', new: 'k2b' })).status).toBe(200);
    expect((await send('PATCH', '/api-keys', { index: 0, value: 'k1b' })).status).toBe(200);
    expect(keys()).toEqual(['k1b', 'k2b', 'k3']);
    expect((await send('DELETE', '/api-keys?value=k3')).status).toBe(200);
    expect((await send('DELETE', '/api-keys?index=0')).status).toBe(200);
    expect((await send('PATCH', '/api-keys', { old: 'nobody', new: 'k4' })).status).toBe(200);
    expect(keys()).toEqual(['k2b', 'k4']);
    for (const [method, path, body, status] of [
      ['DELETE', '/api-keys', undefined, 400],
      ['DELETE', '/api-keys?index=9', undefined, 404],
      ['PATCH', '/api-keys', { index: 9, value: 'x' }, 404],
      ['PATCH', '/api-keys', {}, 400],
      ['PUT', '/api-keys', { items: [1] }, 400],
      ['PUT', '/api-keys', 'k9', 400],
    ] as const)
      expect((await send(method, path, body)).status, `${method} ${path}`).toBe(status);
    expect(keys()).toEqual(['k2b', 'k4']);
  });

  it('change lists of servers and API keys, an entry as a whole', async () => {
    const { send, settings } = await open();
    const entry = { 'api-key': secret, 'base-url': 'http://127.0.0.1:9' };
    expect((await send('PUT', '/claude-api-key', [entry])).status).toBe(200);
    expect((await send('PATCH', '/claude-api-key', { match: secret, value: { ...entry, priority: 3 } })).status).toBe(
      200,
    );
    expect(settings.current()['claude-api-key'][0]).toMatchObject({ ...entry, priority: 3 });
    // Half an entry would send the key that is there to an address of the caller's choice.
    expect(
      (await send('PATCH', '/claude-api-key', { index: 0, value: { 'base-url': 'http://evil.example' } })).status,
    ).toBe(400);
    expect((await send('DELETE', `/claude-api-key?api-key=${secret}`)).status).toBe(200);
    expect(settings.current()['claude-api-key']).toEqual([]);
    const server = { name: 'home', 'base-url': 'http://127.0.0.1:9/v1', 'api-key-entries': [{ 'api-key': secret }] };
    expect((await send('PUT', '/openai-compatibility', { items: [server] })).status).toBe(200);
    expect((await send('GET', '/openai-compatibility')).json).toMatchObject({
      'openai-compatibility': [{ name: 'home', 'api-key-entries': [{ 'api-key': '[redacted …wxyz]' }] }],
    });
    expect((await send('DELETE', '/openai-compatibility?name=home')).status).toBe(200);
  });

  it('see accounts as credential files, and pause and remove them', async () => {
    const { send, engine } = await open();
    const files = async () => ((await send('GET', '/auth-files')).json as { files: object[] }).files;
    expect(await files()).toMatchObject([{ name: 'seed', type: 'claude', status: 'active', disabled: false }]);
    expect((await send('PATCH', '/auth-files/status', { name: 'seed', disabled: true })).json).toEqual({
      status: 'ok',
      disabled: true,
    });
    expect(await files()).toMatchObject([{ status: 'disabled', disabled: true }]);
    expect((await send('PATCH', '/auth-files/fields', { name: 'seed', priority: 7, prefix: 'work' })).status).toBe(200);
    expect(engine.state().accounts[0]).toMatchObject({ priority: 7, prefix: 'work' });
    expect((await send('PATCH', '/auth-files/fields', { name: 'seed', prefix: '' })).status).toBe(200);
    expect(engine.state().accounts[0]?.prefix).toBeUndefined();
    expect((await send('DELETE', '/auth-files?all=true')).status).toBe(400);
    expect((await send('DELETE', '/auth-files?name=nobody')).status).toBe(404);
    expect((await send('DELETE', '/auth-files?name=seed')).json).toEqual({ status: 'ok' });
    expect(await files()).toEqual([]);
    expect((await send('POST', '/accounts/seed/restore')).status).toBe(204);
    expect(await files()).toHaveLength(1);
    expect((await send('POST', '/accounts/seed/restore')).status).toBe(404);
  });

  it('sign in by the address that they are given', async () => {
    const { send, anthropic, engine } = await startEngine({ signedIn: false }).then(async (running) => ({
      ...running,
      ...(await managementOf(running)),
    }));
    const begun = (await send('GET', '/anthropic-auth-url')).json as { status: string; url: string; state: string };
    expect(begun).toMatchObject({ status: 'ok', url: expect.stringContaining(anthropic.authorizeUrl) });
    const status = async () => (await send('GET', `/get-auth-status?state=${begun.state}`)).json;
    expect(await status()).toEqual({ status: 'wait' });
    const page = await fetch(begun.url, { redirect: 'manual' });
    const landing = page.headers.get('location') ?? '';
    expect((await send('POST', '/oauth-callback', { provider: 'anthropic', redirect_url: landing })).json).toEqual({
      status: 'ok',
    });
    await expect.poll(status).toEqual({ status: 'ok' });
    expect(engine.state().accounts).toHaveLength(1);
    expect((await send('GET', '/get-auth-status?state=nobody')).status).toBe(404);
    expect((await send('POST', '/oauth-callback', {})).status).toBe(400);
  });

  it('read usage, log lines and a single request', async () => {
    const running = await open();
    await (await running.messages()).text();
    await expect.poll(() => running.engine.state().recent).toHaveLength(1);
    const usage = (await running.send('GET', '/usage')).json as { usage: { apis: object }; failed_requests: number };
    expect(usage).toMatchObject({
      failed_requests: 0,
      usage: { total_requests: 1, success_count: 1 },
      total: { requests: 1 },
    });
    expect(JSON.stringify(usage.usage.apis)).toContain('"claude-opus-4-7":{"total_requests":1');
    expect((await running.send('GET', '/usage?per=total')).json).not.toHaveProperty('usage');
    await running.send('PUT', '/request-log', { value: true });
    const logs = (await running.send('GET', '/logs?limit=1')).json as { lines: string[]; 'latest-timestamp': number };
    expect(logs).toMatchObject({ 'line-count': 1 });
    expect(JSON.parse(logs.lines.at(-1) ?? '')).toHaveProperty('level');
    expect((await running.send('GET', `/logs?after=${logs['latest-timestamp'] + 60}`)).json).toMatchObject({
      lines: [],
    });
  });
});
