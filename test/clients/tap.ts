import { connect, createServer, type Socket } from 'node:net';

export interface Tap {
  url: string;
  /** Every byte that clients have sent, in the order it came. */
  sent(): Buffer;
  close(): Promise<void>;
}

/** A wire between a client and a server that writes down what the client sends. */
export async function startTap(target: string): Promise<Tap> {
  const { hostname, port } = new URL(target);
  const sent: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    client.on('data', (bytes) => sent.push(bytes));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the tap has no TCP address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    sent: () => Buffer.concat(sent),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
