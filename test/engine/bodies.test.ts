import { once } from 'node:events';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { call, RawConnection } from '../amp/control-plane/stand.ts';
import { hello, type Running, startEngine } from './harness.ts';

const path = '/v1/messages';
const json = { 'content-type': 'application/json' };
const message = JSON.stringify(hello);
const limit = 1024 * 1024;
const limited = { settings: { 'body-limit': limit } };

function post(url: string, body: string | Buffer, headers: Record<string, string> = {}) {
  return call(url, path, { method: 'POST', headers: { ...json, ...headers } }, body);
}

/** The beginning of a request, with the connection that it came on. */
function begin(url: string, ...headers: string[]): RawConnection {
  const client = new RawConnection(url);
  client.send(`POST ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', '');
  return client;
}

/** Resolves when no request is left in the gateway. */
async function settled({ engine }: Running): Promise<void> {
  await expect.poll(() => engine.state().gateway.inFlight).toBe(0);
}

describe('a packed body', () => {
  it.each([
    ['gzip', gzipSync(message)],
    ['GZIP', gzipSync(message)],
    ['x-gzip', gzipSync(message)],
    ['deflate', deflateSync(message)],
    ['br', brotliCompressSync(message)],
    ['identity', Buffer.from(message)],
  ])('with %s is served by a local account, unpacked', async (encoding, body) => {
    const { url, anthropic } = await startEngine();
    expect((await post(url, body, { 'content-encoding': encoding })).status).toBe(200);
    expect(anthropic.requests[0]?.headers['content-encoding']).toBeUndefined();
    expect(anthropic.requests[0]?.json).toMatchObject({ messages: hello.messages });
  });

  it('goes to Amp as it came', async () => {
    const { url, amp } = await startEngine();
    const body = gzipSync(JSON.stringify({ ...hello, model: 'somebody-elses-model' }));
    const headers = { ...json, 'content-encoding': 'gzip' };
    await call(url, `/api/provider/anthropic${path}`, { method: 'POST', headers }, body);
    expect(amp.requests[0]?.body).toEqual(body);
    expect(amp.requests[0]?.headers['content-encoding']).toBe('gzip');
  });

  it.each([
    ['gzip', (bomb: Buffer) => gzipSync(bomb)],
    ['deflate', (bomb: Buffer) => deflateSync(bomb)],
    ['br', (bomb: Buffer) => brotliCompressSync(bomb)],
  ])('that unpacks to too much is refused: a bomb in %s', async (encoding, pack) => {
    const { url, anthropic } = await startEngine(limited);
    const bomb = pack(Buffer.alloc(16 * limit, ' '));
    expect(bomb.length).toBeLessThan(limit);
    const answer = await post(url, bomb, { 'content-encoding': encoding });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'error', error: { type: 'request_too_large' } });
    expect(anthropic.requests).toEqual([]);
  });

  it.each([
    ['snappy', Buffer.from(message), 415, 'snappy'],
    ['gzip, gzip', gzipSync(gzipSync(message)), 415, 'gzip, gzip'],
    ['gzip', Buffer.from(message), 400, 'not valid gzip'],
    ['gzip', gzipSync(message).subarray(0, 40), 400, 'not valid gzip'],
  ])('as %s that cannot be read is refused with words that say so', async (encoding, body, status, words) => {
    const { url } = await startEngine();
    const answer = await post(url, body, { 'content-encoding': encoding });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({
      type: 'error',
      error: { message: expect.stringContaining(words) },
    });
  });
});

describe('a body above the limit', () => {
  it('is refused at its head in the wire format, and the client that goes on sending reads the refusal', async () => {
    const running = await startEngine(limited);
    const whole = 8 * limit;
    const client = begin(running.url, `Content-Length: ${whole}`);
    const answer = await client.until('"request_id"');
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toContain('"type":"request_too_large"');
    // All of it is taken: a connection that is reset would not.
    client.socket.write(Buffer.alloc(whole));
    await client.ended();
    expect(client.socket.errored).toBeNull();
    await settled(running);
  });

  it('is refused in the middle when its length is not declared', async () => {
    const running = await startEngine(limited);
    const client = begin(running.url, 'Transfer-Encoding: chunked');
    const chunk = Buffer.alloc(256 * 1024);
    for (let sent = 0; sent <= limit; sent += chunk.length) {
      client.socket.write(`${chunk.length.toString(16)}\r\n`);
      client.socket.write(chunk);
      client.socket.write('\r\n');
    }
    expect(await client.until('request_too_large')).toMatch(/^HTTP\/1.1 413 /);
    client.socket.write('0\r\n\r\n');
    await client.ended();
    await settled(running);
  });

  it('is refused to HEAD and GET like any unknown route, without harm to the connection', async () => {
    const { url } = await startEngine(limited);
    const client = new RawConnection(url);
    const get = (method: string) => client.send(`${method} /v1/messages HTTP/1.1`, 'Host: 127.0.0.1', '', '');
    get('HEAD');
    const head = await client.until('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 404 /);
    expect(head.endsWith('\r\n\r\n')).toBe(true);
    get('GET');
    expect(await client.until('not_found')).toContain('HTTP/1.1 404');
    client.socket.destroy();
  });

  it('is given up when the client neither sends it nor closes', async () => {
    const running = await startEngine(limited);
    const client = begin(running.url, `Content-Length: ${8 * limit}`);
    await client.until('request_too_large');
    await client.ended();
    await settled(running);
  });
});

describe('a body that stops in the middle', () => {
  it('is given up after the idle limit, with 408 in the wire format', async () => {
    const running = await startEngine({ settings: { timeouts: { idle: 1 } } });
    const { url, anthropic, engine } = running;
    const client = begin(url, 'Content-Length: 1000');
    client.send('{"model":');
    const answer = await client.ended();
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('The request body stopped arriving');
    expect(anthropic.requests).toEqual([]);
    expect(engine.state().recent[0]).toMatchObject({ status: 408, reason: 'body_stalled' });
    await settled(running);
  });

  it('because the client left is forgotten at once', async () => {
    const running = await startEngine();
    const client = begin(running.url, 'Content-Length: 1000');
    client.send('{"model":');
    await expect.poll(() => running.engine.state().gateway.inFlight).toBe(1);
    client.socket.destroy();
    await settled(running);
    expect(running.engine.state().recent[0]?.status).toBe(499);
  });

  it('because a chunk is malformed is a bad request', async () => {
    const running = await startEngine();
    const client = begin(running.url, 'Transfer-Encoding: chunked');
    client.send('5\r\n{"mod\r\nXYZ\r\n');
    expect(await client.ended()).toMatch(/^HTTP\/1.1 400 /);
    await settled(running);
  });
});

describe('a refused upload', () => {
  it('without a key is read on, so that the client gets to see why', async () => {
    const running = await startEngine({ settings: { 'api-keys': ['local-key-1'] } });
    const client = begin(running.url, `Content-Length: ${4 * limit}`);
    await client.until('authentication_error');
    client.socket.write(Buffer.alloc(4 * limit));
    await once(client.socket, 'end');
    expect(client.socket.errored).toBeNull();
    await settled(running);
  });
});
