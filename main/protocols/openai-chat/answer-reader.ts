import type { AnswerEvent, AnswerPartStart, FinishReason } from '../answer.ts';
import { defined } from '../defined.ts';
import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { objectOf, objectsOf, textOf } from '../json-values.ts';
import { mediaOfUrl } from '../media.ts';
import { errorIn, failure, finishOf, usageIn } from './answer-words.ts';
import { type CallReader, createCallReader } from './call-reader.ts';

type TextKind = 'text' | 'thinking';

/** Reads chunks of a stream, or a whole answer as if it were one chunk. Keeps nothing of what was said. */
export class AnswerReader {
  #hasStarted = false;
  #isOver = false;
  #id = '';
  #parts = 0;
  #open: { part: number; kind: TextKind } | undefined;
  #finish: FinishReason | undefined;
  readonly #calls: CallReader;

  constructor() {
    this.#calls = createCallReader(
      () => this.#parts++,
      () => this.#id,
    );
  }

  /** Nothing that follows counts any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  read(chunk: JsonObject): AnswerEvent[] {
    if (this.#isOver) return [];
    const error = errorIn(chunk);
    if (error) return this.#finish === undefined ? this.#fail(error) : this.end();
    const choice = firstChoice(chunk);
    const usage = usageIn(chunk.usage) ?? usageIn(choice?.usage);
    const events = choice || usage ? this.#start(chunk) : [];
    if (choice && this.#finish === undefined) events.push(...this.#readChoice(choice));
    if (this.#isOver) return events;
    if (usage) events.push({ type: 'usage', usage });
    // Usage often comes in a chunk of its own behind the end: who writes the end wants to know it first.
    return this.#finish !== undefined && usage ? [...events, ...this.end()] : events;
  }

  /** The answer has ended as it should. */
  end(): AnswerEvent[] {
    if (this.#isOver) return [];
    const closing = this.#closeAll();
    this.#isOver = true;
    return [...closing, { type: 'finish', reason: this.#reason() }];
  }

  /** The bytes have ended: that is only a good end when the server had said one. */
  cutOff(): AnswerEvent[] {
    if (this.#isOver) return [];
    if (this.#finish !== undefined) return this.end();
    return this.#fail(
      failure(502, 'upstream_lost', 'The connection to the provider was lost before the answer had ended.'),
    );
  }

  fail(code: string, message: string): AnswerEvent[] {
    return this.#isOver || this.#finish !== undefined ? this.end() : this.#fail(failure(502, code, message));
  }

  /** A `[DONE]` ends an answer that had begun, even if no reason was given. */
  done(): AnswerEvent[] {
    return this.#hasStarted ? this.end() : this.cutOff();
  }

  #fail(error: ReturnType<typeof failure>): AnswerEvent[] {
    this.#isOver = true;
    return [{ type: 'failed', error }];
  }

  #start({ id, model }: JsonObject): AnswerEvent[] {
    if (this.#hasStarted) return [];
    this.#hasStarted = true;
    this.#id = typeof id === 'string' ? id : '';
    return [{ type: 'start', id: this.#id, model: typeof model === 'string' ? model : '' }];
  }

  #readChoice(choice: JsonObject): AnswerEvent[] {
    const delta = isJsonObject(choice.delta) ? choice.delta : objectOf(choice.message);
    const events = this.#readDelta(delta);
    const reason = choice.finish_reason;
    if (typeof reason !== 'string' || reason === '') return events;
    if (reason === 'error' || reason === 'insufficient_system_resource')
      return [...events, ...this.#fail(failure(503, reason, 'The provider broke the answer off.'))];
    this.#finish = finishOf(reason);
    return [...events, ...this.#closeAll()];
  }

  #readDelta(delta: JsonObject): AnswerEvent[] {
    const reasoning = textOf(delta.reasoning_content) || textOf(delta.reasoning);
    const events = [...this.#text('thinking', reasoning), ...this.#readContent(delta.content)];
    events.push(...this.#text('text', textOf(delta.refusal)));
    events.push(...this.#citations(delta.annotations), ...this.#images(delta.images));
    const entries = objectsOf(delta.tool_calls);
    const legacy = isJsonObject(delta.function_call) ? [{ index: 0, function: delta.function_call }] : [];
    for (const [position, entry] of [...entries, ...legacy].entries())
      events.push(...this.#closeText(), ...this.#calls.read(entry, position));
    return events;
  }

  /** Text, or the parts that Mistral's thinking models send. */
  #readContent(content: Json | undefined): AnswerEvent[] {
    if (!Array.isArray(content)) return this.#text('text', textOf(content));
    return objectsOf(content).flatMap((part) => {
      if (part.type === 'thinking') return this.#text('thinking', textsOf(part.thinking));
      return this.#text('text', textOf(part.text));
    });
  }

  #text(kind: TextKind, text: string): AnswerEvent[] {
    if (text === '') return [];
    const opening = this.#open?.kind === kind ? [] : [...this.#closeText(), this.#openPart({ kind })];
    return this.#open ? [...opening, { type: 'delta', part: this.#open.part, text }] : opening;
  }

  #openPart(start: AnswerPartStart & { kind: TextKind }): AnswerEvent {
    this.#open = { part: this.#parts++, kind: start.kind };
    return { type: 'open', part: this.#open.part, start };
  }

  #citations(annotations: Json | undefined): AnswerEvent[] {
    return objectsOf(annotations).flatMap((annotation): AnswerEvent[] => {
      const cited = annotation.url_citation;
      if (!isJsonObject(cited) || this.#open?.kind !== 'text') return [];
      return [{ type: 'citation', part: this.#open.part, citation: citationOf(cited) }];
    });
  }

  #images(images: Json | undefined): AnswerEvent[] {
    return objectsOf(images).flatMap((image): AnswerEvent[] => {
      const url = isJsonObject(image.image_url) ? textOf(image.image_url.url) : textOf(image.image_url);
      const media = mediaOfUrl(url);
      if (media?.kind !== 'data') return [];
      const part = this.#parts++;
      const start = { kind: 'image' as const, mediaType: media.mediaType, data: media.data };
      return [
        { type: 'open', part, start },
        { type: 'close', part },
      ];
    });
  }

  #closeText(): AnswerEvent[] {
    const open = this.#open;
    this.#open = undefined;
    return open ? [{ type: 'close', part: open.part }] : [];
  }

  #closeAll(): AnswerEvent[] {
    return [...this.#closeText(), ...this.#calls.end()];
  }

  /** Servers say `stop` behind tool calls, and `tool_calls` without any. */
  #reason(): FinishReason {
    const reason = this.#finish ?? 'end';
    if (this.#calls.hasCalls) return reason === 'end' ? 'tool-calls' : reason;
    return reason === 'tool-calls' ? 'broken-tool-call' : reason;
  }
}

function firstChoice({ choices }: JsonObject): JsonObject | undefined {
  return objectsOf(choices).find(({ index }) => index === undefined || index === 0 || index === null);
}

function citationOf(cited: JsonObject) {
  const { title, url, start_index: start, end_index: end } = cited;
  return defined({
    title: typeof title === 'string' ? title : undefined,
    url: typeof url === 'string' ? url : undefined,
    start: typeof start === 'number' ? start : undefined,
    end: typeof end === 'number' ? end : undefined,
  });
}

function textsOf(value: Json | undefined): string {
  return typeof value === 'string'
    ? value
    : objectsOf(value)
        .map(({ text }) => textOf(text))
        .join('');
}
