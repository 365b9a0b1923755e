import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';

export interface ListenerHandlers {
  request(req: IncomingMessage, res: ServerResponse): void;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Requests whose answers have not ended. */
  inFlight(): number;
  /**
   * Stops accepting, lets requests in flight end for at most `limitMs` milliseconds, then cuts what is left.
   * Resolves when every socket is closed.
   */
  close(limitMs: number): Promise<void>;
}

/** Thrown when the address cannot be listened on. */
export class ListenError extends Error {
  readonly reason: 'taken' | 'denied' | 'unavailable';
  readonly port: number;
  constructor(reason: ListenError['reason'], port: number, cause: unknown) {
    super(`Cannot listen on port ${port}: ${reason}`, { cause });
    this.name = 'ListenError';
    this.reason = reason;
    this.port = port;
  }
}

/** A client that sends no complete head within this time is cut; bodies and answers may take as long as they flow. */
const headersTimeoutMs = 30_000;
const idleConnectionMs = 75_000;

/** Listens on `host:port`, and on the other family's loopback address when `host` is 127.0.0.1. Rejects with ListenError. */
export async function listen(
  options: { host: string; port: number; clock: Clock },
  handlers: ListenerHandlers,
): Promise<Listener> {
  const open = new Set<ServerResponse>();
  let draining = false;
  const tunnels = new Set<Duplex>();
  const onRequest = (req: IncomingMessage, res: ServerResponse) => {
    open.add(res);
    res.once('close', () => open.delete(res));
    if (draining) res.setHeader('connection', 'close');
    handlers.request(req, res);
  };
  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    handlers.upgrade(req, socket, head);
  };
  const make = () => newServer(onRequest, onUpgrade);
  const first = make();
  const port = await bind(first, options.host, options.port);
  const servers = [first, ...(await bindTwin(options.host, port, make))];
  return {
    host: options.host,
    port,
    inFlight: () => open.size,
    async close(limitMs) {
      draining = true;
      const closed = Promise.all(servers.map(closeServer));
      for (const server of servers) server.closeIdleConnections();
      await allClosed(open, limitMs, options.clock);
      for (const socket of tunnels) socket.destroy();
      for (const server of servers) server.closeAllConnections();
      await closed;
    },
  };
}

function newServer(
  onRequest: (req: IncomingMessage, res: ServerResponse) => void,
  onUpgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Server {
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: 0,
    keepAliveTimeout: idleConnectionMs,
    maxHeaderSize: 64 * 1024,
    noDelay: true,
  });
  server.on('request', onRequest);
  server.on('upgrade', onUpgrade);
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'taken' : error.code === 'EACCES' ? 'denied' : 'unavailable';
      reject(new ListenError(reason, port, error));
    };
    server.once('error', fail);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** `localhost` may resolve to ::1 first; serving both spares clients a refused connection. Missing IPv6 is no error. */
async function bindTwin(host: string, port: number, make: () => Server): Promise<Server[]> {
  if (host !== '127.0.0.1') return [];
  const twin = make();
  try {
    await bind(twin, '::1', port);
    return [twin];
  } catch {
    return [];
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function allClosed(open: Set<ServerResponse>, limitMs: number, clock: Clock): Promise<void> {
  if (open.size === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(limitMs, resolve);
    const check = () => {
      if (open.size > 0) return;
      cancel();
      resolve();
    };
    // Registered after the listener's own handler, so the set is already smaller when it runs.
    for (const res of open) res.once('close', check);
  });
}
