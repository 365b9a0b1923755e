import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startEngine } from './harness.ts';

/** A forward proxy, with CONNECT and without; remembers where it was asked to go. */
async function startProxy(): Promise<{ url: string; targets: string[] }> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((req, res) => {
    const target = new URL(req.url ?? '');
    targets.push(target.host);
    const upstream = request(target, { method: req.method, headers: req.headers, agent: false }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    req.pipe(upstream.on('error', () => res.destroy()));
  });
  server.on('connect', (req: IncomingMessage, client: Socket, head: Buffer) => {
    targets.push(req.url ?? '');
    const [host, port] = (req.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets };
}

test('proxy-url carries model calls and the traffic to Amp, and a change takes effect at once', async () => {
  const proxy = await startProxy();
  const { messages, url, settings, anthropic, amp } = await startEngine({ settings: { 'proxy-url': proxy.url } });
  expect((await messages()).status).toBe(200);
  expect((await fetch(`${url}/api/user`)).status).toBe(200);
  expect(proxy.targets.sort()).toEqual([new URL(anthropic.url).host, new URL(amp.url).host].sort());
  await settings.update({ 'proxy-url': 'direct' });
  expect((await fetch(`${url}/api/user`)).status).toBe(200);
  expect((await messages()).status).toBe(200);
  expect(proxy.targets).toHaveLength(2);
});
