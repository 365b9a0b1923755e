import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { textAnswer } from '../answer.ts';
import { type FakeAmp, isRpc, outOfCredits, startFakeAmp } from './server.ts';

let fake: FakeAmp;

beforeEach(async () => {
  fake = await startFakeAmp({ token: 'sgamp_user_fake', text: 'Served by Amp.' });
});
afterEach(() => fake.close());

const both = { authorization: 'Bearer sgamp_user_fake', 'x-api-key': 'sgamp_user_fake' };

function rpc(method: string, params: object = {}, headers: Record<string, string> = both): Promise<Response> {
  return fetch(`${fake.url}/api/internal?${method}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ method, params }),
  });
}

function post(path: string, body: object, headers: Record<string, string> = both): Promise<Response> {
  return fetch(`${fake.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('the fake Amp refuses', () => {
  const wrong: [string, Record<string, string>][] = [
    ['no token', {}],
    ['only Authorization', { authorization: both.authorization }],
    ['only x-api-key', { 'x-api-key': both['x-api-key'] }],
    ['a wrong token beside a right one', { ...both, authorization: 'Bearer local-key' }],
  ];
  it.each(wrong)('%s on routes of the signed-in user', async (_name, headers) => {
    const response = await rpc('getUserInfo', {}, headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'auth-required' } });
    expect((await post('/api/provider/anthropic/v1/messages', { messages: [] }, headers)).status).toBe(401);
  });

  it('a wrong token even where one of the two headers is enough', async () => {
    const lenient = await startFakeAmp({ token: 'sgamp_user_fake', credentials: 'either' });
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${lenient.url}/api/user`, { headers })).status;
    expect(await status({ authorization: both.authorization })).toBe(200);
    expect(await status({ 'x-api-key': both['x-api-key'] })).toBe(200);
    expect(await status({ ...both, 'x-api-key': 'local-key' })).toBe(401);
    await lenient.close();
  });

  it.each(['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'proxy-authorization', 'te'])(
    'the header %s, and keeps it as a violation',
    async (name) => {
      const client = request(`${fake.url}/api/user`, { agent: false, headers: { ...both, [name]: 'trailers' } });
      const [response] = await once(client.end(), 'response');
      response.resume();
      expect(response.statusCode).toBe(400);
      expect(fake.violations).toEqual([`GET /api/user: ${name}`]);
    },
  );

  it('paths and methods that do not exist', async () => {
    expect((await fetch(`${fake.url}/api/nothing`, { headers: both })).status).toBe(404);
    expect((await post('/api/provider/openai/v1/images', {})).status).toBe(404);
    expect((await rpc('noSuchMethod')).status).toBe(404);
    expect((await post('/api/internal?getUserInfo', { method: 'getThread' })).status).toBe(400);
  });
});

describe('the fake Amp answers', () => {
  it('calls of the control plane', async () => {
    expect(await (await rpc('getUserInfo')).json()).toMatchObject({ ok: true, result: { email: 'owner@example.com' } });
    expect(await (await rpc('getThread', { thread: 'T-1' })).json()).toMatchObject({
      ok: false,
      error: { code: 'thread-not-found' },
    });
  });

  it('with the threads that were uploaded, packed with gzip or not', async () => {
    const id = 'T-00000000-0000-4000-8000-000000000001';
    const body = gzipSync(
      JSON.stringify({
        method: 'uploadThread',
        params: { thread: { id, title: 'Greeting', created: 0, messages: [1] } },
      }),
    );
    await fetch(`${fake.url}/api/internal?uploadThread`, {
      method: 'POST',
      headers: { ...both, 'content-encoding': 'gzip' },
      body,
    });
    expect(fake.calls('uploadThread')[0]?.body.equals(body)).toBe(true);
    expect(await (await fetch(`${fake.url}/api/threads`, { headers: both })).json()).toMatchObject([
      { id, title: 'Greeting', messageCount: 1 },
    ]);
    expect(await (await fetch(`${fake.url}/api/threads/find?q=x`, { headers: both })).json()).toMatchObject({
      threads: [{ id }],
      hasMore: false,
    });
    expect(await (await fetch(`${fake.url}/api/threads/${id}.md`, { headers: both })).text()).toContain('# Greeting');
  });

  it.each([
    '/api/user',
    '/api/users/1',
    '/api/meta',
    '/api/ads',
    '/api/telemetry',
    '/api/otel/v1/traces',
    '/api/tab',
    '/threads.rss',
  ])('%s to the signed-in user', async (path) => {
    expect((await fetch(`${fake.url}${path}`, { headers: both })).status).toBe(200);
    expect((await fetch(`${fake.url}${path}`)).status).toBe(401);
  });

  it.each(['/auth', '/auth/callback', '/api/auth/session', '/docs/manual', '/news.rss', '/actors/metadata'])(
    '%s to everybody',
    async (path) => {
      expect((await fetch(`${fake.url}${path}`)).status).toBe(200);
    },
  );

  it('a browser page with a sign-in, unless the browser has a session', async () => {
    const page = (cookie: string) => fetch(`${fake.url}/settings/keys`, { redirect: 'manual', headers: { cookie } });
    expect((await page('a=b')).headers.get('location')).toBe('/auth/sign-in?returnTo=%2Fsettings%2Fkeys');
    expect((await page('amp-session=fake')).status).toBe(200);
  });

  it('the sign-in of a terminal with a redirect that carries the token', async () => {
    const authToken = 'a'.repeat(64);
    const response = await fetch(`${fake.url}/auth/cli-login?authToken=${authToken}&callbackPort=35789`, {
      redirect: 'manual',
    });
    expect(response.headers.get('location')).toBe(
      `http://127.0.0.1:35789/auth/callback?authToken=${authToken}&accessToken=sgamp_user_fake`,
    );
  });

  it('an upload of which it keeps nothing but size and digest', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const body = Readable.toWeb(Readable.from(Array(8).fill(piece)));
    const init = { method: 'POST', headers: both, body, duplex: 'half' } as RequestInit;
    const answer = await (await fetch(`${fake.url}/api/attachments`, init)).json();
    const sha256 = createHash('sha256')
      .update(Buffer.alloc(8 * piece.length, 'x'))
      .digest('hex');
    expect(answer).toMatchObject({ bytes: 8 * piece.length, sha256 });
    expect(fake.requests[0]).toMatchObject({ bodyBytes: 8 * piece.length, bodySha256: sha256, body: Buffer.alloc(0) });
  });
});

