import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { call, RawConnection } from '../amp/control-plane/stand.ts';
import type { RecordedRequest } from '../upstreams/recording.ts';
import { hello, type Running, startEngine } from './harness.ts';

const key = 'local-key-a+b/1';
const settings = { 'api-keys': ['another-local-key', key] };
const json = { 'content-type': 'application/json' };

/** Every route family with a body that it serves, and where a refusal's words stand in its error shape. */
const families = [
  { name: 'Anthropic', path: '/v1/messages', shape: { type: 'error', error: { type: 'authentication_error' } } },
  {
    name: 'Anthropic under Amp',
    path: '/api/provider/anthropic/v1/messages',
    shape: { type: 'error', error: { type: 'authentication_error' } },
  },
  {
    name: 'OpenAI chat',
    path: '/api/provider/openai/v1/chat/completions',
    shape: { error: { type: 'authentication_error', code: 'invalid_api_key', param: null } },
  },
  {
    name: 'Responses',
    path: '/api/provider/openai/v1/responses',
    shape: { error: { type: 'authentication_error', code: 'invalid_api_key' } },
  },
  {
    name: 'Gemini',
    path: '/api/provider/google/v1beta/models/gemini-3-pro:generateContent',
    shape: { error: { code: 401, status: 'UNAUTHENTICATED' } },
  },
  { name: "Amp's account", path: '/api/internal?getUserInfo', shape: {} },
  { name: 'no route', path: '/nowhere', shape: {} },
];

function post(url: string, path: string, headers: Record<string, string> = {}, body: object = hello) {
  return call(url, path, { method: 'POST', headers: { ...json, ...headers } }, JSON.stringify(body));
}

/** Everything that a fake was sent, as one text. */
function sent(requests: readonly RecordedRequest[]): string {
  return requests.map(({ path, query, rawHeaders, body }) => [path, query, ...rawHeaders, body].join('\n')).join('\n');
}

const ways = [
  ['Authorization: Bearer', { authorization: `Bearer ${key}` }, ''],
  ['authorization in small letters', { authorization: `bearer ${key}` }, ''],
  ['AUTHORIZATION in capitals', { authorization: `BEARER   ${key}` }, ''],
  ['x-api-key', { 'x-api-key': key }, ''],
  ['x-goog-api-key', { 'x-goog-api-key': key }, ''],
  ['?key=', {}, `key=${encodeURIComponent(key)}`],
  ['?auth_token=', {}, `beta=true&auth_token=${encodeURIComponent(key)}`],
  ['a name in escapes beside another one', {}, `auth_token=x&k%65y=${encodeURIComponent(key)}`],
  ['one right key among wrong ones', { authorization: 'Bearer placeholder', 'x-api-key': key }, ''],
] as const;

