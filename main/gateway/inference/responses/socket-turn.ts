import { isJsonObject, type Json, type JsonObject, parseExact, stringifyExact } from '../../../protocols/exact-json.ts';

/** Listens to the answer of one request, as it comes from a stream of events. */
export interface TurnListener {
  /** JSON text of one event. */
  event(data: string): void;
  /** The request was refused before its first event; `body` is the error's JSON. */
  refused(status: number, body: string): void;
}

/** A turn that ended well: what the next one may go on from. */
export interface FinishedTurn {
  responseId: string;
  output: readonly Json[];
  /** Of the output's JSON. */
  bytes: number;
}

/** Few events say more than a piece of text: only these are read. */
const worthReading = /"(response\.(output_item\.done|completed|incomplete|done|failed)|error)"/;

/** One turn of a conversation over a WebSocket: its events become frames, and it ends exactly once. */
export class SocketTurn implements TurnListener {
  finished: FinishedTurn | undefined;
  readonly #send: (text: string) => void;
  readonly #items = new Map<number, Json>();
  #bytes = 0;
  #isOver = false;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  event(data: string): void {
    if (this.#isOver) return;
    this.#send(data);
    if (worthReading.test(data)) this.#read(data);
  }

  refused(status: number, body: string): void {
    const said = objectIn(body);
    const error =
      said && isJsonObject(said.error) ? said.error : { type: 'server_error', message: 'The request failed.' };
    this.fail(status, error);
  }

  /** Ends the turn, unless it has ended. */
  fail(status: number, error: JsonObject): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#send(stringifyExact({ type: 'error', status, error }));
  }

  #read(data: string): void {
    const event = objectIn(data);
    switch (event?.type) {
      case 'response.output_item.done':
        return this.#keep(event, data.length);
      case 'response.completed':
      case 'response.incomplete':
      case 'response.done':
        return this.#finish(event.response);
      case 'response.failed':
      case 'error':
        this.#isOver = true;
    }
  }

  #keep({ item, output_index: index }: JsonObject, bytes: number): void {
    if (item === undefined) return;
    this.#items.set(typeof index === 'number' ? index : this.#items.size, item);
    this.#bytes += bytes;
  }

  /** Where the last event tells no output, it is what the items were. */
  #finish(response: Json | undefined): void {
    this.#isOver = true;
    if (!isJsonObject(response) || typeof response.id !== 'string') return;
    const told = Array.isArray(response.output) ? response.output : [];
    const items = [...this.#items].sort(([a], [b]) => a - b).map(([, item]) => item);
    const output = told.length > 0 ? told : items;
    this.finished = { responseId: response.id, output, bytes: this.#bytes };
  }
}

export function objectIn(text: string): JsonObject | undefined {
  try {
    const value = parseExact(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
