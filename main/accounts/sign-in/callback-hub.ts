import type { ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import { answerCallback, type CallbackRequest, type Expected, pagePrefix } from './callback-answer.ts';
import { type Page, pageHeaders, renderPage } from './callback-page.ts';
import { type LoopbackServer, listenOnLoopback, PortError, type PortRefusal } from './loopback-server.ts';
import type { CallbackFields } from './paste.ts';

export interface CallbackHubDeps {
  clock: Clock;
  platform: NodeJS.Platform;
  /** Base64url text of so many random bytes. */
  random(bytes: number): string;
  /** Names the program that listens on a port, as far as the system tells. */
  holderOf(port: number): Promise<string | undefined>;
}

export interface CallbackWanted {
  /** Tried in this order; then, with `anyPort`, a free one. */
  ports: readonly number[];
  anyPort: boolean;
  path: string;
  state: string;
  /** Called once, with what the browser brought. */
  receive(fields: CallbackFields): void;
  /** How the sign-in stands, for its page. */
  page(): Page;
}

/** A port that could not be had, and why. */
export interface BusyPort {
  port: number;
  reason: PortRefusal;
  holder?: string;
}

export interface CallbackPlace {
  /** Undefined when no port could be had. */
  port: number | undefined;
  busy: readonly BusyPort[];
  /** Stops expecting the browser; frees the port unless another sign-in waits there or a page still has to be shown. */
  release(): void;
}

/** The browser's page learns the end within this time after it, in milliseconds; then the port is freed. */
const lingerMs = 5_000;

interface Waiting extends Expected {
  wanted: CallbackWanted;
  released: boolean;
  stopLingering?: () => void;
}

interface Port {
  server: Promise<LoopbackServer>;
  waiting: Set<Waiting>;
}

/** The servers that browsers come back to: each exists only while a sign-in needs its port, and serves all that do. */
export class CallbackHub {
  readonly #deps: CallbackHubDeps;
  /** By wanted port; those of free ports have no entry. */
  readonly #ports = new Map<number, Port>();
  readonly #all = new Set<Port>();
  readonly #closing = new Set<Promise<void>>();

  constructor(deps: CallbackHubDeps) {
    this.#deps = deps;
  }

  /** Never rejects for a port that cannot be had: it is listed as busy. */
  async reserve(wanted: CallbackWanted): Promise<CallbackPlace> {
    const busy: BusyPort[] = [];
    const waiting: Waiting = {
      wanted,
      path: wanted.path,
      state: wanted.state,
      pageId: this.#deps.random(16),
      used: false,
      released: false,
    };
    for (const port of [...wanted.ports, ...(wanted.anyPort ? [0] : [])]) {
      const refusal = await this.#join(port, waiting);
      if (typeof refusal === 'object') return { ...refusal, busy };
      if (port !== 0) busy.push(await this.#described(port, refusal));
    }
    return { port: undefined, busy, release: () => {} };
  }

  /** Frees every port at once. */
  async close(): Promise<void> {
    for (const port of [...this.#all]) for (const waiting of [...port.waiting]) this.#leave(port, waiting);
    await Promise.all(this.#closing);
  }

  async #join(wanted: number, waiting: Waiting): Promise<{ port: number; release(): void } | PortRefusal> {
    const port = (wanted !== 0 && this.#ports.get(wanted)) || this.#open(wanted);
    // Before the server listens, so that it is not closed by somebody who leaves meanwhile.
    port.waiting.add(waiting);
    try {
      const { port: actual } = await port.server;
      return { port: actual, release: () => this.#release(port, waiting) };
    } catch (error) {
      this.#leave(port, waiting);
      if (error instanceof PortError) return error.reason;
      throw error;
    }
  }

  #open(wanted: number): Port {
    const waiting = new Set<Waiting>();
    const respond = (request: CallbackRequest, response: ServerResponse) => void this.#respond(port, request, response);
    // A port that is just being freed is free in a moment.
    const server = Promise.all(this.#closing).then(() => listenOnLoopback(wanted, respond, this.#deps.platform));
    const port: Port = { server, waiting };
    this.#all.add(port);
    if (wanted !== 0) this.#ports.set(wanted, port);
    return port;
  }

  async #described(port: number, reason: PortRefusal): Promise<BusyPort> {
    const holder = reason === 'taken' ? await this.#deps.holderOf(port).catch(() => undefined) : undefined;
    return { port, reason, ...(holder ? { holder } : {}) };
  }

  async #respond(port: Port, request: CallbackRequest, response: ServerResponse): Promise<void> {
    const { port: number } = await port.server;
    const answer = answerCallback(request, number, [...port.waiting]);
    if (answer.kind === 'refuse') return send(response, answer.page);
    const { expected } = answer;
    if (answer.kind === 'show') return this.#show(port, expected, response);
    expected.used = true;
    // To an address without the code, which would stay in the browser's history.
    response.writeHead(303, { ...pageHeaders, location: pagePrefix + expected.pageId, 'content-length': '0' }).end();
    expected.wanted.receive(answer.fields);
  }

  #show(port: Port, expected: Waiting, response: ServerResponse): void {
    const page = expected.wanted.page();
    if (!page.unfinished) response.once('close', () => expected.released && this.#leave(port, expected));
    send(response, page);
  }

  #release(port: Port, waiting: Waiting): void {
    if (waiting.released) return;
    waiting.released = true;
    if (!waiting.used) return this.#leave(port, waiting);
    waiting.stopLingering = this.#deps.clock.after(lingerMs, () => this.#leave(port, waiting));
  }

  #leave(port: Port, waiting: Waiting): void {
    waiting.stopLingering?.();
    port.waiting.delete(waiting);
    if (port.waiting.size > 0 || !this.#all.delete(port)) return;
    for (const [number, known] of this.#ports) if (known === port) this.#ports.delete(number);
    const closing = port.server.then((server) => server.close()).catch(() => {});
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}

function send(response: ServerResponse, page: Page): void {
  const { headers, body } = renderPage(page);
  response.writeHead(page.status, page.status === 405 ? { ...headers, allow: 'GET' } : headers).end(body);
}
