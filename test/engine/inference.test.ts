import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { freePort } from '../accounts/sign-in/stand.ts';
import { errors } from '../upstreams/anthropic/errors.ts';
import { callsTools, fails, rateLimited, says } from '../upstreams/anthropic/replies.ts';
import { gate } from '../upstreams/gate.ts';
import { hello, startEngine } from './harness.ts';

describe("Amp's model calls", () => {
  it('are answered by the Claude account, with what its grant needs and nothing that betrays the local caller', async () => {
    const { messages, anthropic, amp } = await startEngine({ anthropic: { text: 'Hi from Claude' } });
    const answer = await messages(
      {},
      { headers: { 'x-api-key': 'sgamp_user_mine', 'anthropic-version': '2023-06-01' } },
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ content: [{ type: 'text', text: 'Hi from Claude' }] });
    expect(answer.headers.get('x-fusebox-route')).toBe('local; the only account that serves this model');
    expect(answer.headers.get('x-fusebox-account')).toBe('owner@example.com');
    const [seen] = anthropic.requests;
    expect(seen?.headers.authorization).toBe(`Bearer ${anthropic.account.accessToken}`);
    expect(seen?.headers['x-api-key']).toBeUndefined();
    expect(anthropic.violations).toEqual([]);
    expect(amp.requests).toEqual([]);
  });

  it('are streamed byte for byte', async () => {
    const { messages, anthropic, url } = await startEngine();
    anthropic.script(says('A stream with several deltas, as they come', { thinking: 'Let me think', pings: true }));
    const streamed = await (await messages({ stream: true })).text();
    const direct = await fetch(`${anthropic.url}/v1/messages`, { method: 'POST' });
    expect(direct.status).toBe(401);
    expect(streamed).toMatch(/^event: message_start\n/);
    expect(streamed).toMatch(/event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/);
    expect(streamed).toContain('"signature_delta"');
    expect(url).toContain('127.0.0.1');
  });

  it('lose the 1M-context beta on the way to an account, and keep it on the way to Amp', async () => {
    const { messages, anthropic, amp } = await startEngine();
    const headers = { 'anthropic-beta': 'fine-grained-tool-streaming-2025-05-14, context-1m-2025-08-07' };
    expect((await messages({}, { headers })).status).toBe(200);
    expect(anthropic.requests[0]?.headers['anthropic-beta']).toBe(
      'fine-grained-tool-streaming-2025-05-14,oauth-2025-04-20',
    );
    expect((await messages({ model: 'somebody-elses-model' }, { headers })).headers.get('x-fusebox-route')).toBe(
      'amp; no account serves somebody-elses-model',
    );
    expect(amp.requests[0]?.headers['anthropic-beta']).toBe(headers['anthropic-beta']);
  });

  it('go to Amp with the original body, query and headers when no account serves the model', async () => {
    const { url, amp, engine } = await startEngine({ signedIn: false, amp: { text: 'Hi from Amp' } });
    const body = `{ "max_tokens":1e2,  "model" : "claude-opus-4-7","big":12345678901234567890, "messages":[{"role":"user","content":"é"}]}`;
    const answer = await fetch(`${url}/api/provider/anthropic/v1/messages?beta=true&x=%20y`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-amp-thread-id': 'T-1', 'x-api-key': 'whatever' },
      body,
    });
    expect(await answer.text()).toContain('Hi from Amp');
    const seen = amp.requests[0];
    expect(seen?.body.toString()).toBe(body);
    expect(seen?.query).toBe('beta=true&x=%20y');
    expect(seen?.headers).toMatchObject({
      'x-amp-thread-id': 'T-1',
      'x-api-key': amp.token,
      authorization: `Bearer ${amp.token}`,
    });
    expect(amp.violations).toEqual([]);
    expect(engine.state().amp.creditRequestsToday).toBe(1);
  });

  it('are mapped to another model and answered under the name that was asked for', async () => {
    const { messages, anthropic } = await startEngine({
      ampcode: { 'model-mappings': [{ from: 'gpt-5.4', to: 'claude-sonnet-4-5-20250929' }] },
    });
    anthropic.script(callsTools([{ name: 'Bash', input: { cmd: 'ls' } }]));
    const answer = await messages({ model: 'gpt-5.4', tools: [{ name: 'Bash', input_schema: { type: 'object' } }] });
    expect(await answer.json()).toMatchObject({
      model: 'gpt-5.4',
      content: [{ type: 'tool_use', name: 'Bash', signature: '' }],
    });
    expect(anthropic.requests[0]?.json).toMatchObject({ model: 'claude-sonnet-4-5-20250929' });
  });

  it('count tokens without changing the question', async () => {
    const { messages, anthropic } = await startEngine();
    const { max_tokens: _, ...question } = hello;
    const answer = await messages(
      { ...question, max_tokens: undefined },
      { path: '/api/provider/anthropic/v1/messages/count_tokens' },
    );
    expect(await answer.json()).toHaveProperty('input_tokens');
    expect(anthropic.requests[0]?.path).toBe('/v1/messages/count_tokens');
  });
});

