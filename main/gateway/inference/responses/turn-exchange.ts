import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { createStreamEvents, type StreamEvents } from '../../../protocols/translation/stream-events.ts';
import type { CallerContext } from '../../context.ts';
import type { TurnListener } from './socket-turn.ts';

/** What one turn of a conversation over a WebSocket is served with. */
export interface Turn {
  body: Buffer;
  listener: TurnListener;
  /** The client has left. */
  signal: AbortSignal;
  /** Calls back when the client has taken what it was sent. */
  whenFlowing(next: () => void): void;
}

/** A turn as an ordinary request with its answer. */
export interface TurnExchange {
  req: IncomingMessage;
  res: ServerResponse;
}

/**
 * Serves a turn as the HTTP request that it stands for, so that routing, translation and the journal know one kind of
 * request only. Resolves when its answer has ended, or the client is gone.
 */
export async function exchangeTurn(
  turn: Turn,
  client: Pick<CallerContext, 'id' | 'req'>,
  handle: (exchange: TurnExchange) => Promise<void>,
): Promise<void> {
  const req = new TurnRequest(client, turn.body);
  const res = new ServerResponse(req);
  const sink = new AnswerSink(res, turn);
  const closed = new Promise<void>((resolve) => void sink.once('close', resolve));
  const leave = () => void sink.destroy();
  turn.signal.addEventListener('abort', leave, { once: true });
  // The types know connections only; what is asked of one here, any stream can do.
  res.assignSocket(sink as unknown as Socket);
  sink.on('drain', () => res.emit('drain'));
  res.once('finish', leave);
  try {
    if (turn.signal.aborted) leave();
    await handle({ req, res });
    if (!res.writableEnded) leave();
    await closed;
    if (!turn.signal.aborted) sink.tellRefusal();
  } finally {
    turn.signal.removeEventListener('abort', leave);
    req.socket.destroy();
  }
}

/** What belongs to the handshake, not to the requests on the socket. */
const ofHandshake =
  /^(?:connection|upgrade|keep-alive|content-length|transfer-encoding|content-type|accept|sec-websocket-.*)$/;

function isKept([name, value]: readonly [string, unknown]): boolean {
  if (ofHandshake.test(name.toLowerCase())) return false;
  return name.toLowerCase() !== 'openai-beta' || !/^responses_websockets=[^,]*$/.test(String(value));
}

/** The request that a frame stands for. */
class TurnRequest extends IncomingMessage {
  constructor({ req, id }: Pick<CallerContext, 'id' | 'req'>, body: Buffer) {
    super(new Socket());
    const own = { 'content-type': 'application/json', accept: 'text/event-stream', 'content-length': `${body.length}` };
    const kept = Object.entries(req.headers).filter(isKept);
    this.method = 'POST';
    this.url = req.url ?? '/';
    // An answer without chunks ends with its connection, and so does the answer to this.
    this.httpVersion = '1.0';
    this.httpVersionMajor = 1;
    this.httpVersionMinor = 0;
    this.rawHeaders = [...pairs(req.rawHeaders).filter(isKept), ...Object.entries(own)].flat();
    // What is said on one socket is one conversation, unless the client tells better.
    this.headers = { 'x-session-affinity': id, ...Object.fromEntries(kept), ...own };
    this.complete = true;
    this.push(body);
    this.push(null);
  }

  /** All there is to read was put in. */
  override _read(): void {}
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : []));
}

/** More than this of a refusal is not read, in bytes. */
const maxRefusalBytes = 256 * 1024;
const headEnd = '\r\n\r\n';

/** Reads the answer as it would go over a connection: a head, then events or the body of an error. */
class AnswerSink extends Writable {
  readonly #res: ServerResponse;
  readonly #turn: Turn;
  #head: string | undefined = '';
  #events: StreamEvents | undefined;
  #refusal: Buffer[] = [];
  #refusalBytes = 0;

  constructor(res: ServerResponse, turn: Turn) {
    super({ decodeStrings: true });
    this.#res = res;
    this.#turn = turn;
  }

  /** Tells an answer that was no stream of events. */
  tellRefusal(): void {
    if (this.#events || !this.#res.headersSent) return;
    this.#turn.listener.refused(this.#res.statusCode, Buffer.concat(this.#refusal).toString('utf8'));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const body = this.#head === undefined ? chunk : this.#afterHead(this.#head + chunk.toString('latin1'));
    if (body.length > 0) this.#take(body);
    this.#turn.whenFlowing(done);
  }

  #afterHead(text: string): Buffer {
    const end = text.indexOf(headEnd);
    this.#head = end < 0 ? text : undefined;
    if (end < 0) return Buffer.alloc(0);
    const isStream = /^content-type: *text\/event-stream/im.test(text.slice(0, end));
    if (isStream && this.#res.statusCode === 200) this.#events = createStreamEvents();
    return Buffer.from(text.slice(end + headEnd.length), 'latin1');
  }

  #take(body: Buffer): void {
    if (this.#events) {
      for (const { data } of this.#events.push(body)) if (data !== '[DONE]') this.#turn.listener.event(data);
      return;
    }
    this.#refusalBytes += body.length;
    if (this.#refusalBytes <= maxRefusalBytes) this.#refusal.push(Buffer.from(body));
  }
}
