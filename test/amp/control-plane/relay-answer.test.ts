import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createGzip, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultUnpackLimits } from '../../../main/amp/control-plane/unpack.ts';
import { gate } from '../../upstreams/gate.ts';
import { Cleanup, call, RawConnection, standstill } from './stand.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const json = Buffer.from(JSON.stringify({ ok: true, result: 'x'.repeat(5_000) }));
const packed = gzipSync(json);

/** A stand whose upstream answers every request with `answer`. Small limits, so that every way is taken. */
async function answering(answer: (res: ServerResponse) => unknown, held = 64 * 1024) {
  const upstream = await cleanup.server(async (_req, res) => void (await answer(res)));
  const unpackLimits = { ...defaultUnpackLimits, held };
  return cleanup.stand({ upstreamUrl: upstream.origin, more: { unpackLimits } });
}

describe('an answer that is gzip without saying so', () => {
  it.each([200, 201, 400, 401, 404, 500])(
    'is unpacked, with the right length and no encoding, at status %s',
    async (status) => {
      const headers = { 'content-type': 'application/json', 'content-length': packed.length, 'x-other': 'kept' };
      const stand = await answering((res) => res.writeHead(status, headers).end(packed));
      const answer = await call(stand.origin, '/api/user');
      expect(answer.status).toBe(status);
      expect(answer.body.equals(json)).toBe(true);
      expect(answer.headers).toMatchObject({ 'content-length': String(json.length), 'x-other': 'kept' });
      expect(answer.headers).not.toHaveProperty('content-encoding');
    },
  );

  it('is unpacked when it comes in chunks of one byte', async () => {
    const stand = await answering(async (res) => {
      res.setHeader('content-type', 'application/json');
      for (const byte of packed) {
        res.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      res.end();
    });
    const answer = await call(stand.origin, '/api/user');
    expect(answer.body.equals(json)).toBe(true);
    expect(answer.headers['content-length']).toBe(String(json.length));
  });

  it('is unpacked as it arrives when it is long', async () => {
    const long = Buffer.concat([randomBytes(200_000), Buffer.alloc(400_000, 'abc')]);
    const bytes = gzipSync(long);
    const rest = gate();
    const stand = await answering(async (res) => {
      res.setHeader('content-length', bytes.length);
      res.write(bytes.subarray(0, 100_000));
      await rest.opened;
      res.end(bytes.subarray(100_000));
    });
    const client = new RawConnection(stand.origin);
    client.send('GET /api/user HTTP/1.1', 'Host: x', '', '');
    expect((await client.until('\r\n\r\n')).toLowerCase()).not.toContain('content-length');
    client.socket.destroy();
    rest.open();
    const answer = await call(stand.origin, '/api/user');
    expect(answer.body.equals(long)).toBe(true);
    expect(answer.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
  });

  it('may be empty or consist of several parts', async () => {
    const bodies = [gzipSync(''), Buffer.concat([gzipSync('one'), gzipSync('two')])];
    const stand = await answering((res) => res.end(bodies.shift()));
    expect(await call(stand.origin, '/api/user')).toMatchObject({ text: '', headers: { 'content-length': '0' } });
    expect(await call(stand.origin, '/api/user')).toMatchObject({ text: 'onetwo', headers: { 'content-length': '6' } });
  });

  it('fails when it unpacks to far more than it is', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024));
    const stand = await answering((res) => res.end(bomb));
    const answer = await call(stand.origin, '/api/user');
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.text).error).toBe('upstream_invalid');
    expect(await stand.ended(1)).toMatchObject([{ status: 502, problem: 'answer unpacks to too much' }]);
  });

  it('loses its connection when that shows only later', async () => {
    const bomb = gzipSync(Buffer.concat([randomBytes(100_000), Buffer.alloc(64 * 1024 * 1024)]));
    const stand = await answering((res) => res.end(bomb), 1024);
    await expect(call(stand.origin, '/api/user')).rejects.toThrow('aborted');
    expect(await stand.ended(1)).toMatchObject([{ status: 502, problem: 'answer broke off' }]);
  });

  it('loses its connection when the end of a long one is missing', async () => {
    const bytes = gzipSync(randomBytes(300_000));
    const stand = await answering((res) => res.end(bytes.subarray(0, 200_000)));
    await expect(call(stand.origin, '/api/user')).rejects.toThrow('aborted');
  });
});