describe('a refused access token', () => {
  it('is refreshed once, stored, and the request tried again', async () => {
    const { messages, anthropic, engine } = await startEngine();
    const before = anthropic.account.accessToken;
    anthropic.account.expired = true;
    const answer = await messages();
    expect(answer.status).toBe(200);
    expect(anthropic.account.accessToken).not.toBe(before);
    expect(engine.state().recent[0]?.attempts.map(({ outcome }) => outcome.split(':')[0])).toEqual(['auth', 'served']);
  });

  it('ends in a needed sign-in, without further calls, when the refresh token is dead too', async () => {
    const { messages, anthropic, engine } = await startEngine();
    anthropic.account.expired = true;
    anthropic.account.refreshToken = 'sk-ant-ort01-somebody-else-has-rotated-it';
    const refused = await messages();
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain('Sign in to that account again');
    expect(engine.state().accounts[0]?.status).toBe('needs-sign-in');
    const calls = anthropic.requests.length;
    expect((await messages()).status).toBe(503);
    expect(anthropic.requests.length).toBe(calls);
  });
});

describe('failures of the upstream', () => {
  it('reach the client as they are before the first byte', async () => {
    const { messages, anthropic } = await startEngine();
    anthropic.script(rateLimited('retry-after', 17, Date.now()));
    const answer = await messages({ stream: true });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('17');
    expect(await answer.json()).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
  });

  it('are answers of their own after the handshake of a stream too', async () => {
    const { messages, anthropic } = await startEngine({ settings: { 'max-retry-interval': 0 } });
    anthropic.script(says('never seen', { errorEvent: { at: 1, type: 'overloaded_error', message: 'Overloaded' } }));
    const answer = await messages({ stream: true });
    expect(answer.status).toBe(529);
    expect(await answer.json()).toMatchObject({ error: { type: 'overloaded_error' } });
  });

  it('that pass soon are waited for', async () => {
    const { messages, anthropic, engine } = await startEngine();
    anthropic.script(rateLimited('retry-after-ms', 0.02, Date.now()));
    expect((await messages()).status).toBe(200);
    expect(engine.state().recent[0]?.attempts.map(({ outcome }) => outcome.split(':')[0])).toEqual(['quota', 'served']);
  });

  it('become one retryable error event when the answer has begun', async () => {
    const { messages, anthropic } = await startEngine();
    anthropic.script(
      says('This answer will be cut in the middle of an event', { delivery: { cut: { afterBytes: 900 } } }),
    );
    const text = await (await messages({ stream: true })).text();
    const events = text.trimEnd().split('\n\n');
    expect(events.at(-1)).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"api_error"/);
    for (const event of events) expect(() => JSON.parse(event.split('\ndata: ')[1] ?? '')).not.toThrow();
    expect(text).not.toContain('message_stop');
  });

  it('name the field when the client is at fault, in its own wire format', async () => {
    const { messages, url } = await startEngine();
    const missing = await messages({ model: undefined }, { path: '/v1/messages' });
    expect(missing.status).toBe(400);
    expect(await missing.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining('model') },
    });
    const broken = await fetch(`${url}/v1/messages`, { method: 'POST', body: '{"model": "claude-opus-4-7"' });
    expect(broken.status).toBe(400);
    const unknown = await messages({ model: 'gpt-9' }, { path: '/v1/messages' });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { type: 'not_found_error' } });
  });
});

