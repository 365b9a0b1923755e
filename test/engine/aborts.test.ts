import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { says } from '../upstreams/anthropic/replies.ts';
import { gate } from '../upstreams/gate.ts';
import { hello, type Running, startEngine } from './harness.ts';

const rounds = 20;
const perRound = 50;
/** The first rounds fill pools, caches and the journal's ring. */
const warmUp = 10;

/** Where a client leaves. */
const moments = ['uploading', 'before the head', 'mid-stream'] as const;
type Moment = (typeof moments)[number];

/** Which way the request goes; the body names the request, so that the fakes can be asked for it. */
const ways = {
  account: { path: '/v1/messages', body: (id: string) => ({ ...hello, stream: true, metadata: { user_id: id } }) },
  'Amp, for an unknown model': {
    path: '/api/provider/anthropic/v1/messages',
    body: (id: string) => ({ ...hello, stream: true, model: `unknown-${id}` }),
  },
  "Amp's account routes": { path: '/api/attachments', body: (id: string) => ({ id }) },
} as const;
type Way = keyof typeof ways;

it('a thousand clients that leave at any moment leave nothing behind', { timeout: 30_000 }, async () => {
  const running = await startEngine({ ampcode: { 'credit-guard': 100_000 } });
  scriptStreams(running);
  const socketsBefore = openSockets();
  let heapAfterWarmUp = 0;
  for (let round = 0; round < rounds; round++) {
    if (round === warmUp) heapAfterWarmUp = await liveBytes();
    await abortMany(running, round);
  }
  const { engine, anthropic, amp } = running;
  expect(engine.state().gateway.inFlight).toBe(0);
  expect(engine.state().accounts[0]?.serving).toBe(0);
  expect([anthropic.openSockets(), amp.openSockets()]).toEqual([0, 0]);
  await expect.poll(openSockets, { interval: 5 }).toBe(socketsBefore);
  // What 500 requests leave: the fakes keep every one of them, some KB each.
  expect((await liveBytes()) - heapAfterWarmUp).toBeLessThan(12 * 1024 * 1024);
  // It still works, and no account was blamed for clients that left.
  expect((await running.messages()).status).toBe(200);
  expect(engine.state().accounts[0]?.status).toBe('ready');
});

/** Streams that never end; those of clients that leave before the head never begin. */
function scriptStreams({ anthropic, amp }: Running): void {
  const leavesEarly = (body: Buffer) => body.includes('before the head');
  const [never, neverAmp] = [gate(), gate()];
  anthropic.script(
    {
      reply: says('x', { delivery: { beforeHead: never } }),
      when: ({ body }) => leavesEarly(body),
      times: Number.POSITIVE_INFINITY,
    },
    {
      reply: says('x', { delivery: { beforePart: { 3: never } } }),
      when: ({ body }) => body.includes('mid-stream'),
      times: Number.POSITIVE_INFINITY,
    },
  );
  amp.script(
    {
      reply: { usual: { beforeHead: neverAmp } },
      when: ({ body }) => leavesEarly(body),
      times: Number.POSITIVE_INFINITY,
    },
    {
      reply: {
        status: 200,
        headers: { 'content-type': 'text/event-stream' },
        parts: ['data: 1\n\n', 'data: 2\n\n'],
        stream: true,
        delivery: { beforePart: { 1: neverAmp } },
      },
      when: ({ body }) => body.includes('mid-stream'),
      times: Number.POSITIVE_INFINITY,
    },
  );
}

async function abortMany(running: Running, round: number): Promise<void> {
  const { engine, anthropic, amp } = running;
  const clients = Array.from({ length: perRound }, (_, index) => {
    const way = Object.keys(ways)[index % 3] as Way;
    const moment = moments[Math.floor(index / 3) % 3] ?? 'uploading';
    return begin(running, way, moment, `${moment} ${round}-${index}.`);
  });
  // Each is at its moment, then all leave at once.
  const sockets = await Promise.all(clients);
  for (const [index, socket] of sockets.entries()) {
    if (index % 2 === 0) socket.destroy();
    else socket.resetAndDestroy();
  }
  await expect.poll(() => engine.state().gateway.inFlight, { interval: 5 }).toBe(0);
  await Promise.all([anthropic.idle(), amp.idle()]);
}

/** Resolves with the client's socket when the request has come to the moment at which its client leaves. */
async function begin({ url, anthropic, amp }: Running, way: Way, moment: Moment, id: string): Promise<Socket> {
  const { path, body } = ways[way];
  const bytes = Buffer.from(JSON.stringify(body(id)));
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const length = moment === 'uploading' ? bytes.length + 100_000 : bytes.length;
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${length}`,
  ];
  await new Promise((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n`, resolve));
  await new Promise((resolve) => socket.write(bytes, resolve));
  const upstream = way === 'account' ? anthropic : amp;
  if (moment === 'before the head') await upstream.received(({ body: got }) => got.includes(id));
  if (moment === 'mid-stream') await once(socket, 'data');
  return socket;
}

/** Sockets of this thread, both ends. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

/** Bytes in use when everything that can go is gone. */
async function liveBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let pass = 0; pass < 3; pass++) {
    collect();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
