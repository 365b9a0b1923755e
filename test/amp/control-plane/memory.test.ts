import { EventEmitter, once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { LocalServer } from '../../upstreams/local-server.ts';
import { bundleStand, type ForkedStand, forkStand, type Memory } from './forked-stand.ts';
import { Cleanup, RawConnection } from './stand.ts';

const cleanup = new Cleanup();
let bundle: Awaited<ReturnType<typeof bundleStand>>;
const megabyte = 1024 * 1024;

beforeAll(async () => {
  bundle = await bundleStand();
});
afterEach(() => cleanup.run());
afterAll(() => bundle.remove());

async function startProcess(upstream: LocalServer): Promise<ForkedStand> {
  const stand = await forkStand(bundle.file, { upstreamUrl: upstream.origin });
  cleanup.add(stand.close);
  return stand;
}

it('an upload of 200 MB passes at constant memory', async () => {
  const size = 200 * megabyte;
  const upstream = await cleanup.server(async (req, res) => {
    let received = 0;
    for await (const chunk of req) received += (chunk as Buffer).length;
    res.end(String(received));
  });
  const { origin, memory } = await startProcess(upstream);
  const headers = { 'content-length': size };
  const upload = request(origin, { path: '/api/attachments', method: 'POST', headers, agent: false });
  const start = await memory(true);
  let peak = start.rss;
  const piece = Buffer.alloc(megabyte, 'u');
  for (let sent = 0; sent < size; sent += piece.length) {
    if (!upload.write(piece)) await once(upload, 'drain');
    peak = Math.max(peak, (await memory(false)).rss);
  }
  upload.end();
  const [answer] = (await once(upload, 'response')) as [IncomingMessage];
  expect((await answer.setEncoding('utf8').toArray()).join('')).toBe(String(size));
  expect(peak - start.rss).toBeLessThan(80 * megabyte);
}, 60_000);

it('a thousand aborted requests leave no socket, timer or memory behind', async () => {
  const arrivals = new EventEmitter().setMaxListeners(100);
  const upstream = await cleanup.server(async (req, res) => {
    arrivals.emit(req.headers['x-round'] as string);
    if (req.method === 'POST' || req.url === '/api/silent') return;
    res.writeHead(200, { 'content-type': req.url === '/api/events' ? 'text/event-stream' : 'application/json' });
    res.write('begin'.repeat(1_000));
  });
  const { origin, memory } = await startProcess(upstream);
  const ways = [
    ['GET /api/silent HTTP/1.1'],
    ['GET /api/events HTTP/1.1'],
    ['GET /api/plain HTTP/1.1'],
    ['POST /api/upload HTTP/1.1', 'Content-Length: 9000'],
  ];
  const abort = async (round: number) => {
    const client = new RawConnection(origin);
    const arrived = once(arrivals, String(round));
    client.send(...(ways[round % ways.length] ?? []), `X-Round: ${round}`, 'Host: x', '', '');
    await arrived;
    if (round % ways.length === 1 || round % ways.length === 2) await client.until('begin');
    client.socket.destroy();
  };
  const abortMany = async (from: number, to: number) => {
    for (let round = from; round < to; round += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, at) => abort(round + at)));
    }
    await upstream.idle();
  };
  await abortMany(0, 500);
  const before = await settled(memory, 500);
  await abortMany(500, 1_500);
  const after = await settled(memory, 1_500);
  expect(upstream.openSockets()).toBe(0);
  expect([after.sockets, after.timers]).toEqual([0, 0]);
  // A request that is still held somewhere costs more than 10 kB.
  expect(after.inUse - before.inUse).toBeLessThan(4 * megabyte);
}, 60_000);

/** The process's memory once this many requests have ended and its sockets are closed. */
async function settled(memory: (collect: boolean) => Promise<Memory>, ended: number): Promise<Memory> {
  for (;;) {
    const now = await memory(true);
    if (now.ended >= ended && now.sockets === 0) return now;
  }
}