describe('a client that goes away', () => {
  it('aborts the upstream at once', async () => {
    const { messages, anthropic, engine } = await startEngine();
    const hold = gate();
    anthropic.script(says('slow', { delivery: { beforePart: { 3: hold } } }));
    const control = new AbortController();
    const answer = await messages({ stream: true }, { signal: control.signal });
    await answer.body?.getReader().read();
    await hold.reached;
    control.abort();
    await anthropic.idle();
    hold.open();
    await expect.poll(() => engine.state().recent[0]?.status).toBe(499);
  });
});

describe('the journal and the log', () => {
  it('tell who served and why, and hold no secret', async () => {
    const { messages, engine, logLines, anthropic, amp, dataDir } = await startEngine({
      settings: { 'logging-to-file': true, 'max-retry-interval': 0 },
    });
    await messages({ stream: true });
    await messages({ model: 'unknown-model' });
    anthropic.script(fails(errors.rateLimit('too fast')));
    await messages();
    const [limited, paid, served] = engine.state().recent;
    expect(served).toMatchObject({
      route: 'local',
      modelServed: 'claude-opus-4-7',
      status: 200,
      usage: { outputTokens: expect.any(Number) },
    });
    expect(paid).toMatchObject({ route: 'amp', reason: 'no account serves unknown-model' });
    expect(limited).toMatchObject({ status: 429 });
    const written = `${logLines.join('')}${await readFile(`${dataDir}/logs/fusebox.log`, 'utf8')}${JSON.stringify(engine.state())}`;
    for (const secret of [anthropic.account.accessToken, anthropic.account.refreshToken, amp.token])
      expect(written).not.toContain(secret);
    expect(logLines.length).toBeGreaterThan(0);
  });
});

describe('paid requests', () => {
  it('are not counted when Amp never got them', async () => {
    const { messages, amp, engine } = await startEngine({ signedIn: false });
    await amp.close();
    expect((await messages()).status).toBe(502);
    expect(engine.state().amp.creditRequestsToday).toBe(0);
  });

  it('stop at the limit of the day, also for parts of the API that are not served here', async () => {
    const { messages, url, amp } = await startEngine({ signedIn: false, ampcode: { 'credit-guard': 1 } });
    expect((await messages()).status).toBe(200);
    const refused = await messages();
    expect(refused.status).toBe(402);
    expect(await refused.json()).toMatchObject({ error: { type: 'billing_error' } });
    expect((await fetch(`${url}/api/provider/openai/v1/embeddings`, { method: 'POST', body: '{}' })).status).toBe(402);
    expect(amp.requests).toHaveLength(1);
  });
});

describe('Claude Code on the plain API', () => {
  it('loses the 1M-context beta on a subscription', async () => {
    const { messages, anthropic } = await startEngine();
    const headers = {
      'anthropic-beta': 'claude-code-20250219,context-1m-2025-08-07',
      'user-agent': 'claude-cli/2.1.197',
    };
    expect((await messages({}, { path: '/v1/messages?beta=true', headers })).status).toBe(200);
    expect(anthropic.requests[0]?.headers['anthropic-beta']).toBe('claude-code-20250219,oauth-2025-04-20');
  });
});

describe('the address in the settings', () => {
  it('moves a running gateway, and the command line finds it there', async () => {
    const { settings, dataDir } = await startEngine();
    const port = await freePort();
    await settings.update({ port });
    await expect
      .poll(async () => JSON.parse(await readFile(`${dataDir}/instance.json`, 'utf8')).url)
      .toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });
});
