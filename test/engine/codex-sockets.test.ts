import { describe, expect, it } from 'vitest';
import { gate } from '../upstreams/gate.ts';
import { fails, says } from '../upstreams/openai-responses/replies.ts';
import type { RawReply } from '../upstreams/replies.ts';
import { startProxy } from './forward-proxy.ts';
import { connectSocket, create, responseId, startWithCodex, textOf } from './responses-socket.ts';

const model = 'gpt-5.5';

/** Closes the socket with a code, after some frames. */
const closes = (code: number, ...frames: object[]): RawReply => ({
  kind: 'raw',
  answer: { status: code, headers: {}, parts: frames.map((frame) => JSON.stringify(frame)) },
});
const begun = { type: 'response.created', response: { id: 'resp_1', status: 'in_progress', output: [] } };

describe('a ChatGPT account that takes WebSockets', () => {
  it('is asked over one, kept for the next turn, with everything that was said', async () => {
    const { url, codex, engine } = await startWithCodex();
    const client = await connectSocket(url);
    client.send(create(model, 'one'));
    const first = await client.turn();
    expect(textOf(first)).toBe('Hello from the fake ChatGPT.');
    expect(first.map(({ type }) => type)).not.toContain('codex.rate_limits');
    expect(first.at(-1)).toMatchObject({ type: 'response.completed' });
    client.send({ ...create(model, 'two'), previous_response_id: responseId(first) });
    expect((await client.turn()).at(-1)?.type).toBe('response.completed');
    expect(codex.frames).toHaveLength(2);
    expect(JSON.stringify(codex.frames[1])).toMatch(/one.*Hello from the fake.*two/);
    expect(codex.requests).toHaveLength(0);
    expect(codex.openSockets()).toBe(1);
    expect(engine.state().recent[0]).toMatchObject({
      status: 200,
      route: 'local',
      usage: { outputTokens: expect.any(Number) },
    });
    expect(engine.state().accounts[0]?.windows.length).toBeGreaterThan(0);
    client.ws.close();
    await codex.idle();
  });

  it('is asked over HTTP by clients on HTTP, and where its file does not say that it takes them', async () => {
    const { url, codex } = await startWithCodex();
    const { type: _, ...body } = create(model, 'hi');
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    expect((await fetch(`${url}/v1/responses`, init)).status).toBe(200);
    expect([codex.frames.length, codex.requests.length]).toEqual([0, 1]);
    const plain = await startWithCodex({}, {}, {});
    const client = await connectSocket(plain.url);
    client.send(create(model, 'hi'));
    expect(textOf(await client.turn())).toBe('Hello from the fake ChatGPT.');
    expect([plain.codex.frames.length, plain.codex.requests.length]).toEqual([0, 1]);
  });

  it.each([426, 404, 403, 500])(
    'that refuses the upgrade with %i is asked over HTTP from then on',
    async (refuseUpgrade) => {
      const { url, codex } = await startWithCodex({ refuseUpgrade });
      const client = await connectSocket(url);
      for (const text of ['one', 'two']) {
        client.send(create(model, text));
        expect(textOf(await client.turn())).toBe('Hello from the fake ChatGPT.');
      }
      expect([codex.frames.length, codex.requests.length]).toEqual([0, 2]);
    },
  );

  it('that has used up its limit hands over to the next one, with all that was said', async () => {
    const { url, codex, engine } = await startWithCodex({ accounts: [{}, {}] });
    const client = await connectSocket(url);
    client.send(create(model, 'one'));
    const first = await client.turn();
    const usedUp = { status: 429, type: 'usage_limit_reached', message: 'Used up.', more: { resets_in_seconds: 3600 } };
    codex.script(fails(usedUp));
    client.send({ ...create(model, 'two'), previous_response_id: responseId(first) });
    expect(textOf(await client.turn())).toBe('Hello from the fake ChatGPT.');
    expect(engine.state().recent[0]?.attempts).toMatchObject([
      { via: 'codex-0', status: 429 },
      { via: 'codex-1', status: 200 },
    ]);
    expect(JSON.stringify(codex.frames.at(-1))).toMatch(/one.*two/);
  });

  it('serves all that is said on a socket, while other sockets go to others', async () => {
    const options = { settings: { routing: { strategy: 'round-robin' } } };
    const account = { priority: 0, attributes: { websockets: 'true' } };
    const { url, engine } = await startWithCodex({ accounts: [{}, {}] }, options, account);
    const [one, other] = [await connectSocket(url), await connectSocket(url)];
    // In turns that are not those of the accounts.
    for (const [index, client] of [one, other, other, one].entries()) {
      client.send(create(model, `text ${index}`));
      await client.turn();
    }
    const [last, third, second, first] = engine.state().recent.map(({ accountLabel }) => accountLabel);
    expect([third, last]).toEqual([second, first]);
    expect(first).not.toBe(second);
  });

  it('that reaches its limit of sockets is asked elsewhere at once', async () => {
    const { url, codex, engine } = await startWithCodex({ accounts: [{}, {}] });
    const client = await connectSocket(url);
    const limit = { type: 'invalid_request_error', code: 'websocket_connection_limit_reached', message: 'Too many.' };
    codex.script(closes(1000, { type: 'error', status: 400, error: limit }));
    client.send(create(model, 'hi'));
    expect((await client.turn()).at(-1)?.type).toBe('response.completed');
    expect(engine.state().accounts.map(({ status }) => status)).toEqual(['ready', 'ready']);
  });

  it('goes through the proxy of the settings', async () => {
    const proxy = await startProxy();
    const { url, codex } = await startWithCodex({}, { settings: { 'proxy-url': proxy.url } });
    const client = await connectSocket(url);
    client.send(create(model, 'hi'));
    expect(textOf(await client.turn())).toBe('Hello from the fake ChatGPT.');
    expect(codex.frames).toHaveLength(1);
    expect(proxy.targets).toEqual([new URL(codex.origin).host]);
  });
});

