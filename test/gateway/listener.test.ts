import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createConnection, createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../main/clock.ts';
import { type Listener, type ListenerHandlers, listen } from '../../main/gateway/listener.ts';
import { refuseUnread } from '../../main/gateway/refuse.ts';
import { call, RawConnection } from '../amp/control-plane/stand.ts';
import { FakeClock } from '../fakes/clock.ts';
import { gate } from '../upstreams/gate.ts';

type Options = Partial<Parameters<typeof listen>[0]>;

/** A listener whose requests are answered by `request`; closed when the test ends. */
async function open(
  request: ListenerHandlers['request'] = ok,
  options: Options = {},
  more: Pick<ListenerHandlers, 'isControl'> = {},
) {
  const handlers: ListenerHandlers = {
    request,
    upgrade: () => {},
    unread: (socket, error, start) => refuseUnread(socket, error, 'the-id', start),
    ...more,
  };
  const listener = await listen({ host: '127.0.0.1', port: 0, clock: systemClock, ...options }, handlers);
  onTestFinished(() => listener.close(0));
  return { listener, url: `http://127.0.0.1:${listener.port}` };
}

function ok(_req: IncomingMessage, res: ServerResponse): void {
  res.end('ok');
}

const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const get = (path = '/') => head(`GET ${path} HTTP/1.1`, 'Host: x');
const post = (...headers: string[]) => head('POST / HTTP/1.1', 'Host: x', ...headers);

/** The body of an answer that ends its connection. */
function errorIn(answer: string): unknown {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`);
  expect(head).toContain('content-type: application/json');
  return JSON.parse(body);
}

/** Whether connections are refused: nothing listens any more. */
async function isClosed({ port }: Listener): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  const refused = await once(socket, 'connect').then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
  );
  socket.destroy();
  return refused;
}

describe('the address', () => {
  it('127.0.0.1 also means ::1, at the same port', async ({ skip }) => {
    if (!(await hasIpv6())) return skip('this machine has no IPv6');
    const { listener } = await open();
    expect((await fetch(`http://[::1]:${listener.port}/`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${listener.port}/`)).status).toBe(200);
    expect((await fetch(`http://localhost:${listener.port}/`)).status).toBe(200);
  });

  it('is served on IPv4 alone when somebody else has the port on ::1', async ({ skip }) => {
    if (!(await hasIpv6())) return skip('this machine has no IPv6');
    const other = await occupy('::1');
    const { port } = other.address() as { port: number };
    const { url } = await open(ok, { port });
    expect((await call(url, '/')).text).toBe('ok');
  });

  it('that is taken, or not of this machine, is an error that says so', async () => {
    const other = await occupy('127.0.0.1');
    const { port } = other.address() as { port: number };
    await expect(open(ok, { port })).rejects.toMatchObject({ name: 'ListenError', reason: 'taken', port });
    await expect(open(ok, { host: '192.0.2.1' })).rejects.toMatchObject({ reason: 'unavailable' });
  });
});

describe('requests in flight', () => {
  it('are told of when the first one comes and when the last one has ended; control does not count', async () => {
    const hold = gate();
    const counts: number[] = [];
    const opened: { listener?: Listener } = {};
    const { listener, url } = await open(
      async (_req, res) => {
        await hold.opened;
        res.end('ok');
      },
      { onTurn: () => counts.push(opened.listener?.inFlight() ?? -1) },
      { isControl: ({ url: path }) => path === '/control' },
    );
    opened.listener = listener;
    const answers = ['/', '/', '/control'].map((path) => call(url, path));
    await expect.poll(() => listener.inFlight()).toBe(2);
    hold.open();
    await Promise.all(answers);
    await expect.poll(() => counts).toEqual([1, 0]);
  });
});

