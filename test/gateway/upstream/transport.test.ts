import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport, type Exchange, type Transport } from '../../../main/gateway/upstream/transport.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const limits = { connectMs: 5000, idleMs: 5000 };
/** More than sockets and the system take without a reader. */
const large = Buffer.alloc(32 * 1024 * 1024, 'large ');

async function listen(handler: Parameters<typeof createServer>[1]): Promise<{ origin: string; server: Server }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

interface Sent {
  exchange: Exchange;
  /** What the listener heard, in order. */
  heard: string[];
  until(what: string): Promise<void>;
}

function send(transport: Transport, origin: string, body: readonly Buffer[]): Sent {
  const heard: string[] = [];
  const waiting: { what: string; resolve: () => void }[] = [];
  const hear = (what: string) => {
    heard.push(what);
    for (const one of waiting) if (one.what === what) one.resolve();
  };
  const exchange = transport.send({ origin, path: '/', method: 'POST', headers: {}, body }, undefined, {
    head: (status) => hear(`head ${status}`),
    data: () => true,
    end: () => hear('end'),
    error: () => hear('error'),
    bodyFree: () => hear('free'),
  });
  const until = (what: string) =>
    heard.includes(what) ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ what, resolve }));
  return { exchange, heard, until };
}

function newTransport(): Transport {
  const transport = createTransport(limits, {});
  closing.push(() => transport.close());
  return transport;
}

describe('the body of a call', () => {
  it('arrives whole, in the order of its pieces', async () => {
    const chunks: Buffer[] = [];
    const { origin } = await listen((req, res) => {
      req.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => res.end('ok'));
    });
    const pieces = [Buffer.from('first'), large.subarray(0, 5_000_000), Buffer.from('last')];
    const sent = send(newTransport(), origin, pieces);
    await sent.until('free');
    expect(Buffer.concat(chunks).equals(Buffer.concat(pieces))).toBe(true);
    expect(sent.heard).toEqual(['head 200', 'free', 'end']);
  });

  it.each([
    ['small', Buffer.from('small')],
    ['large', large],
  ])('is free when nobody can be reached, if %s', async (_size, body) => {
    const { origin, server } = await listen(() => {});
    await new Promise((resolve) => server.close(resolve));
    const sent = send(newTransport(), origin, [body]);
    await sent.until('error');
    expect(sent.heard).toEqual(['free', 'error']);
  });

  it('is not free while an upstream that has answered already still reads it', async () => {
    let read = () => {};
    const { origin } = await listen((req, res) => {
      req.pause();
      read = () => req.resume();
      res.end('too early');
    });
    const sent = send(newTransport(), origin, [large]);
    await sent.until('head 200');
    const before = sent.heard.includes('free');
    read();
    await sent.until('free');
    expect(before).toBe(false);
  });

  it('is free soon after its client has left', async () => {
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { origin } = await listen((req) => {
      req.pause();
      arrived();
    });
    const sent = send(newTransport(), origin, [large]);
    await arrival;
    sent.exchange.abort();
    await sent.until('free');
    expect(sent.heard).toEqual(['free']);
  });
});
