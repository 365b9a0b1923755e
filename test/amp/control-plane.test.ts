import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { gate } from '../upstreams/gate.ts';
import { bodyOf, Cleanup, call, RawConnection } from './control-plane/stand.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** An upstream that tells what it received. */
async function echo() {
  return cleanup.server(async (req, res) => {
    const body = await bodyOf(req);
    const seen = { method: req.method, url: req.url, headers: req.headers, body: body.toString('base64') };
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(seen));
  });
}

interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

const seen = (text: string) => JSON.parse(text) as Seen;

describe('a request to an account route', () => {
  it('arrives with method, path, query and body as sent, and with our token in both headers', async () => {
    const upstream = await echo();
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin, localKeys: ['local'] });
    const body = gzipSync('{"method":"uploadThread"}');
    const headers = {
      authorization: 'Bearer local',
      'x-amp-thread-id': 'T-1',
      'content-encoding': 'gzip',
      'x-forwarded-for': '1.2.3.4',
      'accept-encoding': 'gzip',
    };
    const path = "/api/internal//x/%2F/'q?uploadThread&b=%zz&a=1&key=local";
    const got = seen((await call(stand.origin, path, { method: 'POST', headers }, body)).text);
    expect(got).toMatchObject({ method: 'POST', body: body.toString('base64') });
    expect(got.url).toBe("/api/internal//x/%2F/'q?uploadThread&b=%zz&a=1");
    expect(got.headers).toEqual({
      host: new URL(upstream.origin).host,
      authorization: 'Bearer sgamp_user_owner',
      'x-api-key': 'sgamp_user_owner',
      'x-amp-thread-id': 'T-1',
      'content-encoding': 'gzip',
      'content-length': String(body.length),
      connection: 'keep-alive',
    });
    expect(stand.results).toEqual([{ status: 200, firstByteAt: stand.clock.now() }]);
    expect(stand.clock.pending).toBe(0);
  });

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST'])('may use %s without a body', async (method) => {
    const methods: unknown[] = [];
    const upstream = await cleanup.server(async (req, res) => {
      methods.push([req.method, (await bodyOf(req)).length, req.headers['transfer-encoding']]);
      res.end();
    });
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    expect((await call(stand.origin, '/api/threads', { method })).status).toBe(200);
    expect(methods).toEqual([[method, 0, undefined]]);
  });

  it.each(['DELETE', 'POST', 'GET'])('keeps a chunked body of %s', async (method) => {
    const upstream = await echo();
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const options = { method, headers: { 'transfer-encoding': 'chunked' } };
    const got = seen((await call(stand.origin, '/api/threads/T-1', options, 'some bytes')).text);
    expect(Buffer.from(got.body, 'base64').toString()).toBe('some bytes');
    expect(got.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    expect(got.headers).not.toHaveProperty('content-length');
  });

  it('works for a client that waits for 100 Continue', async () => {
    const upstream = await echo();
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const req = request(stand.origin, { path: '/api/x', method: 'POST', headers: { expect: '100-continue' } });
    req.on('continue', () => req.end('late body'));
    req.flushHeaders();
    const [answer] = (await once(req, 'response')) as [IncomingMessage];
    const got = seen((await bodyOf(answer)).toString());
    expect(Buffer.from(got.body, 'base64').toString()).toBe('late body');
    expect(got.headers).toMatchObject({ 'x-api-key': 'sgamp_user_owner' });
    expect(got.headers).not.toHaveProperty('expect');
  });

  it('goes below the path of an upstream address', async () => {
    const upstream = await echo();
    const stand = await cleanup.stand({ upstreamUrl: `${upstream.origin}/amp/` });
    expect(seen((await call(stand.origin, '/api/user?x')).text).url).toBe('/amp/api/user?x');
  });

  it('uses a changed token, upstream and restriction with the next request', async () => {
    const [first, second] = [await echo(), await echo()];
    const stand = await cleanup.stand({ upstreamUrl: first.origin, peerIsLoopback: false });
    expect((await call(stand.origin, '/api/user')).status).toBe(403);
    stand.settings = { ...stand.settings, 'restrict-management-to-localhost': false };
    expect(seen((await call(stand.origin, '/api/user')).text).headers['x-api-key']).toBe('sgamp_user_owner');
    stand.secret = { token: 'sgamp_user_new', source: 'settings' };
    stand.settings = { ...stand.settings, 'upstream-url': second.origin };
    expect(seen((await call(stand.origin, '/api/user')).text).headers).toMatchObject({
      host: new URL(second.origin).host,
      authorization: 'Bearer sgamp_user_new',
    });
  });

  it('uses kept connections again', async () => {
    const ports = new Set<number | undefined>();
    const upstream = await cleanup.server(async (req, res) => {
      ports.add(req.socket.remotePort);
      res.end();
    });
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    for (let round = 0; round < 5; round++) await call(stand.origin, '/api/user');
    expect(ports.size).toBe(1);
  });

  it('is sent again when the server closes a kept connection under it', async () => {
    let served = 0;
    const upstream = await cleanup.server(async (req, res) => {
      served++;
      if (served === 2) req.socket.destroy();
      else res.end('fine');
    });
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    await call(stand.origin, '/api/user');
    expect((await call(stand.origin, '/api/user')).text).toBe('fine');
    expect(served).toBe(3);
  });
});