describe('stopping', () => {
  it('lets requests in flight end, while nobody can connect', async () => {
    const hold = gate();
    const { listener, url } = await open(async (_req, res) => {
      res.write('first ');
      hold.reach();
      await hold.opened;
      res.end('last');
    });
    const answer = call(url, '/');
    await hold.reached;
    expect(listener.inFlight()).toBe(1);
    const closed = listener.close(60_000);
    expect(await isClosed(listener)).toBe(true);
    hold.open();
    expect((await answer).text).toBe('first last');
    await closed;
    expect(listener.inFlight()).toBe(0);
    expect(listener.requests()).toBe(1);
  });

  it('waits for requests about the gateway itself, which are none that it serves', async () => {
    const hold = gate();
    const isControl = ({ url }: IncomingMessage) => url === '/control';
    const { listener, url } = await open(
      async (_req, res) => {
        hold.reach();
        await hold.opened;
        res.end('done');
      },
      {},
      { isControl },
    );
    const answer = call(url, '/control');
    await hold.reached;
    expect(listener.inFlight()).toBe(0);
    expect(listener.requests()).toBe(0);
    const closed = listener.close(60_000);
    expect(await isClosed(listener)).toBe(true);
    hold.open();
    expect((await answer).text).toBe('done');
    await closed;
    expect(listener.inFlight()).toBe(0);
  });

  it('is not held up by connections that are kept open without a request', async () => {
    const clock = new FakeClock();
    const { listener, url } = await open(ok, { clock });
    const [silent, used] = [new RawConnection(url), new RawConnection(url)];
    used.send(get());
    await Promise.all([once(silent.socket, 'connect'), used.until('ok')]);
    await listener.close(60_000);
    await Promise.all([silent.ended(), used.ended()]);
    expect(clock.pending).toBe(0);
  });

  it('waits for requests that arrive meanwhile on open connections too, and tells them to close', async () => {
    const holds = new Map([
      ['/long', gate()],
      ['/short', gate()],
      ['/next', gate()],
    ]);
    const { listener, url } = await open(async (req, res) => {
      const hold = holds.get(req.url ?? '');
      hold?.reach();
      await hold?.opened;
      res.end(req.url);
    });
    const [long, short] = [new RawConnection(url), new RawConnection(url)];
    long.send(get('/long'));
    short.send(get('/short'));
    await Promise.all([holds.get('/long')?.reached, holds.get('/short')?.reached]);
    const closed = listener.close(60_000);
    // A pipelined request: its connection was busy when the stop began.
    short.send(get('/next'));
    await holds.get('/next')?.reached;
    holds.get('/long')?.open();
    await long.until('/long');
    holds.get('/short')?.open();
    await short.until('/short');
    holds.get('/next')?.open();
    expect(await short.until('/next')).toMatch(/connection: close[\s\S]*\/next$/i);
    await closed;
  });

  it('cuts what has not ended within the limit', async () => {
    const hold = gate();
    const clock = new FakeClock();
    const { listener, url } = await open(
      (_req, res) => {
        res.write('never finished');
        hold.reach();
      },
      { clock },
    );
    const client = new RawConnection(url);
    client.send(get());
    await Promise.all([hold.reached, client.until('never finished')]);
    const closed = listener.close(30_000);
    clock.advance(29_999);
    expect(listener.inFlight()).toBe(1);
    clock.advance(1);
    await closed;
    await client.ended();
    expect(clock.pending).toBe(0);
  });
});

