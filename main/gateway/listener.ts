import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { isLoopbackName } from '../net/peer.ts';
import { GatewayError } from './errors.ts';

export interface ListenerHandlers {
  request(req: IncomingMessage, res: ServerResponse): void;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends a connection that has sent what cannot be read as a request; `start` is what was being read. */
  unread(socket: Duplex, error: GatewayError, start: Buffer | undefined): void;
  /** Whether a request is about the gateway itself: it may end like any other, but is none that the gateway serves. */
  isControl?(req: IncomingMessage): boolean;
  /**
   * Called before connections are closed: answers that never end by themselves should end now. A promise is waited for as
   * long as for requests: upgraded connections have none that are counted.
   */
  closing?(): Promise<unknown> | undefined;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Where this machine reaches it by way of loopback, if it can: the same as `host`, or a loopback address. */
  readonly localHost: string;
  /** Requests being served: their answers have not ended. */
  inFlight(): number;
  /** Requests so far, ended or not, but for those about the gateway itself. */
  requests(): number;
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
const defaultHeadersTimeoutMs = 30_000;
const idleConnectionMs = 75_000;

export interface ListenOptions {
  host: string;
  port: number;
  clock: Clock;
  headersTimeoutMs?: number;
  /** A request came while there was none, or the last one ended. */
  onTurn?(): void;
}

/** Listens on `host:port`, and on the other family's loopback address when `host` is 127.0.0.1. Rejects with ListenError. */
export async function listen(options: ListenOptions, handlers: ListenerHandlers): Promise<Listener> {
  let inFlight = 0;
  let control = 0;
  let requests = 0;
  /**
   * The answers that are due on each connection. A set of all answers would keep every one of them alive until a major
   * collection: the tables that a busy set leaves behind grow old, and hold what was in them.
   */
  const due = new WeakMap<Duplex, ServerResponse[]>();
  const tunnels = new Set<Duplex>();
  /** Set while the gateway stops: called when no request is left. */
  let onDrained: (() => void) | undefined;
  const onRequest = (req: IncomingMessage, res: ServerResponse) => {
    let answers = due.get(req.socket);
    if (!answers) {
      answers = [];
      due.set(req.socket, answers);
    }
    const own = answers;
    own.push(res);
    const isControl = handlers.isControl?.(req) ?? false;
    inFlight += 1;
    if (isControl) control += 1;
    else requests += 1;
    if (!isControl && inFlight - control === 1) options.onTurn?.();
    res.on('close', () => {
      own.splice(own.indexOf(res), 1);
      inFlight -= 1;
      if (isControl) control -= 1;
      else if (inFlight - control === 0) options.onTurn?.();
      if (inFlight === 0) onDrained?.();
    });
    if (onDrained) res.setHeader('connection', 'close');
    handlers.request(req, res);
  };
  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer, server: Server) => {
    if (!asksForWebSocket(req)) return serveWithoutUpgrade(server, req, socket, head);
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    handlers.upgrade(req, socket, head);
  };
  const hasAnswer = (socket: Duplex) => due.get(socket)?.some(({ headersSent }) => headersSent) ?? false;
  const { headersTimeoutMs = defaultHeadersTimeoutMs } = options;
  const make = () => newServer(headersTimeoutMs, { onRequest, onUpgrade, unread: handlers.unread, hasAnswer });
  const first = make();
  const port = await bind(first, options.host, options.port);
  const twin = await bindTwin(options.host, port, make);
  const servers = [first, ...(twin ? [twin.server] : [])];
  return {
    host: options.host,
    port,
    localHost:
      anyAddresses.get(options.host) ?? (isLoopbackName(options.host) ? options.host : twin?.host) ?? options.host,
    inFlight: () => inFlight - control,
    requests: () => requests,
    async close(limitMs) {
      const drained = new Promise<void>((resolve) => {
        onDrained = resolve;
      });
      const closed = Promise.all(servers.map(closeServer));
      const ended = handlers.closing?.();
      for (const server of servers) server.closeIdleConnections();
      if (inFlight === 0) onDrained?.();
      await within(limitMs, Promise.all([drained, ended]), options.clock);
      for (const socket of tunnels) socket.destroy();
      for (const server of servers) server.closeAllConnections();
      await closed;
    },
  };
}

