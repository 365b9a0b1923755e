import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { createProxyMiddleware, type Plugin } from 'http-proxy-middleware';
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../gateway/errors.ts';
import type { HeaderList } from '../forward-headers.ts';
import type { Agents } from './agents.ts';
import { answerError } from './error-answer.ts';
import { ForwardedRequest } from './forwarded-request.ts';
import { relayAnswer } from './relay-answer.ts';
import { UnpackLimitError, type UnpackLimits } from './unpack.ts';

/** What is sent to Amp's server. */
export interface Outgoing {
  upstream: URL;
  /** The request target, path and query. */
  target: string;
  headers: HeaderList;
  /** The body, when it has been read already. */
  body?: Buffer;
}

export interface ExchangeResult {
  /** HTTP status of the answer; 499 when the client went away before its end. */
  status: number;
  /** When the first byte of Amp's answer came, in milliseconds since the Unix epoch. */
  firstByteAt?: number;
  /** What went wrong, in a word or two. */
  problem?: string;
}

export interface ExchangeDeps {
  agents: Agents;
  connectMs: () => number;
  clock: Clock;
  limits: UnpackLimits;
}

type Proxy = (req: ForwardedRequest, res: ServerResponse, next: (error?: unknown) => void) => Promise<void>;

/** Sends requests to Amp's server through http-proxy-middleware and relays the answers. */
export function createHttpExchange(deps: ExchangeDeps) {
  const proxies: Record<string, Proxy> = {
    'http:': createProxy(deps.agents.http),
    'https:': createProxy(deps.agents.https),
  };
  return (req: IncomingMessage, res: ServerResponse, outgoing: Outgoing): Promise<ExchangeResult> => {
    const proxy = proxies[outgoing.upstream.protocol];
    if (!proxy) throw new Error('Only http and https upstreams are supported');
    return new Promise((resolve) => new Exchange(deps, proxy, req, res, outgoing, resolve).start());
  };
}

/**
 * One proxy for all requests to a scheme. The library makes the upstream request and pipes the body; head and answer
 * are ours: it would merge slashes in paths, set a length of 0 on chunked DELETE bodies, and log addresses.
 */
function createProxy(agent: Agents['http']): Proxy {
  const events: Plugin<ForwardedRequest, ServerResponse> = (proxy) => {
    proxy.on('proxyReq', (proxyReq, req) => req.exchange.onRequest(proxyReq));
    proxy.on('proxyRes', (answer, req) => void req.exchange.onAnswer(answer));
    proxy.on('error', (error, req) => req.exchange.onError(error));
    proxy.on('econnreset', (error, req) => req.exchange.onError(error));
  };
  return createProxyMiddleware<ForwardedRequest, ServerResponse>({
    router: (req) => req.exchange.server,
    pathFilter: () => true,
    agent,
    selfHandleResponse: true,
    ejectPlugins: true,
    plugins: [events],
  });
}

/** One request on its way to Amp's server and back. Settles once; everything it holds is released then. */
export class Exchange {
  readonly #deps: ExchangeDeps;
  readonly #proxy: Proxy;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #outgoing: Outgoing;
  readonly #resolve: (result: ExchangeResult) => void;
  #forwarded: ForwardedRequest | undefined;
  #proxyReq: ClientRequest | undefined;
  #cancelConnectLimit: () => void = () => {};
  #firstByteAt: number | undefined;
  #settled = false;

  constructor(
    deps: ExchangeDeps,
    proxy: Proxy,
    req: IncomingMessage,
    res: ServerResponse,
    outgoing: Outgoing,
    resolve: (result: ExchangeResult) => void,
  ) {
    this.#deps = deps;
    this.#proxy = proxy;
    this.#req = req;
    this.#res = res;
    this.#outgoing = outgoing;
    this.#resolve = resolve;
  }

