import type { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import { isJsonObject, type JsonObject, parseExact, stringifyExact } from '../../protocols/exact-json.ts';
import { encodeEvent } from '../../protocols/sse.ts';
import type { UpstreamCall, UpstreamHeaders } from '../../providers/contract.ts';
import type { Exchange, UpstreamListener } from './transport.ts';

/** A socket after its handshake. */
export interface OpenSocket {
  ws: WebSocket;
  /** Of the answer to the handshake. */
  headers: UpstreamHeaders;
  /** It has served a turn already. */
  isUsed: boolean;
}

export interface SocketExchangeParts {
  clock: Clock;
  /** Rejects when the upgrade is not possible. */
  open(signal: AbortSignal): Promise<OpenSocket>;
  /** Makes the same call over HTTP; its listener hears from there on. */
  byHttp(): Exchange;
  /** A socket that has served the turn before. */
  kept: OpenSocket | undefined;
  /** The socket may serve the next turn. */
  keep(socket: OpenSocket): void;
}

/** Milliseconds of silence before a turn is given up, or an unused socket closed. */
export const idleMs = 5 * 60_000;

/** Close codes that say that the upstream itself is in trouble (RFC 6455, section 7.4, and its registry). */
const troubled = new Set([1011, 1012, 1013, 1014]);

/** Few frames but the last matter here; the others pass as text. */
const worthReading = /"type"\s*:\s*"(?:error|response\.(?:completed|incomplete|done|failed))"/;
/** What Codex's backend says before an answer begins. */
const beforeAnswer = /^\s*\{\s*"type"\s*:\s*"codex\./;

/** One turn over an upstream's WebSocket, which looks to its listener like the same call over HTTP. */
export class SocketExchange implements Exchange {
  readonly #call: UpstreamCall;
  readonly #listener: UpstreamListener;
  readonly #parts: SocketExchangeParts;
  readonly #aborted = new AbortController();
  #socket: OpenSocket | undefined;
  #http: Exchange | undefined;
  #cancelIdle: () => void = () => {};
  #lastFrameAt = 0;
  /** Frames from before the answer. */
  #early: string[] = [];
  #hasBegun = false;
  #isOver = false;

  constructor(call: UpstreamCall, listener: UpstreamListener, parts: SocketExchangeParts) {
    this.#call = call;
    this.#listener = listener;
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { kept, open } = this.#parts;
    try {
      this.#use(kept ?? (await open(this.#aborted.signal)));
    } catch {
      // Nothing was sent yet.
      if (!this.#isOver) this.#http = this.#parts.byHttp();
    }
  }

  resume(): void {
    if (this.#http) this.#http.resume();
    else this.#socket?.ws.resume();
  }

  abort(): void {
    if (this.#http) return this.#http.abort();
    if (this.#isOver) return;
    this.#leave();
    this.#aborted.abort();
    this.#socket?.ws.terminate();
    this.#listener.bodyFree();
  }

  #use(socket: OpenSocket): void {
    if (this.#isOver) return socket.ws.terminate();
    this.#socket = socket;
    socket.ws.on('message', this.#onMessage);
    socket.ws.once('close', this.#onClose);
    this.#lastFrameAt = this.#parts.clock.now();
    this.#armIdle(idleMs);
    socket.ws.send(frameOf(this.#call.body));
  }

  readonly #onMessage = (data: Buffer): void => {
    this.#lastFrameAt = this.#parts.clock.now();
    const text = data.toString('utf8');
    if (!this.#hasBegun && beforeAnswer.test(text) && this.#early.length < 16) return void this.#early.push(text);
    const last = worthReading.test(text) ? lastFrame(text) : undefined;
    if (last?.type === 'error' && !this.#hasBegun) return this.#refuse(last);
    this.#begin();
    this.#pass(last ? stringifyExact(last) : text);
    if (last) this.#finish(last.type !== 'error');
  };

  readonly #onClose = (code: number): void => {
    const isStale = this.#socket?.isUsed && !this.#hasBegun && this.#early.length === 0;
    this.#release();
    if (this.#isOver) return;
    if (isStale && code !== 1009) return void this.#again();
    if (code === 1009 && !this.#hasBegun) return this.#answer(413, {}, sizeError);
    if (troubled.has(code) && !this.#hasBegun) return this.#answer(503, {}, troubleError);
    this.#fail(`websocket_closed_${code}`, 'the WebSocket was closed within the answer');
  };

  /** The upstream had closed the idle socket before this turn reached it. */
  async #again(): Promise<void> {
    this.#cancelIdle();
    try {
      this.#use(await this.#parts.open(this.#aborted.signal));
    } catch {
      if (!this.#isOver) this.#http = this.#parts.byHttp();
    }
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#listener.head(200, { ...this.#socket?.headers, 'content-type': 'text/event-stream' });
    for (const text of this.#early) this.#pass(text);
    this.#early = [];
  }

  #pass(text: string): void {
    if (this.#isOver) return;
    if (!this.#listener.data(Buffer.from(encodeEvent(undefined, text)))) this.#socket?.ws.pause();
  }

  /** An error before the answer is what an error answer would be. */
  #refuse({ status, headers, error, type: _type, ...rest }: JsonObject): void {
    const told = typeof status === 'number' && status >= 400 && status < 600 ? status : 502;
    this.#answer(told, isJsonObject(headers) ? textHeaders(headers) : {}, { error: error ?? rest });
  }

  #answer(status: number, headers: UpstreamHeaders, body: JsonObject): void {
    this.#listener.head(status, { ...this.#socket?.headers, ...headers, 'content-type': 'application/json' });
    if (this.#isOver) return;
    this.#listener.data(Buffer.from(stringifyExact(body)));
    this.#finish(false);
  }

  #finish(isReusable: boolean): void {
    if (this.#isOver) return;
    const socket = this.#socket;
    this.#leave();
    if (socket && isReusable && socket.ws.readyState === socket.ws.OPEN) {
      socket.isUsed = true;
      socket.ws.resume();
      this.#parts.keep(socket);
    } else socket?.ws.terminate();
    this.#listener.end();
    this.#listener.bodyFree();
  }

  #fail(code: string, message: string): void {
    if (this.#isOver) return;
    this.#leave();
    this.#socket?.ws.terminate();
    this.#listener.error({ code, message });
    this.#listener.bodyFree();
  }

  #leave(): void {
    this.#isOver = true;
    this.#cancelIdle();
    this.#release();
  }

  #release(): void {
    this.#socket?.ws.off('message', this.#onMessage);
    this.#socket?.ws.off('close', this.#onClose);
  }

  #armIdle(delayMs: number): void {
    this.#cancelIdle = this.#parts.clock.after(delayMs, () => {
      const silent = this.#parts.clock.now() - this.#lastFrameAt;
      // A socket that is paused is silent because the client is slow.
      if (silent < idleMs || this.#socket?.ws.isPaused) return this.#armIdle(Math.max(idleMs - silent, 1000));
      this.#fail('timeout', 'the WebSocket was silent');
    });
  }
}

const sizeError = { error: { code: 'message_too_big', message: 'The request is too large for a WebSocket message.' } };
const troubleError = { error: { code: 'server_is_overloaded', message: 'The provider closed the WebSocket.' } };

/** The body of the request with the type of a frame as its first member. */
function frameOf(body: readonly Buffer[]): string {
  const text = Buffer.concat(body).toString('utf8');
  return `{"type":"response.create",${text.slice(text.indexOf('{') + 1)}`;
}

/** A frame that ends an answer; `response.done` is what is called `response.completed` everywhere else. */
function lastFrame(text: string): JsonObject | undefined {
  try {
    const value = parseExact(text);
    if (!isJsonObject(value) || typeof value.type !== 'string') return undefined;
    if (value.type === 'response.done') return { ...value, type: 'response.completed' };
    return /^(?:error|response\.(?:completed|incomplete|failed))$/.test(value.type) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textHeaders(headers: JsonObject): UpstreamHeaders {
  const known = Object.entries(headers).filter(([, value]) => ['string', 'number'].includes(typeof value));
  return Object.fromEntries(known.map(([name, value]) => [name.toLowerCase(), String(value)]));
}