describe('a client that breaks the rules', () => {
  it('by never finishing its head is cut, with 408', async () => {
    const { url } = await open(ok, { headersTimeoutMs: 100 });
    const [slow, silent] = [new RawConnection(url), new RawConnection(url)];
    slow.send('GET / HTTP/1.1', 'Host: x', 'X-Slow: ');
    const trickle = setInterval(() => slow.send('a'), 20);
    const text = await slow.ended();
    clearInterval(trickle);
    expect(text).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    expect(errorIn(text)).toMatchObject({ code: 'head_stalled' });
    await silent.ended();
  });

  it('but not one whose connection rests between two requests', async () => {
    const { url } = await open(ok, { headersTimeoutMs: 50 });
    const [rests, slow] = [new RawConnection(url), new RawConnection(url)];
    rests.send(get());
    await rests.until('ok');
    // The other one's end shows that the limit has passed.
    slow.send('GET /');
    await slow.ended();
    rests.send(get('/again'));
    await rests.until('okHTTP/1.1 200');
  });

  it.each([
    ['no HTTP at all', '\x16\x03\x01 hello\r\n\r\n', '400 Bad Request'],
    ['a broken chunk', `${post('Transfer-Encoding: chunked')}5\r\nhello\r\nzz\r\n`, '400 Bad Request'],
    ['two lengths', post('Content-Length: 1', 'Content-Length: 2'), '400 Bad Request'],
    ['a length and chunks', post('Content-Length: 1', 'Transfer-Encoding: chunked'), '400 Bad Request'],
    ['a header without end', post(`X-Long: ${'x'.repeat(70_000)}`), '431 Request Header Fields Too Large'],
  ])('by sending %s gets an error and the end of its connection', async (_, text, status) => {
    const { listener, url } = await open((req, res) => {
      req.on('error', () => {});
      req.on('end', () => res.end('unexpected')).resume();
    });
    const client = new RawConnection(url);
    client.send(text);
    const answer = await client.ended();
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status}\r\n`));
    const code = status.startsWith('431') ? 'head_too_large' : 'request_malformed';
    expect(errorIn(answer)).toEqual({ error: expect.any(String), code, fix: expect.any(String) });
    await expect.poll(() => listener.inFlight()).toBe(0);
  });

  it('is told so in the wire format of the path, where that has come', async () => {
    const { url } = await open();
    const client = new RawConnection(url);
    client.send('POST /v1/messages?beta=true HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n');
    expect(errorIn(await client.ended())).toMatchObject({
      type: 'error',
      error: { message: expect.stringContaining('cannot be read as HTTP/1.1') },
      request_id: 'the-id',
    });
  });

  it('in the middle of an answer is cut, without a word that would be taken for a part of it', async () => {
    const { listener, url } = await open((req, res) => {
      req.on('error', () => {}).resume();
      res.write('the beginning');
    });
    const client = new RawConnection(url);
    client.send(`${post('Transfer-Encoding: chunked')}5\r\nhello\r\n`);
    await client.until('the beginning');
    client.send('zz\r\n');
    expect(await client.ended()).not.toContain('400');
    await expect.poll(() => listener.inFlight()).toBe(0);
  });
});

describe('requests on one connection', () => {
  it('are answered in their order when they are sent together', async () => {
    const hold = gate();
    const { url } = await open(async (req, res) => {
      if (req.url === '/1') await hold.opened;
      if (req.url === '/2') hold.open();
      res.end(`answer${req.url};`);
    });
    const client = new RawConnection(url);
    client.send(get('/1') + get('/2') + get('/3'));
    const text = await client.until('answer/3;');
    expect(text.match(/answer\/\d/g)).toEqual(['answer/1', 'answer/2', 'answer/3']);
    client.socket.destroy();
  });
});

async function hasIpv6(): Promise<boolean> {
  const probe = createServer();
  const heard = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true));
  });
  probe.close();
  return heard;
}

/** Somebody else on a port of this machine. */
async function occupy(host: string): Promise<Server> {
  const server = createServer().listen(0, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return server;
}

describe('an upgrade that is not to a WebSocket', () => {
  const h2c = ['Connection: keep-alive, Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQ'];

  it('is not taken notice of, and the connection goes on', async () => {
    const asked: string[] = [];
    const { url } = await open((req, res) => {
      asked.push(`${req.method} ${req.url} ${req.headers.connection} ${req.headers.upgrade} ${req.headers['x-a']}`);
      req.resume().on('end', () => res.end(`answer ${asked.length}`));
    });
    const client = new RawConnection(url);
    client.send(head('GET /one HTTP/1.1', 'Host: x', ...h2c, 'X-A: \xe9'));
    await client.until('answer 1');
    client.send(`${head('POST /two HTTP/1.1', 'Host: x', 'Content-Length: 5', ...h2c)}ab`);
    client.send('cde');
    await client.until('answer 2');
    client.send(head('POST /three HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: upgrade'));
    await client.until('answer 3');
    expect(asked.map((one) => one.replace('Ã©', 'é'))).toEqual([
      'GET /one keep-alive undefined é',
      'POST /two keep-alive undefined undefined',
      'POST /three keep-alive undefined undefined',
    ]);
    client.socket.destroy();
  });

  it('leaves no connection behind when the gateway stops', async () => {
    const { listener, url } = await open();
    const client = new RawConnection(url);
    client.send(head('GET / HTTP/1.1', 'Host: x', ...h2c));
    await client.until('ok');
    await listener.close(0);
    expect(await client.ended()).toContain('HTTP/1.1 200 OK');
    client.socket.destroy();
  });
});