describe('a right key', () => {
  it.each(ways)('is taken as %s, and goes no further', async (_, headers, query) => {
    const { url, anthropic, amp } = await startEngine({ settings });
    const at = (path: string) => (query === '' ? path : `${path}?${query}`);
    const answers = [
      await post(url, at('/v1/messages'), headers),
      await post(url, at('/api/provider/anthropic/v1/messages'), headers),
      await post(url, at('/api/provider/openai/v1/chat/completions'), headers, { ...hello, model: 'gpt-5' }),
      await call(url, at('/api/user'), { headers }),
      await call(url, at('/v1/models'), { headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect([anthropic.requests.length, amp.requests.length]).toEqual([2, 2]);
    const upstream = sent([...anthropic.requests, ...amp.requests]);
    for (const form of [key, encodeURIComponent(key), 'placeholder']) expect(upstream).not.toContain(form);
    expect(anthropic.violations).toEqual([]);
  });

  it('opens a WebSocket, and is not told to Amp', async () => {
    const { url, amp } = await startEngine({ settings });
    const upgrade = async (...more: string[]) => {
      const client = new RawConnection(url);
      client.send(
        ...['GET /websocket HTTP/1.1', 'Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket', ...more],
        ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
      );
      const answer = await client.until('\r\n\r\n');
      client.socket.destroy();
      return answer;
    };
    expect(await upgrade(`x-api-key: ${key}`)).toMatch(/^HTTP\/1.1 101 /);
    expect(sent(amp.requests)).not.toContain(key);
    const refused = await upgrade();
    expect(refused).toMatch(/^HTTP\/1.1 401 /);
    expect(amp.requests).toHaveLength(1);
  });
});

describe('without a right key', () => {
  it.each(families)('$name is refused in its own words', async ({ path, shape }) => {
    const { url, anthropic, amp } = await startEngine({ settings });
    const missing = await post(url, path);
    const wrong = await post(url, path, { authorization: `Bearer ${key}x` });
    expect([missing.status, wrong.status]).toEqual([401, 401]);
    expect(missing.headers['content-type']).toBe('application/json');
    expect(JSON.parse(missing.text)).toMatchObject(shape);
    expect(missing.text).toContain('Missing API key');
    expect(wrong.text).toContain('Invalid API key');
    expect(wrong.text).not.toContain(key);
    expect([...anthropic.requests, ...amp.requests]).toEqual([]);
  });

  it('says so under `error` on plain routes, as clients of other gateways expect', async () => {
    const { url } = await startEngine({ settings });
    expect(JSON.parse((await call(url, '/api/threads')).text)).toMatchObject({ error: 'Missing API key' });
  });

  it.each([
    '/v0/managementx/../../api/user',
    '/v0/management../api/user',
    '/V0/management/state',
    '/healthz/',
    '/healthz/../api/user',
    '//api/user',
    '/healthz?x',
  ])('no spelling of an open path is a way around the key: %s', async (path) => {
    const { url, amp } = await startEngine({ settings });
    const { status } = await call(url, path);
    expect(status).toBe(path === '/healthz?x' ? 200 : 401);
    expect(amp.requests).toEqual([]);
  });

  it('only the health check answers', async () => {
    const { url } = await startEngine({ settings });
    const health = await call(url, '/healthz');
    expect([health.status, JSON.parse(health.text)]).toEqual([200, { status: 'ok' }]);
  });

  it('signing in works from a browser, which is sent on to Amp with nothing of ours', async () => {
    const { url, amp } = await startEngine({ settings });
    const path = '/auth/cli-login?authToken=abc&callbackPort=1234';
    const page = await call(url, path, { headers: { accept: 'text/html,application/xhtml+xml' } });
    expect(page.status).toBe(302);
    expect(page.headers.location).toBe(`${amp.url}${path}`);
    expect((await call(url, '/threads', { headers: { accept: 'text/html' } })).status).toBe(401);
    expect((await call(url, path, { headers: { accept: '*/*' } })).status).toBe(401);
    expect(amp.requests).toEqual([]);
  });
});

describe("the owner's Amp token", () => {
  it("stands for a key on Amp's routes, and on no others", async () => {
    const { url, amp } = await startEngine({ settings });
    const headers = { authorization: `Bearer ${amp.token}` };
    expect((await call(url, '/api/user', { headers })).status).toBe(200);
    expect((await post(url, '/api/provider/anthropic/v1/messages', { 'x-api-key': amp.token })).status).toBe(200);
    expect((await post(url, '/v1/messages', headers)).status).toBe(401);
  });

  it('of somebody else opens nothing', async () => {
    const { url, amp } = await startEngine({ settings });
    expect((await call(url, '/api/user', { headers: { authorization: 'Bearer sgamp_user_other' } })).status).toBe(401);
    expect(amp.requests).toEqual([]);
  });
});

describe('keys that change while the gateway runs', () => {
  /** Rewrites the settings file as an editor would and waits until it is in force. */
  async function change({ dataDir, settings: store }: Running, edit: (content: object) => object, text: string) {
    const file = join(dataDir, 'config.yaml');
    const inForce = new Promise<void>((resolve) => {
      const end = store.onChange(() => {
        end();
        resolve();
      });
    });
    await writeFile(file, stringify(edit(parse(text))));
    await inForce;
  }

  it('count from the next request on, for connections that are open too', async () => {
    const running = await startEngine({ settings });
    const { url, dataDir } = running;
    const text = await readFile(join(dataDir, 'config.yaml'), 'utf8');
    const client = new RawConnection(url);
    const ask = async (count: number) => {
      client.send('GET /v1/models HTTP/1.1', 'Host: 127.0.0.1', `x-api-key: ${key}`, '', '');
      const pattern = new RegExp(`(HTTP/1.1 \\d+[\\s\\S]*){${count}}\\}$`);
      while (!pattern.test(client.text)) await new Promise((resolve) => client.socket.once('data', resolve));
      return [...client.text.matchAll(/HTTP\/1.1 (\d+)/g)].map((match) => match[1]);
    };
    expect(await ask(1)).toEqual(['200']);
    await change(running, (content) => ({ ...content, 'api-keys': ['new-key'] }), text);
    expect(await ask(2)).toEqual(['200', '401']);
    expect((await post(url, '/v1/messages', { 'x-api-key': 'new-key' })).status).toBe(200);
    await change(running, (content) => ({ ...content, 'api-keys': [] }), text);
    expect((await post(url, '/v1/messages')).status).toBe(200);
  });
});