describe('access', () => {
  it.each(['/api/user', '/auth/cli-login', '/threads', '/api/telemetry', '/actors/metadata'])(
    'to %s is refused to other machines, whatever their headers say',
    async (path) => {
      const upstream = await echo();
      const stand = await cleanup.stand({ upstreamUrl: upstream.origin, peerIsLoopback: false });
      const headers = { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1', accept: 'text/html' };
      const refused = await call(stand.origin, path, { headers });
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.text)).toMatchObject({
        error: 'Access denied: management routes restricted to localhost',
        message: expect.stringContaining('amp-restrict-management-to-localhost'),
      });
      expect(upstream.openSockets()).toBe(0);
    },
  );

  it("sends a browser on to Amp's host, with nothing of ours", async () => {
    const stand = await cleanup.stand({ upstreamUrl: 'https://ampcode.com', localKeys: ['local'] });
    const headers = { accept: 'text/html,application/xhtml+xml', authorization: 'Bearer local' };
    const path = '/auth/cli-login?authToken=abc&callbackPort=35789&key=local';
    const answer = await call(stand.origin, path, { headers });
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe('https://ampcode.com/auth/cli-login?authToken=abc&callbackPort=35789');
    expect(answer.rawHeaders.join()).not.toContain('sgamp');
    expect((await call(stand.origin, '//threads/T-1', { headers })).headers.location).toBe(
      'https://ampcode.com//threads/T-1',
    );
  });

  it('proxies pages for programs, and account routes for browsers', async () => {
    const upstream = await echo();
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    expect(seen((await call(stand.origin, '/news.rss')).text).url).toBe('/news.rss');
    const html = { accept: 'text/html' };
    expect(seen((await call(stand.origin, '/auth/x', { method: 'POST', headers: html })).text).url).toBe('/auth/x');
    expect(seen((await call(stand.origin, '/api/user', { headers: html })).text).url).toBe('/api/user');
  });
});

describe('without a token', () => {
  const none = { token: undefined } as const;

  it('an account route says how to get one', async () => {
    const upstream = await echo();
    const problem = '/home/x/secrets.json is not valid JSON';
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin, secret: none, localKeys: ['local'] });
    const headers = { authorization: 'Bearer local' };
    const refused = await call(stand.origin, '/api/user', { headers });
    expect(refused.status).toBe(502);
    expect(JSON.parse(refused.text)).toEqual({
      error: 'amp_token_missing',
      message: expect.stringMatching(/amp login.*AMP_API_KEY.*upstream-api-key/),
    });
    stand.secret = { token: undefined, problem };
    expect((await call(stand.origin, '/api/provider/x/v1/messages', { method: 'POST' })).text).toContain(problem);
    expect(upstream.openSockets()).toBe(0);
    expect(stand.results.map(({ problem }) => problem)).toEqual(['amp_token_missing', 'amp_token_missing']);
  });

  it("an account route goes out with the client's own token", async () => {
    const upstream = await echo();
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin, secret: none });
    const headers = { authorization: 'Bearer sgamp_own' };
    expect(seen((await call(stand.origin, '/api/user', { headers })).text).headers).toMatchObject({
      authorization: 'Bearer sgamp_own',
      'x-api-key': 'sgamp_own',
    });
  });

  it.each(['/api/auth/oauth-config', '/auth/cli-login'])('%s goes out without one', async (path) => {
    const upstream = await echo();
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin, secret: none, localKeys: ['local'] });
    const got = seen((await call(stand.origin, path, { headers: { 'x-api-key': 'local' } })).text);
    expect(got.headers).not.toHaveProperty('authorization');
    expect(got.headers).not.toHaveProperty('x-api-key');
  });
});

