import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { call, RawConnection } from '../amp/control-plane/stand.ts';
import { textAnswer } from '../upstreams/answer.ts';
import { says } from '../upstreams/anthropic/replies.ts';
import { hello, startEngine } from './harness.ts';

const message = JSON.stringify(hello);
const json = { 'content-type': 'application/json' };

/** POSTs a Messages request with these headers; `host` may be anything. */
function post(url: string, headers: Record<string, string | string[]>, path = '/v1/messages') {
  return call(url, path, { method: 'POST', headers: { ...json, ...headers } }, message);
}

const corsHeaders = (headers: object) => Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe('the Host header', () => {
  it.each(['evil.example', 'evil.example:8317', '127.0.0.1.evil.example', '10.0.0.1', 'localhost.evil.example'])(
    'refuses the name %j, which may have been rebound to this machine',
    async (host) => {
      const { url, anthropic, amp } = await startEngine();
      const answer = await post(url, { host });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('Access denied: the Host header');
      const page = await call(url, '/api/internal?getUserInfo', { headers: { host } });
      expect(JSON.parse(page.text)).toMatchObject({ code: 'forbidden_host' });
      expect((await call(url, '/healthz', { headers: { host } })).status).toBe(403);
      expect([...anthropic.requests, ...amp.requests]).toEqual([]);
    },
  );

  it('takes loopback names with any port, and names of allowed-hosts', async () => {
    const { url } = await startEngine({ settings: { 'allowed-hosts': ['dev.box'] } });
    for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1:8317', '[::1]:99', 'amp.localhost', 'Dev.Box:8317'])
      expect((await call(url, '/healthz', { headers: { host } })).status, host).toBe(200);
  });

  it.each([
    ['is missing', ['GET /healthz HTTP/1.0', '', ''], '403'],
    ['is missing where HTTP/1.1 demands it', ['GET /healthz HTTP/1.1', '', ''], '400'],
    ['is empty', ['GET /healthz HTTP/1.1', 'Host:', '', ''], '403'],
    ['comes twice', ['GET /healthz HTTP/1.1', 'Host: 127.0.0.1', 'hOST: evil.example', '', ''], '403'],
    [
      'names another host in the target',
      ['GET http://evil.example/healthz HTTP/1.1', 'Host: 127.0.0.1', '', ''],
      '403',
    ],
    ['names us in an absolute target', ['GET http://127.0.0.1/healthz HTTP/1.1', 'Host: 127.0.0.1', '', ''], '403'],
    ['carries a name before an @', ['GET /healthz HTTP/1.1', 'Host: 127.0.0.1@evil.example', '', ''], '403'],
  ])('leads to a refusal where it %s', async (_, lines, status) => {
    const { url } = await startEngine();
    const client = new RawConnection(url);
    client.send(...lines);
    client.socket.end();
    expect(await client.ended()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

describe('a web page', () => {
  it.each([
    ['https://evil.example', {}],
    ['null', {}],
    ['http://localhost:3000', {}],
    ['file://', {}],
    ['vscode-webview://x', {}],
    [undefined, { 'sec-fetch-site': 'cross-site' }],
    [undefined, { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
  ])('with the origin %s and %o is refused, without CORS headers', async (origin, more) => {
    const { url, anthropic, amp } = await startEngine();
    const headers = { ...(origin === undefined ? {} : { origin }), ...more };
    const answer = await post(url, headers);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'error', error: { type: 'permission_error' } });
    expect((await call(url, '/api/internal?x', { method: 'POST', headers })).status).toBe(403);
    expect((await call(url, '/v0/management/state', { headers })).status).toBe(403);
    expect(corsHeaders(answer.headers)).toEqual([]);
    expect([...anthropic.requests, ...amp.requests]).toEqual([]);
  });

  it('may not open a WebSocket', async () => {
    const { url, amp } = await startEngine();
    const client = new RawConnection(url);
    client.send(
      ...['GET /actors/gateway/x HTTP/1.1', 'Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket'],
      ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Origin: https://evil.example'],
      ...['', ''],
    );
    expect(await client.ended()).toMatch(/^HTTP\/1.1 403 /);
    expect(amp.requests).toEqual([]);
  });

  it('asks by a preflight in vain', async () => {
    const { url } = await startEngine({ settings: { 'cors-origins': ['https://app.example'] } });
    const answer = await call(url, '/v1/messages', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(403);
    expect(corsHeaders(answer.headers)).toEqual([]);
  });
});

describe('an origin of cors-origins', () => {
  const origin = 'https://app.example';
  const settings = { 'cors-origins': [`${origin}/`], 'api-keys': ['local-key-1'] };

  it('gets its preflight answered, which cannot carry a key', async () => {
    const { url } = await startEngine({ settings });
    const answer = await call(url, '/v1/messages', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-api-key',
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.text).toBe('');
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': 'authorization,x-api-key',
      vary: 'Origin',
    });
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('may read answers and refusals of every kind', async () => {
    const { url, amp, anthropic } = await startEngine({ settings });
    anthropic.script(says('x', { headers: { vary: 'Accept-Encoding' } }));
    const answer = (headers: object, path?: string) => post(url, { origin, ...headers }, path);
    const key = { 'x-api-key': 'local-key-1' };
    const seen = [await answer(key), await answer({}), await answer(key, '/nowhere'), await answer(key, '/api/user')];
    amp.script({
      reply: { ...textAnswer(200, 'text/plain', 'x'), headers: { vary: 'Accept', 'content-type': 'text/plain' } },
      when: ({ path }) => path === '/api/meta',
    });
    seen.push(await answer(key, '/api/meta'));
    expect(seen.map(({ status }) => status)).toEqual([200, 401, 404, 200, 200]);
    for (const { headers } of seen) {
      expect(headers['access-control-allow-origin']).toBe(origin);
      expect(headers.vary).toMatch(/^Origin/);
    }
    expect(seen.at(-1)?.headers.vary).toBe('Origin, Accept');
  });

  it('needs a key all the same', async () => {
    const { url, anthropic } = await startEngine({ settings });
    expect((await post(url, { origin, 'sec-fetch-site': 'cross-site' })).status).toBe(401);
    expect(anthropic.requests).toEqual([]);
  });
});

describe('permissions that an upstream gives to web pages', () => {
  const permissive = { 'access-control-allow-origin': '*', 'Access-Control-Expose-Headers': 'x', vary: 'Origin' };

  it('never reach the client', async () => {
    const { url, anthropic, amp } = await startEngine();
    const body = { ...textAnswer(200, 'application/json', '{"type":"message"}') };
    anthropic.script({
      reply: { kind: 'raw', answer: { ...body, headers: { ...body.headers, ...permissive } } },
    });
    amp.script({ reply: { ...body, headers: { ...body.headers, ...permissive } }, when: () => true, times: 2 });
    const unknown = JSON.stringify({ ...hello, model: 'somebody-elses-model' });
    const answers = [
      await post(url, {}),
      await call(url, '/api/user', {}),
      await call(url, '/api/provider/anthropic/v1/messages', { method: 'POST', headers: json }, unknown),
    ];
    expect(anthropic.unusedReplies() + amp.unusedReplies()).toBe(0);
    for (const { status, headers } of answers) expect([status, corsHeaders(headers)]).toEqual([200, []]);
  });
});

describe('headers that claim to speak for the peer', () => {
  it('change nothing for a local caller either: the socket alone counts', async () => {
    const { url, amp } = await startEngine();
    const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9' };
    expect((await call(url, '/api/user', { headers })).status).toBe(200);
    expect(amp.violations).toEqual([]);
  });
});

describe('a peer on another address of this machine', () => {
  const [address] = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map((one) => one.address);

  it('cannot connect while only loopback is listened on', async ({ skip }) => {
    if (address === undefined) return skip('this machine has no address but loopback ones');
    const { url } = await startEngine();
    const { port } = new URL(url);
    await expect(fetch(`http://${address}:${port}/healthz`)).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    });
  });
});
