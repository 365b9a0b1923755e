import { IncomingMessage } from 'node:http';
import type { Exchange } from './http-exchange.ts';

/**
 * A request as the proxy sends it on. It gives out its body, pulled from the client's socket or kept from an earlier
 * read, only after `release`: whatever the proxy library does, no byte leaves before the head is final.
 */
export class ForwardedRequest extends IncomingMessage {
  readonly exchange: Exchange;
  readonly #source: IncomingMessage;
  readonly #body: Buffer | undefined;
  #released = false;
  #wanted = false;
  #attached = false;

  constructor(source: IncomingMessage, exchange: Exchange, body: Buffer | undefined) {
    super(source.socket);
    this.exchange = exchange;
    this.#source = source;
    this.#body = body;
    this.method = source.method ?? 'GET';
    this.url = '/';
    this.headers = {};
    this.httpVersion = source.httpVersion;
  }

  /** Lets the body flow. */
  release(): void {
    this.#released = true;
    if (this.#wanted) this._read();
  }

  /** Stops asking the client for its body; what still comes is read and dropped so that its connection can go on. */
  finish(): void {
    this.destroy();
    if (!this.#source.readableEnded) this.#source.resume();
  }

  /** The same, and makes the proxy library drop the upstream request, in whatever state that is. */
  abandon(): void {
    this.emit('aborted');
    this.finish();
  }

  override _read(): void {
    this.#wanted = true;
    if (!this.#released || this.destroyed) return;
    if (this.#body) {
      this.push(this.#body);
      this.push(null);
    } else if (this.#source.readableEnded || this.#source.destroyed) {
      this.push(null);
    } else {
      this.#attach();
      this.#source.resume();
    }
  }

  /** The base class would close the client's connection. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#detach();
    done(error);
  }

  #attach(): void {
    if (this.#attached) return;
    this.#attached = true;
    this.#source.on('data', this.#onData);
    this.#source.on('end', this.#onEnd);
  }

  #detach(): void {
    this.#source.off('data', this.#onData);
    this.#source.off('end', this.#onEnd);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.push(chunk)) this.#source.pause();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };
}
