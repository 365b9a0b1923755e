import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { htmlAnswer } from '../answer.ts';
import { gate } from '../gate.ts';
import { errors } from './errors.ts';
import { callsTools, fails, type LimitHint, type MessageReply, rateLimited, says } from './replies.ts';
import { type FakeAnthropic, startFakeAnthropic } from './server.ts';
import { claudeClientId } from './sign-in.ts';
import { systemLine } from './validate.ts';

const now = Date.UTC(2026, 10, 21, 12);
let fake: FakeAnthropic;

beforeEach(async () => {
  fake = await startFakeAnthropic({ now: () => now });
});
afterEach(() => fake.close());

function subscriptionHeaders(): Record<string, string> {
  return {
    authorization: `Bearer ${fake.account.accessToken}`,
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'oauth-2025-04-20',
  };
}

function call(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${fake.url}${path}`, { ...init, headers: subscriptionHeaders() });
}

const question = {
  model: 'claude-sonnet-4-6',
  max_tokens: 2048,
  system: systemLine,
  messages: [{ role: 'user', content: 'hi' }],
};

function ask(more: object = {}): Promise<Response> {
  return call('/v1/messages', { method: 'POST', body: JSON.stringify({ ...question, ...more }) });
}

const stream = { stream: true };

/** The events of a stream, in the order they came. */
async function eventsOf(response: Response): Promise<{ type: string; [key: string]: unknown }[]> {
  const text = (await response.text()).replaceAll('\r\n', '\n');
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}

describe('the fake Anthropic answers', () => {
  it('with one object when no stream is asked for', async () => {
    fake.script(says('Hello.', { usage: { input: 5, output: 2, cacheRead: 7 } }));
    const response = await ask();
    expect(response.headers.get('request-id')).toMatch(/^req_01/);
    expect(await response.json()).toMatchObject({
      id: expect.stringMatching(/^msg_01/),
      content: [{ type: 'text', text: 'Hello.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 5, output_tokens: 2, cache_read_input_tokens: 7 },
    });
  });

  it('with thinking, text and a tool call as a stream in the real order', async () => {
    fake.script(
      callsTools([{ name: 'Read', input: { path: '/x' } }], {
        thinking: 'hm',
        text: 'Looking.',
        usage: { input: 9, output: 3 },
      }),
    );
    const events = await eventsOf(await ask(stream));
    const block = ['content_block_start', 'content_block_delta', 'content_block_stop'];
    const runs = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
    expect(runs).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      ...block.slice(1),
      ...block,
      ...block,
      'message_delta',
      'message_stop',
    ]);
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 9, output_tokens: 1 } } });
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 3 } });
    expect(events).toContainEqual(
      expect.objectContaining({ delta: { type: 'signature_delta', signature: expect.stringMatching(/.{60}/) } }),
    );
  });

  it('with a call of the tool that the request forces', async () => {
    const tools = [{ name: 'set_title', input_schema: { type: 'object', properties: { title: { type: 'string' } } } }];
    const answer = await (await ask({ tools, tool_choice: { type: 'tool', name: 'set_title' } })).json();
    expect(answer).toMatchObject({
      content: [{ type: 'tool_use', name: 'set_title', input: { title: 'Hello from the fake Claude.' } }],
    });
  });

  it('with the windows of the quota, on refusals too', async () => {
    fake.quota = { '5h': { utilization: 0.5, reset: 1_795_000_000, status: 'allowed_warning' } };
    for (const response of [await ask(), await ask({ max_tokens: 0 })]) {
      expect(response.headers.get('anthropic-ratelimit-unified-status')).toBe('allowed_warning');
      expect(response.headers.get('anthropic-ratelimit-unified-5h-utilization')).toBe('0.5');
      expect(response.headers.get('anthropic-ratelimit-unified-5h-reset')).toBe('1795000000');
      await response.text();
    }
  });

  it('with models, token counts, profile and usage', async () => {
    expect(await (await call('/v1/models')).json()).toMatchObject({
      has_more: false,
      first_id: 'claude-haiku-4-5-20251001',
    });
    const body = JSON.stringify({
      model: 'claude-sonnet-4-6',
      system: systemLine,
      messages: [{ role: 'user', content: 'hi' }],
    });
    const count = await call('/v1/messages/count_tokens', { method: 'POST', body });
    expect(await count.json()).toEqual({ input_tokens: expect.any(Number) });
    expect(await (await call('/api/oauth/profile')).json()).toMatchObject({ account: { email: 'owner@example.com' } });
    expect(await (await call('/api/oauth/usage')).json()).toMatchObject({ five_hour: { utilization: 12 } });
  });

  it('429 to the sixth reading of the usage within ten minutes', async () => {
    const statuses: number[] = [];
    for (let reading = 0; reading < 6; reading += 1) statuses.push((await call('/api/oauth/usage')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe('the fake Anthropic refreshes a token', () => {
  const refresh = (refreshToken: string) =>
    fetch(fake.tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'refresh_token', client_id: claudeClientId, refresh_token: refreshToken }),
    });

  it('once: the old refresh token and the old access token are dead afterwards', async () => {
    const old = { ...fake.account };
    const answer = (await (await refresh(old.refreshToken)).json()) as Record<string, unknown>;
    expect(answer).toMatchObject({
      access_token: fake.account.accessToken,
      refresh_token: fake.account.refreshToken,
      expires_in: 28_800,
    });
    const again = await refresh(old.refreshToken);
    expect(again.status).toBe(400);
    expect(await again.json()).toMatchObject({ error: 'invalid_grant' });
    expect((await ask()).status).toBe(200);
    fake.account.accessToken = 'sk-ant-oat01-successor';
    expect(
      (await fetch(`${fake.url}/api/oauth/profile`, { headers: { authorization: `Bearer ${old.accessToken}` } }))
        .status,
    ).toBe(401);
  });

  it('only for JSON and the right client', async () => {
    const form = await fetch(fake.tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token' }),
    });
    expect(form.status).toBe(400);
    const body = JSON.stringify({
      grant_type: 'refresh_token',
      client_id: 'other',
      refresh_token: fake.account.refreshToken,
    });
    const other = await fetch(fake.tokenUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(await other.json()).toMatchObject({ error: 'invalid_client' });
  });
});

describe('the fake Anthropic follows its script', () => {
  it('once a step, in order, and only for requests that are valid', async () => {
    fake.script(fails(errors.overloaded()), says('second'));
    expect((await ask({ max_tokens: 0 })).status).toBe(400);
    const overloaded = await ask();
    expect(overloaded.status).toBe(529);
    expect(await overloaded.json()).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
    expect(await (await ask()).text()).toContain('second');
    expect(await (await ask()).text()).toContain('Hello from the fake Claude.');
    expect(fake.unusedReplies()).toBe(0);
  });

  it('by a predicate and as often as asked', async () => {
    fake.script({ when: ({ path }) => path === '/v1/models', times: 2, reply: fails(errors.authentication('no')) });
    expect([(await ask()).status, (await call('/v1/models')).status, (await call('/v1/models')).status]).toEqual([
      200, 401, 401,
    ]);
    expect((await call('/v1/models')).status).toBe(200);
  });

  const hints: [LimitHint, string, string][] = [
    ['retry-after', 'retry-after', '90'],
    ['http-date', 'retry-after', 'Sat, 21 Nov 2026 12:01:30 GMT'],
    ['retry-after-ms', 'retry-after-ms', '90000'],
    ['unified-5h', 'anthropic-ratelimit-unified-5h-status', 'rejected'],
    ['unified-7d', 'anthropic-ratelimit-unified-7d-reset', String(now / 1000 + 90)],
    ['unified-7d_oi', 'anthropic-ratelimit-unified-7d_oi-status', 'rejected'],
  ];
  it.each(hints)('with a 429 whose end is told by %s', async (hint, header, value) => {
    fake.script(rateLimited(hint, 90, now, fake.quota));
    const response = await ask();
    expect([response.status, response.headers.get(header)]).toEqual([429, value]);
  });

  it('with a 429 that tells nothing', async () => {
    fake.script(rateLimited('none', 90, now));
    const response = await ask();
    expect([
      response.status,
      response.headers.get('retry-after'),
      response.headers.get('anthropic-ratelimit-unified-status'),
    ]).toEqual([429, null, 'allowed']);
  });

  it('with an error event in the middle of a stream', async () => {
    fake.script(says('Hello.', { errorEvent: { at: 3, type: 'overloaded_error', message: 'Overloaded' } }));
    const events = await eventsOf(await ask(stream));
    expect(events.at(-1)).toEqual({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    expect(events).toHaveLength(4);
  });

  it('with a page of HTML', async () => {
    fake.script({ kind: 'raw', answer: htmlAnswer(502) });
    const response = await ask();
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html; charset=UTF-8']);
  });
});

describe('the fake Anthropic delivers', () => {
  const odd: [string, Partial<MessageReply>][] = [
    ['byte by byte', { delivery: { chunkBytes: 1 } }],
    ['with CRLF', { format: { lineEnd: '\r\n' } }],
    ['with comments and pings', { format: { comments: true }, pings: true }],
    ['as declared gzip', { delivery: { encoding: 'gzip' } }],
    ['as declared brotli', { delivery: { encoding: 'br' } }],
  ];
  it.each(odd)('a stream %s', async (_name, more) => {
    fake.script(says('Grüße 👋', { deltaLength: 1, ...more }));
    const events = await eventsOf(await ask(stream));
    const text = events.map((event) => (event.delta as { text?: string } | undefined)?.text ?? '').join('');
    expect(text).toBe('Grüße 👋');
  });

  it('gzip that no header declares', async () => {
    fake.script(says('Hello.', { delivery: { encoding: 'undeclared-gzip' } }));
    const response = await ask();
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(gunzipSync(Buffer.from(await response.arrayBuffer())).toString()).toContain('Hello.');
  });

  it('the part before a gate, and the rest when the gate is opened', async () => {
    const pause = gate();
    fake.script(says('Hello.', { delivery: { beforePart: { 2: pause } } }));
    const reader = ((await ask(stream)).body as ReadableStream<Uint8Array>).getReader();
    await pause.reached;
    let seen = '';
    while (!seen.includes('content_block_start')) seen += Buffer.from((await reader.read()).value ?? []).toString();
    expect(seen).not.toContain('message_stop');
    pause.open();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      seen += Buffer.from(part.value).toString();
    expect(seen).toContain('message_stop');
  });

  it('nothing: the connection is cut before the head', async () => {
    fake.script(says('Hello.', { delivery: { cut: 'before-head' } }));
    await expect(ask()).rejects.toThrow();
    expect(fake.requests[0]).toMatchObject({ aborted: false, status: 0 });
  });

  it('exactly so many bytes, then cuts', async () => {
    fake.script(says('Hello.', { delivery: { cut: { afterBytes: 100 } } }));
    const reader = ((await ask(stream)).body as ReadableStream<Uint8Array>).getReader();
    let bytes = 0;
    const read = async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.length;
    };
    await expect(read()).rejects.toThrow();
    expect(bytes).toBe(100);
  });
});

describe('the fake Anthropic records', () => {
  it('method, path, raw query, headers, raw body and its JSON', async () => {
    await call('/v1/messages?beta=true&x=%2F', { method: 'POST', body: '{"a": 1}' });
    expect(fake.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/messages',
      query: 'beta=true&x=%2F',
      json: { a: 1 },
      status: 400,
    });
    expect(fake.requests[0]?.body.toString()).toBe('{"a": 1}');
  });

  it('a client that leaves in the middle of an answer, and lets its socket go', async () => {
    const pause = gate();
    fake.script(says('Hello.', { delivery: { beforePart: { 1: pause } } }));
    const client = request(`${fake.url}/v1/messages`, { method: 'POST', agent: false, headers: subscriptionHeaders() });
    client.on('error', () => {}).end(JSON.stringify({ ...question, stream: true }));
    await pause.reached;
    client.destroy();
    const record = await fake.received();
    await record.done;
    await fake.idle();
    expect([record.aborted, fake.openSockets()]).toEqual([true, 0]);
  });

  it('headers that only a careless proxy sends', async () => {
    await fetch(`${fake.url}/v1/models`, { headers: { 'x-forwarded-for': '10.0.0.1' } });
    expect(fake.violations).toEqual(['GET /v1/models: x-forwarded-for']);
  });
});