describe('when Amp cannot be asked', () => {
  it('the answer is 502 when its server does not listen', async () => {
    const upstream = await echo();
    await upstream.close();
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const answer = await call(stand.origin, '/api/user', { method: 'POST' }, 'body');
    expect(answer.status).toBe(502);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.parse(answer.text)).toEqual({
      error: 'amp_upstream_proxy_error',
      message: 'Failed to reach Amp upstream',
    });
    expect(stand.results).toEqual([{ status: 502, problem: 'ECONNREFUSED' }]);
    expect(stand.clock.pending).toBe(0);
  });

  it('the answer is 502 when its server closes the connection', async () => {
    const upstream = await cleanup.server(async (req) => void req.socket.destroy());
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    expect((await call(stand.origin, '/api/user')).status).toBe(502);
  });

  it('the answer is 502 when connecting takes longer than the limit', async () => {
    const stalled = gate();
    const more = { agents: stalledAgents(() => stalled.reach()) };
    const stand = await cleanup.stand({ upstreamUrl: 'http://127.0.0.1:9', more });
    const answer = call(stand.origin, '/api/user');
    await stalled.reached;
    stand.clock.advance(14_999);
    expect(stand.results).toEqual([]);
    stand.clock.advance(1);
    expect((await answer).status).toBe(502);
    expect(stand.results).toEqual([{ status: 502, problem: 'connect timeout' }]);
  });

  it('a slow answer has no time limit once the connection stands', async () => {
    const asked = gate();
    const upstream = await cleanup.server(async (_req, res) => {
      asked.reach();
      await asked.opened;
      res.end('late');
    });
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const answer = call(stand.origin, '/api/user');
    await asked.reached;
    stand.clock.advance(600_000);
    asked.open();
    expect((await answer).text).toBe('late');
  });

  it.each([
    ['no address is set', '', ''],
    ['the address is this gateway', 'self', 'amp-upstream-url is the address of this gateway'],
    ['the address is none', 'mailto:x', 'amp-upstream-url is not an http or https address'],
  ])('the answer is 503 when %s', async (_, url, detail) => {
    const stand = await cleanup.stand({});
    stand.settings = { ...stand.settings, 'upstream-url': url === 'self' ? `${stand.origin}/` : url };
    for (const path of ['/api/user', '/threads', '/api/provider/openai/v1/responses']) {
      const answer = await call(stand.origin, path, { headers: { accept: 'text/html' } });
      expect(answer.status).toBe(503);
      expect(JSON.parse(answer.text).error).toBe('amp upstream proxy not available');
      expect(JSON.parse(answer.text).message).toContain(detail);
    }
  });
});

describe('when one side leaves', () => {
  it('a client that leaves before the answer aborts the upstream request', async () => {
    const asked = gate();
    const upstream = await cleanup.server(async () => asked.reach());
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const client = new RawConnection(stand.origin);
    client.send('GET /api/user HTTP/1.1', 'Host: x', '', '');
    await asked.reached;
    client.socket.destroy();
    await upstream.idle();
    expect(await stand.ended(1)).toEqual([{ status: 499 }]);
    expect(stand.clock.pending).toBe(0);
  });

  it('a client that leaves in the middle of a stream aborts it', async () => {
    const upstream = await cleanup.server(async (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: 1\n\n');
    });
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const client = new RawConnection(stand.origin);
    client.send('GET /api/threads/events HTTP/1.1', 'Host: x', '', '');
    await client.until('data: 1');
    client.socket.destroy();
    await upstream.idle();
    expect(await stand.ended(1)).toMatchObject([{ status: 499 }]);
  });

  it('a client that leaves during its upload aborts it', async () => {
    const begun = gate();
    const upstream = await cleanup.server(async (req) => void req.once('data', () => begun.reach()));
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const client = new RawConnection(stand.origin);
    client.send('POST /api/attachments HTTP/1.1', 'Host: x', 'Content-Length: 1000', '', 'part');
    await begun.reached;
    client.socket.destroy();
    await upstream.idle();
    expect(await stand.ended(1)).toEqual([{ status: 499 }]);
  });

  it('a server that leaves in the middle of its answer costs the client its connection', async () => {
    const cut = gate();
    const upstream = await cleanup.server(async (_req, res) => {
      res.writeHead(200, { 'content-length': 1000 });
      res.write('{"begin"');
      await cut.opened;
      res.destroy();
    });
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const client = new RawConnection(stand.origin);
    client.send('GET /api/user HTTP/1.1', 'Host: x', '', '');
    await client.until('{"begin"');
    cut.open();
    expect(await client.ended()).toMatch(/\{"begin"$/);
    expect(await stand.ended(1)).toMatchObject([{ status: 502, problem: 'answer broke off' }]);
    await stand.front?.idle();
  });

  it('an early answer reaches a client that is still uploading, and its connection goes on', async () => {
    const upstream = await cleanup.server(async (req, res) => {
      if (req.method === 'GET') return void res.end('next');
      res.writeHead(413, { connection: 'close' }).end('too large');
    });
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const client = new RawConnection(stand.origin);
    client.send('POST /api/attachments HTTP/1.1', 'Host: x', 'Content-Length: 100000', '', 'x'.repeat(100));
    await client.until('too large');
    await stand.ended(1);
    client.send('x'.repeat(99_900), '');
    client.socket.write('GET /api/user HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until('next');
    expect(stand.results.map(({ status }) => status)).toEqual([413, 200]);
  });

  it('a server can refuse an upload before its first byte', async () => {
    const upstream = await cleanup.server(async (_req, res) => void res.writeHead(401).end('refused'));
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const client = new RawConnection(stand.origin);
    client.send('POST /api/attachments HTTP/1.1', 'Host: x', 'Content-Length: 1000', '', '');
    await client.until('refused');
    expect(await stand.ended(1)).toMatchObject([{ status: 401 }]);
    await upstream.idle();
  });

  it('close ends what is under way', async () => {
    const asked = gate();
    const upstream = await cleanup.server(async () => asked.reach());
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const answer = call(stand.origin, '/api/user');
    await asked.reached;
    stand.plane.close();
    expect((await answer).status).toBe(502);
    await upstream.idle();
  });
});

describe('privacy settings', () => {
  it('answer telemetry here when it is blocked', async () => {
    const upstream = await echo();
    const stand = await cleanup.stand({
      upstreamUrl: upstream.origin,
      secret: { token: undefined },
      settings: { telemetry: 'block' },
    });
    for (const path of ['/api/telemetry', '/api/telemetry/x', '/api/otel/v1/traces']) {
      const answer = await call(stand.origin, path, { method: 'POST' }, 'x'.repeat(300_000));
      expect([answer.status, answer.text]).toEqual([200, '{"ok":true}']);
    }
    expect(upstream.openSockets()).toBe(0);
  });

  it('acknowledge thread uploads here when they are blocked, and nothing else', async () => {
    const upstream = await echo();
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin, settings: { 'thread-upload': 'block' } });
    const post = (path: string) => call(stand.origin, path, { method: 'POST' }, '{"method":"uploadThread"}');
    for (const path of ['/api/internal?uploadThread', '/api//internal/?a=1&upload%54hread=']) {
      expect((await post(path)).text).toBe('{"ok":true,"result":{}}');
    }
    expect(upstream.openSockets()).toBe(0);
    for (const path of ['/api/internal?getUserInfo', '/api/internal?x=uploadThread', '/api/telemetry']) {
      expect(seen((await post(path)).text).url).toBe(path);
    }
  });
});

