import type { AnswerEvent } from '../answer.ts';
import { parseExact, stringifyExact } from '../exact-json.ts';
import type { AnswerDecoder, AnswerNotes, EncodeContext, Translator } from '../translator.ts';
import type { RenderableError } from '../wire-format.ts';
import { createAnswerAdapter } from './answer-adapter.ts';
import { AnswerCollector } from './collect-answer.ts';
import { createStreamEvents } from './stream-events.ts';

export interface AnswerTranslation {
  /** Bytes for the client that the upstream's bytes come to. */
  push(chunk: Buffer): Buffer[];
  /** The upstream's answer has ended. */
  end(): Buffer[];
  /** Set once the answer has failed: nothing more is written, the client gets this in its own format. */
  readonly error: RenderableError | undefined;
  /** The client has all that it asked for, though the upstream may go on. */
  readonly isDone: boolean;
}

export interface AnswerTranslationOptions {
  upstream: Translator;
  client: Translator;
  /** Whether the upstream's bytes are an event stream. */
  fromStream: boolean;
  /** Whether the client reads a stream. */
  toStream: boolean;
  notes: AnswerNotes;
  context: EncodeContext;
  /** Shown every event on its way, in the client's terms. */
  onEvents?: (events: readonly AnswerEvent[]) => void;
}

/** Writes an upstream's answer in the client's wire format while it arrives. Never throws. */
export function createAnswerTranslation(options: AnswerTranslationOptions): AnswerTranslation {
  return new Translation(options);
}

/** What turns an upstream's bytes into events. */
interface Source {
  push(chunk: Buffer): AnswerEvent[];
  end(): AnswerEvent[];
}

/** What turns events into the client's bytes. */
interface Sink {
  push(events: readonly AnswerEvent[]): string;
  end(): string;
}

class Translation implements AnswerTranslation {
  error: RenderableError | undefined;
  isDone = false;
  readonly #source: Source;
  readonly #sink: Sink;
  readonly #adapter: ReturnType<typeof createAnswerAdapter>;
  readonly #onEvents: AnswerTranslationOptions['onEvents'];

  constructor(options: AnswerTranslationOptions) {
    const { upstream, client, fromStream, toStream, context } = options;
    this.#source = fromStream ? streamSource(upstream.decoder()) : bodySource(upstream);
    this.#sink = toStream ? client.encoder(context) : bodySink(client, context);
    this.#adapter = createAnswerAdapter(options.notes);
    this.#onEvents = options.onEvents;
  }

  push(chunk: Buffer): Buffer[] {
    return this.#isOver ? [] : this.#write(this.#read(chunk), false);
  }

  end(): Buffer[] {
    return this.#isOver ? [] : this.#write(this.#read(undefined), true);
  }

  /** Without a chunk the upstream's answer has ended. What an upstream sends must break nothing but this answer. */
  #read(chunk: Buffer | undefined): AnswerEvent[] {
    try {
      return chunk ? this.#source.push(chunk) : this.#source.end();
    } catch {
      return [unreadable('it is of no known shape')];
    }
  }

  /** Values nested without end, which overflow the stack, are the upstream's doing too; anything else here is ours. */
  #write(events: readonly AnswerEvent[], isLast: boolean): Buffer[] {
    try {
      const written = this.#pass(events);
      return isLast && !this.#isOver ? [...written, ...this.#finish()] : written;
    } catch (error) {
      this.error = error instanceof RangeError ? invalidAnswer('it is nested too deeply') : unwritable;
      return [];
    }
  }

  get #isOver(): boolean {
    return this.isDone || this.error !== undefined;
  }

  #pass(received: readonly AnswerEvent[]): Buffer[] {
    if (received.length === 0) return [];
    const events = this.#adapter.push(received);
    this.#onEvents?.(events);
    const failed = events.find(isFailure);
    const text = this.#sink.push(failed ? events.filter((event) => !isFailure(event)) : events);
    if (failed) this.error = failed.error;
    else if (this.#adapter.isCut) return [...bytes(text), ...this.#finish()];
    return bytes(text);
  }

  #finish(): Buffer[] {
    this.isDone = true;
    return bytes(this.#sink.end());
  }
}

function isFailure(event: AnswerEvent): event is Extract<AnswerEvent, { type: 'failed' }> {
  return event.type === 'failed';
}

function bytes(text: string): Buffer[] {
  return text === '' ? [] : [Buffer.from(text)];
}

function streamSource(decoder: AnswerDecoder): Source {
  const cutter = createStreamEvents();
  return {
    push(chunk) {
      const [first, ...more] = cutter.push(chunk);
      // Nearly every chunk is one event.
      const events = first ? decoder.push(first) : [];
      return more.length === 0 ? events : [...events, ...more.flatMap((event) => decoder.push(event))];
    },
    end: () => decoder.end(),
  };
}

/** Bodies beyond this size, in bytes, are no answers of a model. */
const maxBodyBytes = 64 * 1024 * 1024;

function bodySource(upstream: Translator): Source {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    push(chunk) {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
      else chunks = [];
      return [];
    },
    end: () => (size > maxBodyBytes ? [unreadable('it is too long')] : readBody(upstream, Buffer.concat(chunks))),
  };
}

function readBody(upstream: Translator, body: Buffer): AnswerEvent[] {
  try {
    return upstream.readAnswer(parseExact(body.toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return [unreadable('it is not JSON')];
    throw error;
  }
}

function unreadable(why: string): AnswerEvent {
  return { type: 'failed', error: invalidAnswer(why) };
}

const unwritable: RenderableError = {
  status: 500,
  code: 'internal_error',
  message: 'Fusebox failed to write the answer in the format of the client. See the journal; please report it.',
};

function invalidAnswer(why: string): RenderableError {
  return { status: 502, code: 'upstream_invalid', message: `The provider sent an answer that cannot be read: ${why}.` };
}

function bodySink(client: Translator, context: EncodeContext): Sink {
  const collector = new AnswerCollector();
  return {
    push(events) {
      collector.push(events);
      return '';
    },
    end: () => stringifyExact(client.writeAnswer(collector.answer(), context)),
  };
}