describe('the fake Amp sells inference', () => {
  const messages = [{ role: 'user', content: 'hi' }];
  const google = '/api/provider/google/v1beta1/publishers/google/models/gemini-3-flash-preview';
  const paid: [string, object][] = [
    ['/api/provider/anthropic/v1/messages', { model: 'm', messages }],
    ['/api/provider/anthropic/v1/messages', { model: 'm', messages, stream: true }],
    ['/api/provider/openai/v1/responses', { model: 'm', input: 'hi' }],
    ['/api/provider/openai/v1/responses', { model: 'm', input: 'hi', stream: true }],
    ['/api/provider/xai/v1/chat/completions', { model: 'm', messages }],
    ['/api/provider/groq/chat/completions', { model: 'm', messages, stream: true }],
    ['/api/provider/fireworks/v1/completions', { model: 'm', prompt: 'hi' }],
    [`${google}:streamGenerateContent?alt=sse`, { contents: [] }],
    [`${google}:generateContent`, { contents: [] }],
    ['/api/provider/google/v1beta/models/gemini-3-flash-preview:streamGenerateContent', { contents: [] }],
  ];
  it.each(paid)('at %s with %j', async (path, body) => {
    const response = await post(path, body);
    const stream = 'stream' in body || path.endsWith('alt=sse');
    expect(response.headers.get('content-type')).toContain(stream ? 'text/event-stream' : 'application/json');
    expect(await response.text()).toContain('Served by Am');
  });

  it('only for credits, when scripted so', async () => {
    fake.script(outOfCredits());
    expect((await rpc('getUserInfo')).status).toBe(200);
    expect((await post('/api/provider/anthropic/v1/messages', { messages })).status).toBe(402);
    expect((await post('/api/provider/anthropic/v1/messages', { messages })).status).toBe(200);
  });

  it('not to a body that asks for nothing', async () => {
    expect((await post('/api/provider/openai/v1/responses', { messages })).status).toBe(400);
  });
});

