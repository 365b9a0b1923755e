import type { AnswerEvent, AnswerPartStart } from '../answer.ts';
import { type JsonObject, stringifyExact } from '../exact-json.ts';
import { encodeEvent } from '../sse.ts';
import type { AnswerEncoder, EncodeContext } from '../translator.ts';
import type { Usage } from '../wire-format.ts';
import { stopReason, usageWords } from './answer-words.ts';
import { BlockWriter, type WrittenPart } from './block-writer.ts';

/** Makes the encoder of one stream: blocks one after the other, however the parts came. */
export function createAnthropicEncoder(context: EncodeContext): AnswerEncoder {
  return new Encoder(context);
}

type PartEvent = Extract<AnswerEvent, { type: 'delta' | 'signature' | 'citation' }>;

/** A part that is not written yet, because another one is, or because it has said nothing. */
interface Waiting {
  start: AnswerPartStart;
  events: PartEvent[];
  isClosed: boolean;
}

class Encoder implements AnswerEncoder {
  readonly #context: EncodeContext;
  readonly #writer: BlockWriter;
  readonly #waiting = new Map<number, Waiting>();
  #current: { part: number; block: WrittenPart } | undefined;
  #hasStarted = false;
  #isOver = false;
  #usage: Usage | undefined;
  #finish: Extract<AnswerEvent, { type: 'finish' }> | undefined;

  constructor(context: EncodeContext) {
    this.#context = context;
    this.#writer = new BlockWriter(context.conversation, write);
  }

  push(events: readonly AnswerEvent[]): string {
    // What comes with the beginning belongs into its first event already.
    for (const event of events) if (event.type === 'usage') this.#usage = event.usage;
    const said = events.map((event) => this.#read(event)).join('');
    return this.#finish && this.#usage ? said + this.#conclude() : said;
  }

  end(): string {
    return this.#conclude();
  }

  #read(event: AnswerEvent): string {
    if (this.#isOver) return '';
    switch (event.type) {
      case 'start':
        return this.#begin();
      case 'open':
        this.#waiting.set(event.part, { start: event.start, events: [], isClosed: false });
        return this.#advance();
      case 'delta':
      case 'signature':
      case 'citation':
        return this.#grow(event);
      case 'close':
        return this.#close(event.part);
      case 'finish':
        this.#finish = event;
        return this.#closeAll();
      default:
        return '';
    }
  }

  #begin(): string {
    if (this.#hasStarted) return '';
    this.#hasStarted = true;
    return write('message_start', {
      message: {
        id: this.#context.newId('msg_'),
        type: 'message',
        role: 'assistant',
        model: this.#context.model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: usageWords(this.#usage),
      },
    });
  }

  #grow(event: PartEvent): string {
    if (event.type === 'delta' && event.text === '') return '';
    if (this.#current?.part === event.part) return this.#current.block.add(event);
    const waiting = this.#waiting.get(event.part);
    waiting?.events.push(event);
    return waiting ? this.#advance() : '';
  }

  #close(part: number): string {
    if (this.#current?.part === part) {
      const last = this.#current.block.end();
      this.#current = undefined;
      return last + this.#advance();
    }
    const waiting = this.#waiting.get(part);
    if (waiting) waiting.isClosed = true;
    return this.#advance();
  }

  #closeAll(): string {
    for (const waiting of this.#waiting.values()) waiting.isClosed = true;
    const last = this.#current ? this.#close(this.#current.part) : this.#advance();
    return last + this.#writer.end();
  }

  /** Writes what waits, as far as one open block at a time allows. */
  #advance(): string {
    let said = '';
    while (!this.#current) {
      const next = [...this.#waiting].find(([, { isClosed, events, start }]) => isClosed || isReady(start, events));
      if (!next) break;
      const [part, { start, events, isClosed }] = next;
      this.#waiting.delete(part);
      const block = this.#writer.open(start);
      said += this.#begin() + events.map((event) => block.add(event)).join('');
      if (isClosed) said += block.end();
      else this.#current = { part, block };
    }
    return said;
  }

  #conclude(): string {
    if (this.#isOver) return '';
    this.#isOver = true;
    const rest = this.#begin() + this.#closeAll();
    const { reason = 'end', stopSequence = null } = this.#finish ?? {};
    const delta = { stop_reason: stopReason(reason, this.#writer.hasCalls), stop_sequence: stopSequence };
    return rest + write('message_delta', { delta, usage: usageWords(this.#usage) }) + write('message_stop', {});
  }
}

/** Text and thinking begin with their first words, so that no block is empty; calls wait for a signature ahead of them. */
function isReady(start: AnswerPartStart, events: readonly PartEvent[]): boolean {
  return events.length > 0 || (start.kind !== 'text' && start.kind !== 'thinking' && start.kind !== 'tool-call');
}

function write(type: string, fields: JsonObject): string {
  return encodeEvent(type, stringifyExact({ type, ...fields }));
}
