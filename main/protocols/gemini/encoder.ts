import type { Answer, AnswerEvent, AnswerPartStart, FinishReason } from '../answer.ts';
import { isJsonObject, type JsonObject, parseExact, stringifyExact } from '../exact-json.ts';
import { encodeEvent } from '../sse.ts';
import type { AnswerEncoder, EncodeContext } from '../translator.ts';
import type { Usage } from '../wire-format.ts';
import { finishName } from './finish.ts';
import { GroundingWriter } from './grounding.ts';
import { writeUsage } from './usage.ts';

/** Writes a stream of streamGenerateContent: events, or one JSON array that grows. */
export function createEncoder(context: EncodeContext): AnswerEncoder {
  const writer = new AnswerWriter(context);
  const frame = context.asArray ? arrayFrame() : (json: string) => encodeEvent(undefined, json);
  return {
    push(events) {
      const parts = events.flatMap((event) => writer.partsOf(event));
      if (parts.length === 0) return '';
      // Exact numbers are only in arguments; texts are many and have none.
      const isExact = parts.some(({ functionCall }) => functionCall !== undefined);
      const object = writer.chunk(parts);
      return frame(isExact ? stringifyExact(object) : JSON.stringify(object));
    },
    end() {
      const last = frame(stringifyExact(writer.last([{ text: '' }])));
      return context.asArray ? `${last}]` : last;
    },
  };
}

/** Every object behind the bracket or comma that belongs in front of it. */
function arrayFrame(): (json: string) => string {
  let isFirst = true;
  return (json) => {
    const before = isFirst ? '[' : ',\n';
    isFirst = false;
    return before + json;
  };
}

/** Writes a whole answer. */
export function writeAnswer(answer: Answer, context: EncodeContext): JsonObject {
  const writer = new AnswerWriter(context);
  const parts = [...eventsOf(answer)].flatMap((event) => writer.partsOf(event));
  return writer.last(joined(parts));
}

function* eventsOf({ id, model, parts, usage, finish }: Answer): Generator<AnswerEvent> {
  yield { type: 'start', id, model };
  for (const [part, { start, text, signature, citations }] of parts.entries()) {
    yield { type: 'open', part, start };
    if (text !== '') yield { type: 'delta', part, text };
    if (signature !== undefined) yield { type: 'signature', part, signature };
    for (const citation of citations) yield { type: 'citation', part, citation };
    yield { type: 'close', part };
  }
  if (usage) yield { type: 'usage', usage };
  yield { type: 'finish', reason: finish };
}

/** A signature without words belongs to the thought before it. */
function joined(parts: readonly JsonObject[]): JsonObject[] {
  const all: JsonObject[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (part.thought === true && part.text === '' && last?.thought === true)
      all[all.length - 1] = { ...last, ...part, text: last.text ?? '' };
    else all.push(part);
  }
  return all;
}

interface OpenPart {
  start: AnswerPartStart;
  /** Arguments of a call, which is written whole. */
  input: string[];
  signature?: string;
}

class AnswerWriter {
  readonly #context: EncodeContext;
  readonly #open = new Map<number, OpenPart>();
  readonly #grounding = new GroundingWriter();
  #id: string | undefined;
  #usage: Usage | undefined;
  #finish: FinishReason = 'end';
  #isAscii = true;

  constructor(context: EncodeContext) {
    this.#context = context;
  }

  /** Parts that an event comes to; what the last object tells is kept. */
  partsOf(event: AnswerEvent): JsonObject[] {
    switch (event.type) {
      case 'start':
        this.#id = event.id || undefined;
        return [];
      case 'open':
        return this.#opened(event.part, event.start);
      case 'delta':
        return this.#delta(event.part, event.text);
      case 'signature':
        return this.#signed(event.part, event.signature);
      case 'citation':
        this.#grounding.cited(event.citation, this.#isAscii);
        return [];
      case 'close':
        return this.#closed(event.part);
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'finish':
        this.#finish = event.reason;
        return [];
      case 'failed':
        return [];
    }
  }

  /** An object of the stream; `ending` is what the last one tells of its candidate, beside the usage. */
  chunk(parts: JsonObject[], ending: JsonObject = {}, usage?: Usage): JsonObject {
    this.#id ??= this.#context.newId('');
    return {
      candidates: [{ content: { parts, role: 'model' }, index: 0, ...ending }],
      ...(usage ? { usageMetadata: writeUsage(usage) } : {}),
      modelVersion: this.#context.model,
      responseId: this.#id,
    };
  }

  /** The last object of a stream, and the only one of a whole answer. */
  last(parts: JsonObject[]): JsonObject {
    const groundingMetadata = this.#grounding.metadata();
    const finishReason = finishName(this.#finish);
    return this.chunk(parts, { finishReason, ...(groundingMetadata ? { groundingMetadata } : {}) }, this.#usage);
  }

  #opened(part: number, start: AnswerPartStart): JsonObject[] {
    this.#open.set(part, { start, input: [] });
    if (start.kind === 'image') return [{ inlineData: { mimeType: start.mediaType, data: start.data } }];
    if (start.kind === 'search-call') this.#grounding.searched(start.query);
    if (start.kind === 'search-result') this.#grounding.found(start.results);
    return [];
  }

  #delta(part: number, text: string): JsonObject[] {
    const open = this.#open.get(part);
    switch (open?.start.kind) {
      case 'text':
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that are one byte in UTF-8.
        this.#isAscii &&= /^[\x00-\x7f]*$/.test(text);
        return [{ text }];
      case 'thinking':
        return this.#showsThinking ? [{ text, thought: true }] : [];
      case 'tool-call':
        open.input.push(text);
        return [];
      default:
        return [];
    }
  }

  #signed(part: number, signature: string): JsonObject[] {
    const open = this.#open.get(part);
    if (open?.start.kind === 'tool-call') open.signature = signature;
    if (open?.start.kind !== 'thinking' || !this.#showsThinking) return [];
    return [{ text: '', thought: true, thoughtSignature: signature }];
  }

  #closed(part: number): JsonObject[] {
    const open = this.#open.get(part);
    this.#open.delete(part);
    if (open?.start.kind !== 'tool-call') return [];
    const { id, name } = open.start;
    const { signature } = open;
    return [
      {
        functionCall: { id, name, args: argsOf(open.input.join('')) },
        ...(signature === undefined ? {} : { thoughtSignature: signature }),
      },
    ];
  }

  /** Only to those who have asked for it. */
  get #showsThinking(): boolean {
    return this.#context.conversation.thinking?.visible === true;
  }
}

/** Arguments are an object in this format; anything else that a model has written is the value of one. */
function argsOf(input: string): JsonObject {
  if (input.trim() === '') return {};
  try {
    const args = parseExact(input);
    return isJsonObject(args) ? args : { input: args };
  } catch {
    return { input };
  }
}
