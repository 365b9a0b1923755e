import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '../../../clock.ts';
import type { CallerContext } from '../../context.ts';
import { createResponsesSocket, type ResponsesSocket } from '../responses-socket.ts';
import { exchangeTurn, type TurnExchange } from './turn-exchange.ts';

export interface SocketServerParts {
  clock: Clock;
  newId(): string;
  limits(): { maxBodyBytes: number; keepAliveMs: number };
}

/** One client that asks for a WebSocket. */
export interface SocketClient {
  ctx: CallerContext;
  socket: Duplex;
  /** What came together with the handshake. */
  head: Buffer;
  /** Serves one turn. Never rejects. */
  handle(exchange: TurnExchange): Promise<void>;
  /** The conversation is over. */
  closed(): void;
}

/** Conversations of the Responses API over WebSockets (RFC 6455). */
export interface SocketServer {
  /** Makes the handshake and serves what comes. Resolves when it is made or given up; rejects when it cannot be begun. */
  open(client: SocketClient): Promise<void>;
  /** Idle sockets are closed, the others when their turn has ended. Resolves when all are. */
  drain(): Promise<void>;
}

/** Silence before TCP asks whether the client is still there, in milliseconds. */
const probeAfterMs = 30_000;
/** A client that does not answer our goodbye is cut after this many milliseconds. */
const goodbyeMs = 1_000;
/** Sent but not taken by the client; more than this many bytes hold the upstream back. */
const mostUnsent = 1024 * 1024;

export function createSocketServer(parts: SocketServerParts): SocketServer {
  const open = new Set<Connection>();
  /** Handshakes under way. */
  const opening = new Set<Promise<void>>();
  const shakeHands = async (client: SocketClient) => {
    // Loaded when it is first needed: few clients use it, and the rest need not wait for it or keep it in memory.
    const { WebSocketServer } = await import('ws');
    const { maxBodyBytes } = parts.limits();
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: maxBodyBytes,
    });
    server.handleUpgrade(client.ctx.req, client.socket, client.head, (socket) => {
      if (client.socket instanceof Socket) client.socket.setKeepAlive(true, probeAfterMs);
      const connection = new Connection(socket, client, parts);
      open.add(connection);
      socket.once('close', () => open.delete(connection));
    });
  };
  return {
    async open(client) {
      const handshake = shakeHands(client);
      opening.add(handshake);
      await handshake.finally(() => opening.delete(handshake));
    },
    async drain() {
      await Promise.allSettled(opening);
      await Promise.all([...open].map((connection) => connection.drain()));
    },
  };
}

class Connection {
  readonly #socket: WebSocket;
  readonly #parts: SocketServerParts;
  readonly #conversation: ResponsesSocket;
  /** Set while the client is slow. */
  #onFlowing: (() => void) | undefined;
  #cancelPing: () => void = () => {};

  constructor(socket: WebSocket, client: SocketClient, parts: SocketServerParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#conversation = this.#converse(client);
    socket.on('message', (data: Buffer) => this.#conversation.receive(data));
    // What breaks the protocol is answered by the library with the close code that is due.
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#cancelPing();
      this.#conversation.closed();
      client.closed();
    });
    this.#armPing();
  }

  /** Resolves when the socket is closed. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#conversation.drain();
    });
  }

  #converse(client: SocketClient): ResponsesSocket {
    const { clock, newId, limits } = this.#parts;
    return createResponsesSocket({
      serve: (body, listener, signal) =>
        exchangeTurn(
          { body, listener, signal, whenFlowing: (next) => this.#whenFlowing(next) },
          client.ctx,
          client.handle,
        ),
      send: (text) => this.#socket.send(text, () => this.#flow()),
      close: (code, reason) => this.#close(code, reason),
      newId: (prefix) => `${prefix}${newId()}`,
      now: () => Math.floor(clock.now() / 1000),
      maxBytes: limits().maxBodyBytes,
    });
  }

  #whenFlowing(next: () => void): void {
    if (this.#socket.bufferedAmount <= mostUnsent) next();
    else this.#onFlowing = next;
  }

  #flow(): void {
    const next = this.#onFlowing;
    if (!next || this.#socket.bufferedAmount > mostUnsent) return;
    this.#onFlowing = undefined;
    next();
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    const cancel = this.#parts.clock.after(goodbyeMs, () => this.#socket.terminate());
    this.#socket.once('close', cancel);
  }

  /**
   * Keeps what is between us from forgetting the connection. An answer is not waited for: a client need not read while
   * it is busy with tools, and TCP itself finds out who is gone.
   */
  #armPing(): void {
    this.#cancelPing = this.#parts.clock.after(this.#parts.limits().keepAliveMs, () => {
      this.#socket.ping();
      this.#armPing();
    });
  }
}