describe('a model call that goes to Amp', () => {
  it('is forwarded as received', async () => {
    const upstream = await echo();
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin, localKeys: ['local'], peerIsLoopback: false });
    const headers = {
      'x-api-key': 'local',
      'anthropic-beta': 'context-1m-2025-08-07',
      'anthropic-version': '2023-06-01',
      'content-encoding': 'gzip',
    };
    const body = gzipSync('{ "model" : "claude" }');
    const path = '/api/provider/anthropic/v1/messages?beta=true&key=local';
    const got = seen((await call(stand.origin, path, { method: 'POST', headers }, body)).text);
    expect(got).toMatchObject({ url: '/api/provider/anthropic/v1/messages?beta=true', body: body.toString('base64') });
    expect(got.headers).toMatchObject({
      'x-api-key': 'sgamp_user_owner',
      'anthropic-beta': 'context-1m-2025-08-07',
      'content-encoding': 'gzip',
      'content-length': String(body.length),
    });
  });

  it('gets a length when it came in chunks, or was empty', async () => {
    const upstream = await echo();
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const chunked = { method: 'POST', headers: { 'transfer-encoding': 'chunked' } };
    const path = '/api/provider/openai/v1/responses';
    expect(seen((await call(stand.origin, path, chunked, 'abc')).text).headers).toMatchObject({
      'content-length': '3',
    });
    const empty = seen((await call(stand.origin, path, { method: 'POST' })).text);
    expect(empty).toMatchObject({ body: '', headers: { 'content-length': '0' } });
  });

  it('streams its answer event by event', async () => {
    const next = gate();
    const upstream = await cleanup.server(async (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: 1\n\n');
      await next.opened;
      res.end('data: 2\n\n');
    });
    const stand = await cleanup.stand({ upstreamUrl: upstream.origin });
    const client = new RawConnection(stand.origin);
    client.send('POST /api/provider/x/v1/messages HTTP/1.1', 'Host: x', 'Content-Length: 2', '', '{}');
    expect(await client.until('data: 1')).not.toContain('data: 2');
    next.open();
    await client.until('data: 2');
    expect(await stand.ended(1)).toEqual([{ status: 200, firstByteAt: stand.clock.now() }]);
  });
});

/** Connections that are never established: the name is never resolved. */
function stalledAgents(onConnect: () => void) {
  const agent = new Agent();
  agent.createConnection = () => connect({ host: 'stalled.invalid', port: 1, lookup: () => onConnect() });
  return { http: agent, https: agent };
}
