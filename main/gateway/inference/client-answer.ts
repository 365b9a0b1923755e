import type { ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import type { ErrorRenderer, RenderableError } from '../../protocols/wire-format.ts';

export interface AnswerOptions {
  /** How the client reads the answer. */
  framing: Framing;
  errors: ErrorRenderer;
  requestId: string;
  /** Whether the answer carries headers of our own, `x-fusebox-…`. */
  ownHeaders: boolean;
  /** Milliseconds of silence before a stream gets a comment line, repeatedly. */
  keepAliveMs: number;
  clock: Clock;
}

/** One body, server-sent events, or one JSON array that grows (Gemini without `alt=sse`). */
export type Framing = 'body' | 'events' | 'array';

/** An error answer that is already in the client's wire format. */
export interface ReadyError {
  headers: Record<string, string | string[]>;
  body: string;
}

const heads: Readonly<Record<Framing, Readonly<Record<string, string>>>> = {
  body: { 'content-type': 'application/json' },
  events: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
  array: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' },
};

/** What a reader of a stream passes over. */
const keepAlives: Readonly<Record<Exclude<Framing, 'body'>, Buffer>> = {
  events: Buffer.from(': keep-alive\n\n'),
  array: Buffer.from('\n'),
};

/**
 * The client's side of one inference request, whichever attempt serves it. Comments keep a waiting stream alive before
 * any upstream has answered; failing over stays possible until the first bytes of an answer are out.
 */
export class ClientAnswer {
  readonly #res: ServerResponse;
  readonly #options: AnswerOptions;
  /** Ours, sent with every answer. */
  #headers: Record<string, string>;
  #begun = false;
  #lastWriteAt: number;
  #firstByteAt: number | undefined;
  #cancelKeepAlive: () => void = () => {};

  constructor(res: ServerResponse, options: AnswerOptions) {
    this.#res = res;
    this.#options = options;
    this.#headers = options.ownHeaders ? { 'x-fusebox-request-id': options.requestId } : {};
    this.#lastWriteAt = options.clock.now();
    if (options.framing === 'body') return;
    this.#armKeepAlive(options.keepAliveMs, keepAlives[options.framing]);
    // However the request ends, also with a client that leaves or an answer from elsewhere: no timer outlives it.
    res.once('close', () => this.#cancelKeepAlive());
  }

  /** Bytes of an answer, not just comments, are out: no other attempt may serve the request now. */
  get begun(): boolean {
    return this.#begun;
  }

  /** What the head of an answer made here says of its contents. */
  get head(): Readonly<Record<string, string>> {
    return heads[this.#options.framing];
  }

  get gone(): boolean {
    return this.#res.destroyed;
  }

  /** Milliseconds since the epoch; undefined while nothing of the answer is out. */
  get firstByteAt(): number | undefined {
    return this.#firstByteAt;
  }

  get status(): number {
    return this.#res.statusCode;
  }

  /** Adds our own headers to those given. */
  begin(status: number, headers: Record<string, string | string[]>): void {
    this.#begun = true;
    this.#firstByteAt = this.#options.clock.now();
    // A keep-alive comment has sent the head already; it was that of an event stream too.
    if (!this.#res.headersSent) this.#res.writeHead(status, Object.assign(headers, this.#headers));
  }

  /** False when the client is slow: wait for `onDrain`. */
  write(chunk: Buffer): boolean {
    this.#lastWriteAt = this.#options.clock.now();
    return this.#res.write(chunk);
  }

  onDrain(task: () => void): void {
    this.#res.once('drain', task);
  }

  end(): void {
    this.#cancelKeepAlive();
    this.#res.end();
  }

  /** Ends the request with an error in the client's wire format, in or before the stream; `upstream` is shown as it is. */
  fail(error: RenderableError, upstream?: ReadyError): void {
    this.#cancelKeepAlive();
    if (this.gone) return;
    if (!this.#res.headersSent) return this.#failBeforeHead(error, upstream);
    // Half of a plain answer cannot be completed: cutting it is the only honest sign.
    if (this.#options.framing === 'body') this.#res.destroy();
    else this.#res.end(this.#lastWords(error));
  }

  #lastWords(error: RenderableError): string {
    const { errors, framing, requestId } = this.#options;
    if (framing === 'events') return errors.streamEvent(error);
    return `${this.#begun ? ',' : '['}${errors.body(error, requestId)}]`;
  }

  /** Hands the response over to somebody else, such as a proxy: nothing is written here any more. */
  release(): void {
    this.#cancelKeepAlive();
  }

  /** Our own headers, the request's id among them, in the place of those of an earlier attempt. */
  setHeaders(headers: Record<string, string>): void {
    if (this.#options.ownHeaders) this.#headers = headers;
  }

  #failBeforeHead(error: RenderableError, upstream: ReadyError | undefined): void {
    const body = upstream?.body ?? this.#options.errors.body(error, this.#options.requestId);
    const wait =
      error.retryAfterMs === undefined
        ? {}
        : { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) };
    this.#res.writeHead(error.status, {
      'content-type': 'application/json',
      ...upstream?.headers,
      'content-length': String(Buffer.byteLength(body)),
      ...wait,
      ...this.#headers,
    });
    this.#res.end(body);
  }

  #armKeepAlive(delayMs: number, sign: Buffer): void {
    this.#cancelKeepAlive = this.#options.clock.after(delayMs, () => {
      const silent = this.#options.clock.now() - this.#lastWriteAt;
      if (this.gone) return;
      if (silent < this.#options.keepAliveMs) return this.#armKeepAlive(this.#options.keepAliveMs - silent, sign);
      if (!this.#res.headersSent) this.#res.writeHead(200, { ...this.head, ...this.#headers });
      this.write(sign);
      this.#armKeepAlive(this.#options.keepAliveMs, sign);
    });
  }
}