describe('an upstream that closes its WebSocket', () => {
  it.each([1000, 1001, 1006, 1008])('with %i before the answer is no fault of the account', async (code) => {
    const { url, codex, engine } = await startWithCodex();
    codex.script(closes(code));
    const client = await connectSocket(url);
    client.send(create(model, 'hi'));
    expect((await client.turn()).at(-1)?.type).toMatch(/^(error|response\.completed)$/);
    expect(engine.state().accounts[0]?.status).toBe('ready');
  });

  it('with 1009 says that the message was too big', async () => {
    const { url, codex } = await startWithCodex();
    codex.script(closes(1009));
    const client = await connectSocket(url);
    client.send(create(model, 'hi'));
    expect(await client.turn()).toMatchObject([{ type: 'error', status: 413, error: { code: 'message_too_big' } }]);
  });

  it.each([1011, 1012, 1013])('with %i is in trouble: the next account is asked', async (code) => {
    const { url, codex, engine } = await startWithCodex({ accounts: [{}, {}] });
    codex.script(closes(code));
    const client = await connectSocket(url);
    client.send(create(model, 'hi'));
    expect((await client.turn()).at(-1)?.type).toBe('response.completed');
    expect(engine.state().recent[0]?.attempts.at(-1)).toMatchObject({ outcome: 'served' });
  });

  it.each([1000, 1006, 1009, 1011])('with %i within the answer ends the turn once, as failed', async (code) => {
    const { url, codex } = await startWithCodex();
    const item = {
      type: 'response.output_text.delta',
      item_id: 'msg_1',
      output_index: 0,
      content_index: 0,
      delta: 'Hal',
    };
    codex.script(closes(code, begun, item));
    const client = await connectSocket(url);
    client.send(create(model, 'hi'));
    const frames = await client.turn();
    expect([textOf(frames), frames.at(-1)?.type]).toEqual(['Hal', 'response.failed']);
    client.send(create(model, 'again'));
    expect((await client.turn()).at(-1)?.type).toBe('response.completed');
  });

  it('while it was idle is asked over a new one', async () => {
    const { url, codex } = await startWithCodex();
    const client = await connectSocket(url);
    client.send(create(model, 'one'));
    await client.turn();
    codex.script(closes(1001));
    client.send(create(model, 'two'));
    expect((await client.turn()).at(-1)?.type).toBe('response.completed');
    expect(codex.frames).toHaveLength(3);
  });
});

it('a client that leaves within a turn takes the socket to the upstream along', async () => {
  const { url, codex, engine } = await startWithCodex();
  const never = gate();
  codex.script(says('x', { delivery: { beforeHead: never } }));
  const client = await connectSocket(url);
  client.send(create(model, 'hi'));
  await never.reached;
  client.ws.terminate();
  await codex.idle();
  await expect.poll(() => engine.state().recent[0]?.status).toBe(499);
  expect(engine.state().accounts[0]).toMatchObject({ serving: 0, status: 'ready' });
});
