import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface LocalServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  origin: string;
  openSockets(): number;
  /** Resolves when no client socket is left open. */
  idle(): Promise<void>;
  /** Destroys every socket and stops listening. */
  close(): Promise<void>;
}

export interface ServerHandlers {
  request(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Listens on a free port of 127.0.0.1. A handler that throws is a defect of the fake: it answers 500 with the stack. */
export async function listenLocally(handlers: ServerHandlers): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] = [];
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    handlers.request(request, response).catch((error: unknown) => fail(response, error));
  });
  server.on('connection', (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      for (const wake of waiting) wake();
      waiting = [];
    });
  });
  server.on('upgrade', (request, socket, head) => {
    if (handlers.upgrade) handlers.upgrade(request, socket, head);
    else socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake has no TCP address');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    openSockets: () => sockets.size,
    idle: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return; // the client left in the middle of its body: recorded as aborted
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(`fake upstream: ${text}`);
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'content-type': 'text/plain' }).end(`fake upstream: ${text}`);
}
