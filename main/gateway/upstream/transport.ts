import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { Agent, EnvHttpProxyAgent, ProxyAgent, Socks5ProxyAgent } from '../../net/undici.ts';
import type { UpstreamCall, UpstreamHeaders } from '../../providers/contract.ts';

export interface UpstreamListener {
  /** The answer's head. */
  head(status: number, headers: UpstreamHeaders): void;
  /** A piece of the answer; false asks to wait for `resume`. */
  data(chunk: Buffer): boolean;
  end(): void;
  /** The call failed or was cut; nothing follows. Not called after `abort`. */
  error(error: NetworkError): void;
  /** No socket reads the call's body any more. Comes when the call has ended, however it did, or later. */
  bodyFree(): void;
}

export interface NetworkError {
  /** `timeout`, or the system's or undici's error code. */
  code: string;
  message: string;
}

export interface Exchange {
  resume(): void;
  /** Ends the call and frees its socket; the listener hears nothing more. */
  abort(): void;
}

export interface TransportLimits {
  /** Milliseconds. */
  connectMs: number;
  /** Milliseconds of silence, before the head and between pieces. */
  idleMs: number;
}

export interface Transport {
  send(call: UpstreamCall, proxyUrl: string | undefined, listener: UpstreamListener): Exchange;
  /** The dispatcher of a proxy setting, for calls that are made with fetch. */
  dispatcher(proxyUrl: string | undefined): Dispatcher;
  close(): Promise<void>;
}

/** Upstream connections: one pool an origin and proxy, no waiting in line, sockets kept 30 s for the next request. */
export function createTransport(limits: TransportLimits, env: NodeJS.ProcessEnv): Transport {
  const environmentHasProxy = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].some((name) => env[name]);
  const dispatchers = new Map<string, Dispatcher>();
  const dispatcher = (proxyUrl: string | undefined) => {
    const name = proxyUrl ?? '';
    const known = dispatchers.get(name);
    if (known) return known;
    const made = newDispatcher(proxyUrl, limits, environmentHasProxy);
    dispatchers.set(name, made);
    return made;
  };
  return {
    dispatcher,
    send: (call, proxyUrl, listener) => send(dispatcher(proxyUrl), call, listener),
    async close() {
      await Promise.all([...dispatchers.values()].map((one) => one.destroy()));
      dispatchers.clear();
    },
  };
}

/** What of an answer may wait for a slow client before its connection is read no further; as much as over TLS. */
const unreadBytes = 16 * 1024;

/** `direct` and `none` bypass every proxy; without a setting the environment's proxies apply, as in other tools. */
function newDispatcher(
  proxyUrl: string | undefined,
  limits: TransportLimits,
  environmentHasProxy: boolean,
): Dispatcher {
  const options = {
    connect: { timeout: limits.connectMs, highWaterMark: unreadBytes },
    headersTimeout: limits.idleMs,
    bodyTimeout: limits.idleMs,
    keepAliveTimeout: 30_000,
    pipelining: 1,
  };
  if (proxyUrl === 'direct' || proxyUrl === 'none') return new Agent(options);
  if (!proxyUrl) return environmentHasProxy ? new EnvHttpProxyAgent(options) : new Agent(options);
  if (proxyUrl.startsWith('socks')) {
    const { connect: _, ...pool } = options;
    return new Socks5ProxyAgent(proxyUrl.replace(/^socks5h:/, 'socks5:'), pool);
  }
  return new ProxyAgent({ ...options, uri: proxyUrl });
}

function send(dispatcher: Dispatcher, call: UpstreamCall, listener: UpstreamListener): Exchange {
  const exchange = new HttpExchange(listener);
  const { origin, path, method } = call;
  dispatcher.dispatch({ origin, path, method, ...exchange.framed(call) }, exchange);
  return exchange;
}

/** One call, from its first byte to the end of its answer. */
class HttpExchange implements Exchange, Dispatcher.DispatchHandler {
  readonly #listener: UpstreamListener;
  #controller: Dispatcher.DispatchController | undefined;
  /** Of a large body: what may be read for longer than the call lives. */
  #body: OutgoingBody | undefined;
  #isOver = false;

  constructor(listener: UpstreamListener) {
    this.#listener = listener;
  }

  /** The call's headers and body as undici sends them best. */
  framed({ headers, body }: UpstreamCall): Pick<Dispatcher.DispatchOptions, 'headers' | 'body'> {
    const size = body.reduce((sum, { length }) => sum + length, 0);
    if (size <= queuedBytes) {
      const [only] = body;
      return { headers, body: only && body.length === 1 ? only : Buffer.concat(body, size) };
    }
    this.#body = new OutgoingBody(body, () => this.#listener.bodyFree());
    // The client takes any iterable, though its types know streams only; it cannot know the length of one.
    return { headers: { ...headers, 'content-length': String(size) }, body: this.#body as unknown as Readable };
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(clientGone());
  }

  onResponseStart(_controller: unknown, status: number, headers: UpstreamHeaders): void {
    // Informational answers such as 103 come before the real head.
    if (!this.#isOver && status >= 200) this.#listener.head(status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isOver && !this.#listener.data(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#end()) this.#listener.end();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#end()) this.#listener.error(describe(error));
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(): void {
    if (this.#end()) this.#controller?.abort(clientGone());
  }

  /** False when the call had ended before. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    if (this.#body) this.#body.end();
    else this.#listener.bodyFree();
    return true;
  }
}

/**
 * Up to this many bytes one write is cheaper than several. A socket may queue as many and go on at once; it waits until
 * what is larger has left (the high-water mark of sockets: 16 KB up to Node 20, 64 KB since).
 */
export const queuedBytes = 64 * 1024;

/**
 * A body in pieces that knows whether a socket reads them: undici asks for the next piece, or that there is none, when
 * the one before has left or its connection is closed.
 */
class OutgoingBody implements Iterable<Buffer> {
  readonly #pieces: readonly Buffer[];
  readonly #onFree: () => void;
  #readers = 0;
  #ended = false;

  constructor(pieces: readonly Buffer[], onFree: () => void) {
    this.#pieces = pieces;
    this.#onFree = onFree;
  }

  *[Symbol.iterator](): Generator<Buffer> {
    this.#readers += 1;
    try {
      for (const piece of this.#pieces) yield* turnsOf(piece);
    } finally {
      this.#readers -= 1;
      this.#tell();
    }
  }

  /** The call has ended: nobody begins to read any more. */
  end(): void {
    this.#ended = true;
    this.#tell();
  }

  #tell(): void {
    if (this.#ended && this.#readers === 0) this.#onFree();
  }
}

const turnBytes = 1024 * 1024;

/** Encrypting a piece blocks the event loop, so that it is done by the megabyte. No turn is small where the piece is not. */
function* turnsOf(piece: Buffer): Generator<Buffer> {
  let at = 0;
  for (; piece.length - at >= 2 * turnBytes; at += turnBytes) yield piece.subarray(at, at + turnBytes);
  yield piece.subarray(at);
}

/** Made only when it is needed: an error's stack costs more than the rest of a call's set-up. */
function clientGone(): Error {
  return new Error('The client is gone');
}

function describe(error: Error & { code?: string }): NetworkError {
  const code = error.code ?? 'unknown';
  return { code: /TIMEOUT/.test(code) ? 'timeout' : code, message: error.message };
}
