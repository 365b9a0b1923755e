import { EventEmitter, once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type ControlPlaneDeps, createControlPlane, type ExchangeResult } from '../../../main/amp/control-plane.ts';
import type { SecretResult } from '../../../main/amp/secret-source.ts';
import { type AmpSettings, defaultSettings } from '../../../main/settings/schema.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { type LocalServer, listenLocally, type ServerHandlers } from '../../upstreams/local-server.ts';

export interface StandOptions {
  upstreamUrl?: string;
  settings?: Partial<AmpSettings>;
  secret?: SecretResult;
  localKeys?: string[];
  /** What the gateway would say about each caller. */
  peerIsLoopback?: boolean;
  more?: Partial<ControlPlaneDeps>;
}

/** A control plane behind a real listener. Model calls are read whole and forwarded, as the gateway does. */
export class Stand {
  readonly clock = new FakeClock();
  readonly results: ExchangeResult[] = [];
  readonly log: string[] = [];
  settings: AmpSettings;
  secret: SecretResult;
  peerIsLoopback: boolean;
  readonly plane;
  readonly #localKeys: readonly string[];
  readonly #ended = new EventEmitter();
  front: LocalServer | undefined;

  constructor(options: StandOptions) {
    this.settings = { ...defaultSettings().ampcode, 'upstream-url': options.upstreamUrl ?? '', ...options.settings };
    this.secret = options.secret ?? { token: 'sgamp_user_owner', source: 'settings' };
    this.peerIsLoopback = options.peerIsLoopback ?? true;
    this.#localKeys = options.localKeys ?? [];
    this.plane = createControlPlane({
      settings: () => this.settings,
      secrets: { resolve: () => this.secret, matches: (value) => value === this.secret.token },
      isLocalKey: (value) => this.#localKeys.includes(value),
      isOwnAddress: (url) => url.origin === this.origin,
      connectMs: () => 15_000,
      clock: this.clock,
      log: { debug: (fields, message) => void this.log.push(JSON.stringify({ ...fields, message })) },
      ...options.more,
    });
  }

  async open(): Promise<this> {
    this.front = await listenLocally({
      request: async (req, res) => {
        const info = this.#info(req);
        const model = info.path.startsWith('/api/provider/');
        const result = model
          ? await this.plane.forward(req, res, { ...info, body: await bodyOf(req) })
          : await this.plane.handle(req, res, info);
        this.results.push(result);
        this.#ended.emit('ended');
      },
      upgrade: (req, socket, head) => this.plane.upgrade(req, socket, head, this.#info(req)),
    });
    return this;
  }

  get origin(): string {
    return this.front?.origin ?? '';
  }

  /** Resolves when this many requests have ended. */
  async ended(count: number): Promise<ExchangeResult[]> {
    while (this.results.length < count) await once(this.#ended, 'ended');
    return this.results;
  }

  async close(): Promise<void> {
    this.plane.close();
    await this.front?.close();
  }

  #info(req: IncomingMessage) {
    const [path = '', ...query] = (req.url ?? '').split('?');
    const presented = req.headers.authorization?.replace('Bearer ', '');
    const clientKey = this.#localKeys.find((key) => key === presented);
    return { path, rawQuery: query.join('?'), clientKey, peerIsLoopback: this.peerIsLoopback };
  }
}

/** Things to close after a test, last first. */
export class Cleanup {
  #tasks: (() => Promise<void> | void)[] = [];

  async stand(options: StandOptions): Promise<Stand> {
    const stand = await new Stand(options).open();
    this.add(() => stand.close());
    return stand;
  }

  async server(handlers: ServerHandlers | ServerHandlers['request']): Promise<LocalServer> {
    const server = await listenLocally(typeof handlers === 'function' ? { request: handlers } : handlers);
    this.add(() => server.close());
    return server;
  }

  add(task: () => Promise<void> | void): void {
    this.#tasks.unshift(task);
  }

  async run(): Promise<void> {
    for (const task of this.#tasks.splice(0)) await task();
  }
}

export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: Buffer;
  text: string;
}

/** One request on a connection of its own. */
export async function call(
  origin: string,
  path: string,
  options: RequestOptions = {},
  body?: string | Buffer,
): Promise<Received> {
  const req = request(origin, { ...options, path, agent: false });
  req.end(body);
  const [answer] = (await once(req, 'response')) as [IncomingMessage];
  const bytes = await bodyOf(answer);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    rawHeaders: answer.rawHeaders,
    body: bytes,
    text: bytes.toString(),
  };
}

export async function bodyOf(message: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A bare connection, for what an HTTP client would not send or show. */
export class RawConnection {
  readonly socket: Socket;
  text = '';

  constructor(origin: string) {
    this.socket = connect({ port: Number(new URL(origin).port), host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1');
    });
  }

  send(...lines: string[]): void {
    this.socket.write(lines.join('\r\n'));
  }

  /** Resolves when the text holds `part`; rejects when the connection ends without it. */
  async until(part: string): Promise<string> {
    while (!this.text.includes(part)) {
      if (this.#over) throw new Error(`ended without "${part}": ${this.text}`);
      await this.#news();
    }
    return this.text;
  }

  /** Resolves with everything received when the other side has ended or the connection is cut. */
  async ended(): Promise<string> {
    while (!this.#over) await this.#news();
    return this.text;
  }

  get #over(): boolean {
    return this.socket.readableEnded || this.socket.destroyed;
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        for (const event of ['data', 'end', 'close']) this.socket.off(event, settle);
        resolve();
      };
      for (const event of ['data', 'end', 'close']) this.socket.on(event, settle);
    });
  }
}

/** The value once it is above zero and has not changed for many turns of the event loop. */
export async function standstill(value: () => number): Promise<number> {
  let last = value();
  for (let still = 0; still < 5_000; still++) {
    await new Promise(setImmediate);
    if (value() !== last || last === 0) still = 0;
    last = value();
  }
  return last;
}
