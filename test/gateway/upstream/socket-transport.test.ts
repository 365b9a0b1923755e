import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createSocketTransport, type SocketTransport } from '../../../main/gateway/upstream/socket-transport.ts';
import type { UpstreamListener } from '../../../main/gateway/upstream/transport.ts';
import type { UpstreamCall } from '../../../main/providers/contract.ts';
import { FakeClock } from '../../fakes/clock.ts';

const minuteMs = 60_000;
const completed = JSON.stringify({ type: 'response.done', response: { id: 'resp_1' } });

/** Hears one answer. */
class Heard implements UpstreamListener {
  status = 0;
  text = '';
  frees = 0;
  readonly ended: Promise<string>;
  #end: (how: string) => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }
  head(status: number): void {
    this.status = status;
  }
  data(chunk: Buffer): boolean {
    this.text += chunk.toString();
    return true;
  }
  end(): void {
    this.#end('end');
  }
  error({ code }: { code: string }): void {
    this.#end(code);
  }
  bodyFree(): void {
    this.frees += 1;
  }
}

let clock: FakeClock;
let overHttp: number;
let transport: SocketTransport;

beforeEach(() => {
  clock = new FakeClock();
  overHttp = 0;
  const http = {
    send: (_call: UpstreamCall, _proxy: string | undefined, listener: UpstreamListener) => {
      overHttp += 1;
      listener.head(200, {});
      listener.end();
      return { resume: () => {}, abort: () => {} };
    },
  };
  transport = createSocketTransport({ http: () => http, clock });
  onTestFinished(() => transport.close());
});

/** A server whose sockets are given to the test, one after the other. */
async function startServer() {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const raw = new Set<Socket>();
  server.on('connection', (socket) => void raw.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of raw) socket.destroy();
    server.close();
  });
  const next = async (): Promise<WebSocket> => (await once(sockets, 'connection'))[0];
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, next };
}

const call = (origin: string, more: Partial<UpstreamCall> = {}): UpstreamCall => ({
  origin,
  path: '/responses',
  method: 'POST',
  headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
  body: [Buffer.from('{"model"'), Buffer.from(':"m"}')],
  overSocket: { headers: { 'openai-beta': 'b' } },
  ...more,
});

describe('a turn over a WebSocket', () => {
  it('is one frame, and its answer events', async () => {
    const { origin, next } = await startServer();
    const heard = new Heard();
    transport.send(call(origin), 'direct', heard);
    const server = await next();
    const [frame] = await once(server, 'message');
    expect(JSON.parse(String(frame))).toEqual({ type: 'response.create', model: 'm' });
    server.send('{"type":"response.created"}');
    server.send(completed);
    expect(await heard.ended).toBe('end');
    expect(heard.text).toBe(
      'data: {"type":"response.created"}\n\ndata: {"type":"response.completed","response":{"id":"resp_1"}}\n\n',
    );
    expect([heard.status, heard.frees, overHttp]).toEqual([200, 1, 0]);
  });

  it('after many others goes over the same socket, which nothing piles up on', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => void warnings.push(warning);
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const { origin, next } = await startServer();
    const connected = next();
    for (let turn = 0; turn < 15; turn++) {
      const heard = new Heard();
      transport.send(call(origin), 'direct', heard);
      const server = await connected;
      await once(server, 'message');
      server.send(completed);
      expect(await heard.ended).toBe('end');
    }
    expect([overHttp, warnings]).toEqual([0, []]);
  });

  it('that is silent for five minutes is given up, each frame counting', async () => {
    const { origin, next } = await startServer();
    const heard = new Heard();
    transport.send(call(origin), 'direct', heard);
    const server = await next();
    await once(server, 'message');
    clock.advance(4 * minuteMs);
    server.send('{"type":"response.created"}');
    await expect.poll(() => heard.text).not.toBe('');
    clock.advance(4 * minuteMs);
    server.ping();
    await once(server, 'pong');
    const closed = once(server, 'close');
    clock.advance(minuteMs);
    expect(await heard.ended).toBe('timeout');
    await closed;
    expect([heard.frees, clock.pending]).toEqual([1, 0]);
  });

  it('leaves a socket that closes when nobody has used it for five minutes', async () => {
    const { origin, next } = await startServer();
    const heard = new Heard();
    transport.send(call(origin), 'direct', heard);
    const server = await next();
    await once(server, 'message');
    server.send(completed);
    await heard.ended;
    const closed = once(server, 'close');
    clock.advance(5 * minuteMs);
    await closed;
    const again = new Heard();
    transport.send(call(origin), 'direct', again);
    const second = await next();
    await once(second, 'message');
    second.send(completed);
    expect(await again.ended).toBe('end');
  });

  it('that is aborted during the handshake goes nowhere else', async () => {
    const { server, origin } = await startServer();
    server.removeAllListeners('upgrade').on('upgrade', () => {});
    const heard = new Heard();
    const exchange = transport.send(call(origin), 'direct', heard);
    const [, socket] = (await once(server, 'upgrade')) as [unknown, Socket];
    exchange.abort();
    await once(socket.resume(), 'end');
    expect([heard.status, heard.frees, overHttp, clock.pending]).toEqual([0, 1, 0, 0]);
  });

  it('whose upgrade is refused goes over HTTP, for as long as the conversation lasts', async () => {
    const { server, origin } = await startServer();
    let upgrades = 0;
    server.removeAllListeners('upgrade').on('upgrade', (_req, socket) => {
      upgrades += 1;
      socket.end('HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
    for (let turn = 0; turn < 2; turn++) {
      const heard = new Heard();
      transport.send(call(origin), 'direct', heard);
      expect(await heard.ended).toBe('end');
    }
    expect([upgrades, overHttp]).toEqual([1, 2]);
  });

  it('that may not go over one goes over HTTP', async () => {
    const { overSocket: _, ...plain } = call('http://127.0.0.1:1');
    const heard = new Heard();
    transport.send(plain, 'direct', heard);
    expect(await heard.ended).toBe('end');
    expect(overHttp).toBe(1);
  });
});