  start(): void {
    if (this.#res.destroyed || this.#req.socket.destroyed) return this.#settle({ status: 499 });
    this.#res.on('close', this.#onClientClose);
    // A write may meet a client that has just gone; 'close' tells.
    this.#res.on('error', () => {});
    const limit = this.#deps.connectMs();
    this.#cancelConnectLimit = this.#deps.clock.after(limit, () => this.#fail('connect timeout'));
    this.#send();
  }

  /** Where the proxy library connects to; the request target is set in `onRequest`. */
  get server() {
    const { protocol, hostname, port } = this.#outgoing.upstream;
    const bare = hostname.replace(/^\[|\]$/g, '');
    return { protocol, host: bare, hostname: bare, port: port || (protocol === 'https:' ? '443' : '80') };
  }

  /** The upstream request exists and has a connection, maybe one still being made; nothing is sent yet. */
  onRequest(proxyReq: ClientRequest): void {
    if (this.#settled) return void proxyReq.destroy();
    this.#proxyReq = proxyReq;
    // The pool's limit is for idle connections.
    proxyReq.socket?.setTimeout(0);
    whenConnected(proxyReq, () => this.#cancelConnectLimit());
    proxyReq.path = this.#outgoing.target;
    for (const name of proxyReq.getHeaderNames()) proxyReq.removeHeader(name);
    for (const { name, values } of this.#outgoing.headers.values()) {
      proxyReq.setHeader(name, values.length === 1 ? (values[0] ?? '') : values);
    }
    this.#forwarded?.release();
    // The first bytes of the body take the head along. A client that is slow to send them may be refused before.
    setImmediate(() => {
      if (!this.#settled) proxyReq.flushHeaders();
    });
  }

  async onAnswer(answer: IncomingMessage): Promise<void> {
    if (this.#settled) return void answer.destroy();
    this.#cancelConnectLimit();
    this.#firstByteAt = this.#deps.clock.now();
    try {
      await relayAnswer(answer, this.#res, this.#deps.limits);
      this.#settle({ status: answer.statusCode ?? 502 });
    } catch (error) {
      this.#failAnswer(error);
    }
  }

  onError(error: Error): void {
    // Once an answer is coming, its own end tells how things stand.
    if (this.#settled || this.#firstByteAt !== undefined) return;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : 'network error';
    if (this.#mayRepeat(code)) return this.#send();
    this.#fail(code);
  }

  #send(): void {
    this.#proxyReq = undefined;
    this.#forwarded = new ForwardedRequest(this.#req, this, this.#outgoing.body);
    const next = (error?: unknown) => this.#fail(error instanceof Error ? error.name : 'not sent');
    this.#proxy(this.#forwarded, this.#res, next).catch(next);
  }

  /** The server closed a kept connection just when we used it: it has seen nothing, and the request changes nothing. */
  #mayRepeat(code: string): boolean {
    const { headers } = this.#outgoing;
    const hasBody = headers.has('content-length') || headers.has('transfer-encoding');
    const safe = ['GET', 'HEAD', 'OPTIONS'].includes(this.#req.method ?? '');
    return code === 'ECONNRESET' && this.#proxyReq?.reusedSocket === true && safe && !hasBody;
  }

  readonly #onClientClose = (): void => {
    if (!this.#res.writableFinished) this.#settle({ status: 499 });
  };

  #fail(problem: string): void {
    if (this.#settled) return;
    const error = new GatewayError('amp_upstream_proxy_error');
    this.#settle({ status: error.status, problem });
    answerError(this.#res, error);
  }

  /** The answer broke off or cannot be passed on. After its first byte only a cut connection tells the client so. */
  #failAnswer(error: unknown): void {
    if (this.#settled) return;
    if (this.#res.headersSent) {
      this.#settle({ status: 502, problem: 'answer broke off' });
      this.#res.destroy();
    } else if (error instanceof UnpackLimitError) {
      this.#settle({ status: 502, problem: 'answer unpacks to too much' });
      answerError(this.#res, new GatewayError('upstream_invalid', { detail: error.message }));
    } else {
      this.#fail('answer broke off');
    }
  }

  #settle(result: ExchangeResult): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#cancelConnectLimit();
    this.#res.off('close', this.#onClientClose);
    if (this.#proxyReq?.writableFinished && this.#isAnswered(result)) this.#forwarded?.finish();
    else this.#forwarded?.abandon();
    this.#resolve(this.#firstByteAt === undefined ? result : { ...result, firstByteAt: this.#firstByteAt });
  }

  #isAnswered({ status, problem }: ExchangeResult): boolean {
    return problem === undefined && status !== 499;
  }
}

/** Calls back once the connection is usable, its TLS handshake included. */
function whenConnected(proxyReq: ClientRequest, callback: () => void): void {
  const { socket } = proxyReq;
  if (!socket) return;
  const secure = socket instanceof TLSSocket;
  const shaking = secure && [null, 'unknown'].includes(socket.getProtocol());
  if (!socket.connecting && !shaking) callback();
  else socket.once(secure ? 'secureConnect' : 'connect', callback);
}