describe('an answer passes byte for byte', () => {
  const cut = packed.subarray(0, packed.length - 5);
  const fakeLong = Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(200_000, 'no gzip')]);
  const endlessName = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]), Buffer.alloc(200_000, 'name')]);

  it.each<[string, Buffer, Record<string, string>]>([
    ['with a declared encoding', packed, { 'content-encoding': 'gzip' }],
    ['with an encoding of another name', packed, { 'content-encoding': 'x-special' }],
    ['as server-sent events', packed, { 'content-type': 'text/event-stream; charset=utf-8' }],
    ['as a gzip file', packed, { 'content-type': 'application/gzip' }],
    ['when its gzip data is cut off', cut, {}],
    ['when its gzip data is damaged', Buffer.concat([packed.subarray(0, 20), packed.subarray(30)]), {}],
    ['when it only begins like gzip', Buffer.from([0x1f, 0x8b, 0x41, 0x42]), {}],
    ['when it only begins like gzip and is long', fakeLong, {}],
    ['when its gzip header has no end', endlessName, {}],
    ['when it has only the first byte of gzip', Buffer.from([0x1f]), {}],
    ['when it has only the two', Buffer.from([0x1f, 0x8b]), {}],
    ['when it is empty', Buffer.alloc(0), {}],
    ['when it is plain', json, { 'content-type': 'application/json' }],
    ['when it is long and plain', randomBytes(500_000), {}],
  ])('%s', async (_, body, headers) => {
    const stand = await answering((res) => res.writeHead(200, { ...headers, 'content-length': body.length }).end(body));
    const answer = await call(stand.origin, '/api/user');
    expect(answer.body.equals(body)).toBe(true);
    expect(answer.headers).toMatchObject({ ...headers, 'content-length': String(body.length) });
    expect('content-encoding' in answer.headers).toBe('content-encoding' in headers);
  });

  it('as a part of something', async () => {
    const headers = { 'content-range': 'bytes 0-99/200', 'content-length': packed.length };
    const stand = await answering((res) => res.writeHead(206, headers).end(packed));
    expect((await call(stand.origin, '/api/user')).body.equals(packed)).toBe(true);
  });

  it.each([204, 304])('and has no body at status %s', async (status) => {
    const stand = await answering((res) => res.writeHead(status, { etag: '"x"' }).end());
    expect(await call(stand.origin, '/api/user')).toMatchObject({ status, text: '', headers: { etag: '"x"' } });
  });

  it('and keeps the length that a HEAD request asks for', async () => {
    const stand = await answering((res) => res.writeHead(200, { 'content-length': 777 }).end());
    const answer = await call(stand.origin, '/api/user', { method: 'HEAD' });
    expect([answer.text, answer.headers['content-length']]).toEqual(['', '777']);
  });

  it('and keeps cookies, redirects and its reason, but no permission for other origins', async () => {
    const headers = {
      location: 'https://ampcode.com/x',
      'set-cookie': ['a=1', 'b=2'],
      'access-control-allow-origin': '*',
    };
    const stand = await answering((res) => res.writeHead(307, 'Go There', headers).end());
    const client = new RawConnection(stand.origin);
    client.send('GET /api/user HTTP/1.1', 'Host: x', '', '');
    const head = (await client.until('\r\n\r\n')).split('\r\n');
    expect(head[0]).toBe('HTTP/1.1 307 Go There');
    expect(head).toEqual(
      expect.arrayContaining(['set-cookie: a=1', 'set-cookie: b=2', 'location: https://ampcode.com/x']),
    );
    expect(head.join()).not.toContain('access-control');
  });

  it('at once, when it is a stream: head before the first byte, each byte when it comes', async () => {
    const steps = [gate(), gate()] as const;
    const stand = await answering(async (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      await steps[0].opened;
      res.write(':');
      await steps[1].opened;
      res.end('\n\n');
    });
    const client = new RawConnection(stand.origin);
    client.send('GET /api/user HTTP/1.1', 'Host: x', '', '');
    await client.until('text/event-stream');
    steps[0].open();
    await client.until('\r\n:\r\n');
    steps[1].open();
    await client.until('0\r\n\r\n');
  });

  it('chunk by chunk, when it is plain and chunked', async () => {
    const next = gate();
    const stand = await answering(async (res) => {
      res.write('{');
      await next.opened;
      res.end('}');
    });
    const client = new RawConnection(stand.origin);
    client.send('GET /api/user HTTP/1.1', 'Host: x', '', '');
    await client.until('\r\n{\r\n');
    next.open();
    await client.until('\r\n}\r\n');
  });
});

it('a slow client slows the server down, and gets everything in the end', async () => {
  const total = 64 * 1024 * 1024;
  let written = 0;
  const stand = await answering(async (res) => {
    const piece = Buffer.alloc(256 * 1024, 'y');
    for (; written < total; written += piece.length) {
      if (!res.write(piece)) await new Promise((resolve) => res.once('drain', resolve));
    }
    res.end();
  });
  const client = new RawConnection(stand.origin);
  client.socket.removeAllListeners('data');
  client.socket.pause();
  client.send('GET /api/threads/x HTTP/1.1', 'Host: x', 'Connection: close', '', '');
  expect(await standstill(() => written)).toBeLessThan(total / 2);
  let received = 0;
  for await (const chunk of client.socket) received += (chunk as Buffer).length;
  expect(received).toBeGreaterThan(total);
});

it('unpacks a body of 300 MB without holding it', async () => {
  const total = 300 * 1024 * 1024;
  const stand = await answering(async (res) => {
    const gzip = createGzip({ level: 1 });
    gzip.pipe(res);
    const line = Buffer.concat([randomBytes(8 * 1024), Buffer.alloc(248 * 1024, 'z')]);
    for (let sent = 0; sent < total; sent += line.length) {
      if (!gzip.write(line)) await new Promise((resolve) => gzip.once('drain', resolve));
    }
    gzip.end();
  });
  const before = process.memoryUsage();
  const client = new RawConnection(stand.origin);
  client.socket.removeAllListeners('data');
  client.send('GET /api/threads/x HTTP/1.1', 'Host: x', 'Connection: close', '', '');
  let received = 0;
  let peak = 0;
  for await (const chunk of client.socket) {
    received += (chunk as Buffer).length;
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    peak = Math.max(peak, arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed);
  }
  expect(received).toBeGreaterThan(total);
  expect(peak).toBeLessThan(150 * 1024 * 1024);
}, 60_000);
