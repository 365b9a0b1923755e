import { type Json, type JsonObject, stringifyExact } from '../../protocols/exact-json.ts';
import { itemsOf } from './responses/previous-response.ts';
import { objectIn, SocketTurn, type TurnListener } from './responses/socket-turn.ts';

/** What a conversation over a WebSocket needs from outside. */
export interface ResponsesSocketParts {
  /** Serves one streamed request of the Responses API; resolves when its answer has ended, also when it was aborted. */
  serve(body: Buffer, listener: TurnListener, signal: AbortSignal): Promise<void>;
  /** Sends one text frame. */
  send(text: string): void;
  /** Closes the socket with a code of RFC 6455, section 7.4. */
  close(code: number, reason: string): void;
  newId(prefix: string): string;
  /** Seconds since the Unix epoch. */
  now(): number;
  /** Longest message, and longest conversation that is kept, in bytes. */
  maxBytes: number;
}

/** The server's side of one client's socket. */
export interface ResponsesSocket {
  /** One whole message of the client. */
  receive(message: Buffer): void;
  /** No more requests are taken; the socket closes when the one that is being served has its answer. */
  drain(): void;
  /** The socket has closed: whatever is going on ends. */
  closed(): void;
}

/** Turns that wait; clients take them one after the other. */
const mostWaiting = 16;

/**
 * `GET /v1/responses` with upgrade: each `response.create` is a request, its events come back as frames. The socket knows
 * what was said on it, so that the next request may name the last answer, or just append to it, whatever the upstream
 * stores.
 */
export function createResponsesSocket(parts: ResponsesSocketParts): ResponsesSocket {
  return new Conversation(parts);
}

/** The last turn: its request without the input, everything said up to its answer, and the answer's id. */
interface Said {
  settings: JsonObject;
  items: readonly Json[];
  responseId: string;
}

class Conversation implements ResponsesSocket {
  readonly #parts: ResponsesSocketParts;
  readonly #ended = new AbortController();
  readonly #waiting: { frame: JsonObject; bytes: number }[] = [];
  #isBusy = false;
  #isDraining = false;
  #said: Said | undefined;

  constructor(parts: ResponsesSocketParts) {
    this.#parts = parts;
  }

  receive(message: Buffer): void {
    if (this.#ended.signal.aborted || this.#isDraining) return;
    if (message.length > this.#parts.maxBytes) return this.#parts.close(1009, 'message too big');
    const frame = objectIn(message.toString('utf8'));
    if (!frame) return this.#refuse('The message is not a JSON object.');
    if (!this.#hasRoom(message.length)) return this.#refuse('Too many requests are waiting on this socket.', 429);
    this.#waiting.push({ frame, bytes: message.length });
    if (!this.#isBusy) void this.#work();
  }

  drain(): void {
    this.#isDraining = true;
    this.#waiting.length = 0;
    if (!this.#isBusy) this.#leave();
  }

  closed(): void {
    this.#ended.abort();
    this.#waiting.length = 0;
    this.#said = undefined;
  }

  #hasRoom(bytes: number): boolean {
    const waiting = this.#waiting.reduce((sum, one) => sum + one.bytes, 0);
    return this.#waiting.length < mostWaiting && waiting + bytes <= this.#parts.maxBytes;
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await this.#take(next.frame);
    this.#isBusy = false;
    if (this.#isDraining) this.#leave();
  }

  #leave(): void {
    if (!this.#ended.signal.aborted) this.#parts.close(1001, 'going away');
  }

  async #take({ type, ...body }: JsonObject): Promise<void> {
    if (type === 'response.append' && !this.#said)
      return this.#refuse('response.append needs a response.create before it.');
    if (type !== 'response.create' && type !== 'response.append')
      return this.#refuse('The type of the message is not known.');
    const { generate, ...request } = this.#whole(type, body);
    if (generate === false) this.#warmUp(request);
    else await this.#serve(request);
  }

  /** The request with what was said before it on this socket, where it goes on from that. */
  #whole(type: string, body: JsonObject): JsonObject {
    const said = this.#said;
    if (!said) return body;
    const { previous_response_id: previous, input, ...rest } = body;
    const appends = type === 'response.append';
    if (!appends && previous !== said.responseId) return body;
    return { ...(appends ? said.settings : {}), ...rest, input: [...said.items, ...itemsOf(input)] };
  }

  async #serve(request: JsonObject): Promise<void> {
    const { signal } = this.#ended;
    const turn = new SocketTurn((text) => this.#send(text));
    const body = Buffer.from(stringifyExact({ ...request, stream: true }));
    try {
      await this.#parts.serve(body, turn, signal);
      turn.fail(502, { type: 'server_error', code: 'upstream_lost', message: 'The answer ended early.' });
    } catch {
      turn.fail(500, { type: 'server_error', code: 'internal_error', message: 'The request could not be served.' });
    }
    const { finished } = turn;
    // A turn that failed leaves the one before it as it was.
    if (!finished || signal.aborted) return;
    const fits = body.length + finished.bytes <= this.#parts.maxBytes;
    this.#said = fits ? said(request, finished.responseId, finished.output) : undefined;
  }

  /** Upstreams without WebSockets have nothing to warm up; the client gets an empty answer to go on from. */
  #warmUp(request: JsonObject): void {
    const id = this.#parts.newId('resp_');
    const { model = '' } = request;
    const head = { id, object: 'response', created_at: this.#parts.now(), model, output: [] };
    const usage = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
    const created = { ...head, status: 'in_progress', usage: null };
    this.#send(stringifyExact({ type: 'response.created', sequence_number: 0, response: created }));
    const completed = { ...head, status: 'completed', usage };
    this.#send(stringifyExact({ type: 'response.completed', sequence_number: 1, response: completed }));
    this.#said = said(request, id, []);
  }

  #refuse(message: string, status = 400): void {
    this.#send(stringifyExact({ type: 'error', status, error: { type: 'invalid_request_error', message } }));
  }

  #send(text: string): void {
    if (!this.#ended.signal.aborted) this.#parts.send(text);
  }
}

function said({ input, ...settings }: JsonObject, responseId: string, output: readonly Json[]): Said {
  return { settings, items: [...itemsOf(input), ...output], responseId };
}
