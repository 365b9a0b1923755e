import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageQuery } from '../../preload/journal-view.ts';
import { RawConnection } from '../amp/control-plane/stand.ts';
import { says } from '../upstreams/anthropic/replies.ts';
import { gate } from '../upstreams/gate.ts';
import { startEngine } from './harness.ts';
import { connectSocket, create, responseId, textOf } from './responses-socket.ts';

const model = 'claude-opus-4-7';
const paths = ['/v1/responses', '/responses', '/api/provider/openai/v1/responses', '/api/provider/openai/responses'];

describe('GET /v1/responses as a WebSocket', () => {
  it.each(paths)('is served at %s by whatever account has the model', async (path) => {
    const { url, anthropic, engine } = await startEngine();
    anthropic.script(says('Hello there'));
    const client = await connectSocket(url, path);
    client.send(create(model, 'say hi'));
    const frames = await client.turn();
    expect(textOf(frames)).toBe('Hello there');
    expect(frames[0]).toMatchObject({ type: 'response.created' });
    expect(frames.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } });
    const [record] = engine.state().recent;
    expect(record).toMatchObject({
      path,
      status: 200,
      modelAsked: model,
      route: 'local',
      wireFormat: 'openai-responses',
    });
    expect(record?.attempts).toMatchObject([{ outcome: 'served' }]);
    expect(record?.usage?.outputTokens).toBeGreaterThan(0);
  });

  it('takes turn after turn: by the last answer, by appending, and after a warm-up', async () => {
    const { url, anthropic } = await startEngine();
    const client = await connectSocket(url);
    client.send(create(model, 'warm', { generate: false }));
    const warm = await client.turn();
    expect(anthropic.requests).toHaveLength(0);
    client.send({ ...create(model, 'one'), previous_response_id: responseId(warm) });
    const first = await client.turn();
    client.send({ ...create(model, 'two'), previous_response_id: responseId(first) });
    await client.turn();
    client.send({ type: 'response.append', input: create(model, 'three').input });
    expect((await client.turn()).at(-1)).toMatchObject({ type: 'response.completed' });
    const said = anthropic.requests.at(-1)?.json as { messages: { role: string }[] } | undefined;
    expect(JSON.stringify(said)).toMatch(/warm.*one.*two.*three/);
    expect(said?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
  });

  it('what cannot be carried is left out, and named in the journal', async () => {
    const { url, engine } = await startEngine();
    const client = await connectSocket(url);
    client.send(create(model, 'hi', { text: { verbosity: 'low' }, top_logprobs: 0, seed: 3 }));
    expect((await client.turn()).at(-1)?.type).toBe('response.completed');
    expect(engine.state().recent[0]?.reason).toMatch(/; left out: .*seed/);
  });

  it('an answer of another socket is not known, and that is told in a frame', async () => {
    const { url } = await startEngine();
    const client = await connectSocket(url);
    client.send({ ...create(model, 'one'), previous_response_id: 'resp_unknown' });
    expect(await client.turn()).toMatchObject([
      { type: 'error', status: 400, error: { code: 'previous_response_not_found' } },
    ]);
  });

  it('asks for a key like every route, and takes it in each place that they do', async () => {
    const { url } = await startEngine({ settings: { 'api-keys': ['local-key'] } });
    await expect(connectSocket(url)).rejects.toThrow('401');
    await expect(connectSocket(url, '/v1/responses', { authorization: 'Bearer wrong' })).rejects.toThrow('401');
    await connectSocket(url, '/v1/responses', { authorization: 'Bearer local-key' });
    await connectSocket(url, '/v1/responses?key=local-key');
    await expect(connectSocket(url, '/v1/responses', { origin: 'http://evil.example' })).rejects.toThrow('403');
  });

  it('refuses with 426 where there is no such conversation, after which Codex goes on over HTTP', async () => {
    const { url } = await startEngine();
    for (const path of ['/v1/responses/compact', '/backend-api/codex/responses'])
      await expect(connectSocket(url, path)).rejects.toThrow('426');
    const old = new RawConnection(url);
    const head = ['GET /v1/responses HTTP/1.1', 'Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket'];
    old.send(...head, 'Sec-WebSocket-Version: 8', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', '', '');
    expect(await old.ended()).toMatch(/^HTTP\/1\.1 426 [\s\S]*sec-websocket-version: 13/);
    old.socket.destroy();
  });

  it('tells of a request that fails, and goes on', async () => {
    const { url, engine } = await startEngine();
    const client = await connectSocket(url);
    client.send(create('nobody-has-this', 'hi'));
    expect(await client.turn()).toMatchObject([{ type: 'error', status: 404, error: { code: 'model_not_found' } }]);
    client.send(create(model, 'hi'));
    expect((await client.turn()).at(-1)?.type).toBe('response.completed');
    await expect.poll(() => engine.state().recent.map(({ status }) => status)).toEqual([200, 404]);
  });
});