interface ServerEvents {
  onRequest(req: IncomingMessage, res: ServerResponse): void;
  onUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer, server: Server): void;
  unread: ListenerHandlers['unread'];
  /** Whether the head of an answer is out on a connection. */
  hasAnswer(socket: Duplex): boolean;
}

function newServer(headersTimeoutMs: number, { onRequest, onUpgrade, unread, hasAnswer }: ServerEvents): Server {
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    connectionsCheckingInterval: headersTimeoutMs / 2,
    requestTimeout: 0,
    keepAliveTimeout: idleConnectionMs,
    maxHeaderSize: 64 * 1024,
    noDelay: true,
  });
  server.on('request', onRequest);
  server.on('upgrade', (req, socket, head) => onUpgrade(req, socket, head, server));
  server.on('clientError', (error: ParserError, socket) => {
    // Within an answer a status line would be taken for a part of it.
    if (!socket.writable || hasAnswer(socket)) return void socket.destroy();
    const code = parserErrors[error.code ?? ''] ?? 'request_malformed';
    unread(socket, new GatewayError(code, { cause: error }), error.rawPacket);
  });
  return server;
}

/** A WebSocket is opened with GET (RFC 6455 §4.1). */
function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && /(?:^|,)\s*websocket\s*(?:,|$)/i.test(headers.upgrade ?? '');
}

const ofUpgrade = new Set(['upgrade', 'http2-settings']);

/**
 * A server may take no notice of an upgrade and answer as if it had not been asked for (RFC 9110 §7.8). Node has given
 * the connection out of its hands by now, so that it gets the request once more, without what asked for the upgrade.
 */
function serveWithoutUpgrade(server: Server, req: IncomingMessage, socket: Duplex, rest: Buffer): void {
  const lines = [`${req.method} ${req.url} HTTP/${req.httpVersion}`];
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = req.rawHeaders.slice(at, at + 2);
    if (ofUpgrade.has(name.toLowerCase())) continue;
    lines.push(`${name}: ${name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), rest]));
  server.emit('connection', socket);
}

function withoutUpgrade(options: string): string {
  const kept = options.split(',').filter((one) => !ofUpgrade.has(one.trim().toLowerCase()));
  return kept.join(',').trim() || 'keep-alive';
}

/** Resolves with the task, or when the time is over, in milliseconds. */
async function within(limitMs: number, task: Promise<unknown>, clock: Clock): Promise<void> {
  let cancel = () => {};
  const limit = new Promise<void>((resolve) => {
    cancel = clock.after(limitMs, resolve);
  });
  await Promise.race([task, limit]);
  cancel();
}

/** What Node's server says of bytes that it cannot read. */
interface ParserError extends NodeJS.ErrnoException {
  /** What it was reading then. */
  rawPacket?: Buffer;
}

/** Codes of Node's HTTP parser (llhttp) that are more than a syntax error. */
const parserErrors: Record<string, 'head_stalled' | 'body_too_large' | 'head_too_large'> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'head_stalled',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body_too_large',
  HPE_HEADER_OVERFLOW: 'head_too_large',
};

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

/** Listening on one of these includes loopback. */
const anyAddresses = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/**
 * `localhost` may resolve to ::1 first; serving both spares clients a refused connection. An address of the network gets
 * 127.0.0.1 beside it, because this machine's own programs are known by their loopback address alone. That it cannot be
 * had is no error.
 */
async function bindTwin(
  host: string,
  port: number,
  make: () => Server,
): Promise<{ server: Server; host: string } | undefined> {
  const other = host === '127.0.0.1' ? '::1' : '127.0.0.1';
  if (host !== '127.0.0.1' && (anyAddresses.has(host) || isLoopbackName(host))) return undefined;
  const server = make();
  try {
    await bind(server, other, port);
    return { server, host: other };
  } catch {
    return undefined;
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