describe('the fake Amp delivers', () => {
  const deliver = (encoding: 'undeclared-gzip' | 'truncated-gzip' | 'gzip' | 'br') =>
    fake.script({ when: isRpc('getUserInfo'), reply: { usual: { encoding } } });

  it('the usual answer as gzip that no header declares', async () => {
    deliver('undeclared-gzip');
    const response = await rpc('getUserInfo');
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(JSON.parse(gunzipSync(Buffer.from(await response.arrayBuffer())).toString())).toMatchObject({ ok: true });
  });

  it('half a gzip body as if it were whole', async () => {
    deliver('truncated-gzip');
    const body = Buffer.from(await (await rpc('getUserInfo')).arrayBuffer());
    expect(body.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    expect(() => gunzipSync(body)).toThrow();
  });

  it.each(['gzip', 'br'] as const)('declared %s', async (encoding) => {
    deliver(encoding);
    const response = await rpc('getUserInfo');
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(await response.json()).toMatchObject({ ok: true });
  });

  it('bytes that only begin like gzip', async () => {
    const body = Buffer.from([0x1f, 0x8b, 0x68, 0x69]);
    fake.script({ when: isRpc('getUserInfo'), reply: textAnswer(200, 'application/octet-stream', body) });
    expect(Buffer.from(await (await rpc('getUserInfo')).arrayBuffer())).toEqual(body);
  });
});

describe('the fake Amp opens sockets', () => {
  const query = (threadId: string) =>
    `rvt-namespace=default&rvt-method=get&rvt-key=${threadId}&rvt-skip-ready-wait=true`;
  const protocols = (wsToken: string) => [
    'rivet',
    'rivet_encoding.bare',
    'rivet_skip_ready_wait',
    `rivet_conn_params.${encodeURIComponent(JSON.stringify({ wsToken, transport: 'json-rpc' }))}`,
  ];
  const socket = (path: string, offered: string[] = [], headers: Record<string, string> = {}) =>
    new WebSocket(`${fake.url.replace('http', 'ws')}${path}`, offered, { headers });
  const actor = async () =>
    (await (await post('/api/thread-actors', { agentMode: 'medium' })).json()) as { threadId: string; wsToken: string };
  const path = '/actors/gateway/threadActor/websocket/';

  it.each(['/websocket', '/connect'])('that echo, at %s', async (echo) => {
    const client = socket(echo);
    await once(client, 'open');
    client.send(Buffer.from([1, 2, 3]));
    expect((await once(client, 'message'))[0]).toEqual(Buffer.from([1, 2, 3]));
    client.close(4001);
    await once(client, 'close');
    expect(fake.sockets[0]).toMatchObject({ path: echo, closeCode: 4001 });
  });

  it('of a thread actor, which answers calls and takes a turn', async () => {
    const { threadId, wsToken } = await actor();
    const client = socket(`${path}?${query(threadId)}`, protocols(wsToken));
    const seen: string[] = [];
    const idle = new Promise<void>((resolve) => {
      client.on('message', (data) => {
        seen.push(data.toString());
        if (seen.length > 1 && seen.at(-1)?.includes('"idle"')) resolve();
      });
    });
    await once(client, 'open');
    expect([client.protocol, client.extensions]).toEqual(['rivet', 'permessage-deflate']);
    client.send('ping');
    client.send(JSON.stringify({ jsonrpc: '2.0', id: 'a', method: 'client_resume', params: {} }));
    const content = [{ type: 'text', text: 'hi' }];
    client.send(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 'b',
        method: 'client_append_user_msg',
        params: { content, messageId: 'M-1' },
      }),
    );
    await idle;
    expect(seen).toContain('pong');
    expect(seen).toContain(JSON.stringify({ jsonrpc: '2.0', id: 'a', result: { replayThroughSeq: 0 } }));
    expect(seen.filter((frame) => frame.includes('message_added'))).toHaveLength(2);
    client.terminate();
  });

  const refusals: [string, number, (threadId: string, wsToken: string) => WebSocket][] = [
    ['a wrong token', 403, (threadId) => socket(`${path}?${query(threadId)}`, protocols('other'))],
    ['an unknown thread', 404, (_threadId, wsToken) => socket(`${path}?${query('T-other')}`, protocols(wsToken))],
    ['missing sub-protocols', 400, (threadId) => socket(`${path}?${query(threadId)}`)],
    ['another path', 404, () => socket('/actors/gateway/other')],
    [
      'a wrong Authorization',
      401,
      (id, token) => socket(`${path}?${query(id)}`, protocols(token), { authorization: 'Bearer local-key' }),
    ],
  ];
  it.each(refusals)('but not for %s', async (_name, status, open) => {
    const { threadId, wsToken } = await actor();
    const [error] = await once(open(threadId, wsToken), 'error');
    expect(String(error)).toContain(`Unexpected server response: ${status}`);
    expect(fake.sockets).toHaveLength(0);
  });
});