describe('what Amp serves on a WebSocket', () => {
  it('goes there as the request that it stands for', async () => {
    const { url, amp, engine } = await startEngine();
    const client = await connectSocket(url, '/api/provider/openai/v1/responses', {
      'openai-beta': 'responses_websockets=2026-02-06',
      'x-amp-thread-id': 'T-1',
    });
    client.send(create('gpt-9', 'hi'));
    expect(textOf(await client.turn())).not.toBe('');
    const [asked] = amp.requests.filter(({ path }) => path === '/api/provider/openai/v1/responses');
    expect(asked).toMatchObject({ method: 'POST', json: { model: 'gpt-9', stream: true } });
    expect(asked?.headers).toMatchObject({ 'x-amp-thread-id': 'T-1', 'content-type': 'application/json' });
    expect(Object.keys(asked?.headers ?? {}).join()).not.toMatch(
      /upgrade|sec-websocket|openai-beta|x-session-affinity/,
    );
    expect(engine.state().recent[0]).toMatchObject({ tool: 'Amp', route: 'amp', status: 200 });
  });
});

it('pings a client now and then, which need not answer', async () => {
  const { url } = await startEngine({ settings: { timeouts: { 'keep-alive': 1 } } });
  const client = await connectSocket(url);
  await once(client.ws, 'ping');
  await once(client.ws, 'ping');
  expect(client.ws.readyState).toBe(client.ws.OPEN);
});

it('writes turns down where requests are', async () => {
  const { url, dataDir, engine } = await startEngine({ settings: { 'request-log': true } });
  const client = await connectSocket(url);
  client.send(create(model, 'a secret plan'));
  await client.turn();
  const id = engine.state().recent[0]?.id ?? 'none';
  const found = async () => (await readdir(dataDir, { recursive: true })).filter((name) => name.includes(id));
  await expect.poll(found).toHaveLength(1);
  const [file = ''] = await found();
  expect(await readFile(join(dataDir, file), 'utf8')).toMatch(/a secret plan[\s\S]*response\.completed/);
});

describe('clients that misbehave', () => {
  it('get an error frame for garbage, unknown types and appending to nothing, and may go on', async () => {
    const { url } = await startEngine();
    const client = await connectSocket(url);
    for (const frame of ['{', '[]', 'null', { type: 'session.update' }, { type: 'response.append', input: [] }]) {
      client.send(frame);
      expect(await client.turn()).toMatchObject([{ type: 'error', status: 400 }]);
    }
    client.send({ type: 'response.create' });
    expect(await client.turn()).toMatchObject([{ type: 'error', status: 400, error: { param: 'model' } }]);
    client.send(create(model, 'hi'));
    expect((await client.turn()).at(-1)?.type).toBe('response.completed');
  });

  it('two requests at once are served one after the other', async () => {
    const { url, anthropic } = await startEngine();
    anthropic.script(says('first'), says('second'));
    const client = await connectSocket(url);
    client.send(create(model, 'one'));
    client.send(create(model, 'two'));
    expect([textOf(await client.turn()), textOf(await client.turn())]).toEqual(['first', 'second']);
  });

  it('a message beyond the limit closes with 1009', async () => {
    const { url } = await startEngine({ settings: { 'body-limit': 100_000 } });
    const client = await connectSocket(url);
    client.send(create(model, 'x'.repeat(200_000)));
    expect(await client.closed).toBe(1009);
  });

  it('text that is no UTF-8 closes with 1007', async () => {
    const { url } = await startEngine();
    const client = await connectSocket(url);
    client.ws.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect(await client.closed).toBe(1007);
  });

  it('clients that leave at any moment leave nothing behind', async () => {
    const { url, engine, anthropic } = await startEngine();
    const never = gate();
    const stuck = says('x', { delivery: { beforeHead: never } });
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = { sockets: sockets(), timers: timers() };
    for (let round = 0; round < 20; round++) {
      anthropic.script(stuck);
      const client = await connectSocket(url);
      client.send(create(model, `round ${round}`));
      await anthropic.received(({ body }) => body.includes(`round ${round}"`));
      client.ws.terminate();
    }
    const idle = await connectSocket(url);
    idle.ws.terminate();
    const statuses = async () => (await engine.journal.page(pageQuery.parse({}))).requests.map(({ status }) => status);
    await expect.poll(statuses).toEqual(Array(20).fill(499));
    expect(engine.state().accounts[0]).toMatchObject({ serving: 0, status: 'ready' });
    await expect.poll(() => anthropic.openSockets()).toBe(0);
    await expect.poll(() => sockets()).toBeLessThanOrEqual(before.sockets);
    await expect.poll(() => timers()).toBeLessThanOrEqual(before.timers + 2);
  });
});

describe('stopping', () => {
  it('says goodbye to idle sockets, and lets a turn end first', async () => {
    const { url, engine, anthropic } = await startEngine();
    const waits = gate();
    anthropic.script(says('at last', { delivery: { beforeHead: waits } }));
    const [idle, busy] = [await connectSocket(url), await connectSocket(url)];
    busy.send(create(model, 'hi'));
    await anthropic.received(({ path }) => path === '/v1/messages');
    const stopped = engine.stop();
    expect(await idle.closed).toBe(1001);
    waits.open();
    expect(textOf(await busy.turn())).toBe('at last');
    expect(await busy.closed).toBe(1001);
    await stopped;
  });
});

describe('an upgrade to something else', () => {
  it('is not taken notice of: the request is served as it is, its body too', async () => {
    const { url } = await startEngine();
    const body = JSON.stringify({ model, max_tokens: 10, messages: [{ role: 'user', content: 'say hi' }] });
    const connection = new RawConnection(url);
    const head = [
      'POST /v1/messages HTTP/1.1',
      'Host: 127.0.0.1',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ];
    connection.send(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 20)}`);
    connection.send(body.slice(20));
    await connection.until('"stop_reason"');
    expect(connection.text).toContain('HTTP/1.1 200');
  });
});
