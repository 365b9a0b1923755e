import type { AnswerEvent, AnswerPartStart } from '../answer.ts';
import { isJsonObject, type Json, type JsonObject, stringifyExact } from '../exact-json.ts';
import { exactJsonIn } from '../json-text.ts';
import { objectOf, objectsOf, textOf } from '../json-values.ts';
import { fitToolId } from '../tool-names.ts';
import type { AnswerDecoder } from '../translator.ts';
import type { RenderableError } from '../wire-format.ts';
import { failureIn, opened } from './failures.ts';
import { finishOf } from './finish.ts';
import { groundingIn, searchEvents } from './grounding.ts';
import { refusalInWords } from './retired.ts';
import { usageIn } from './usage.ts';

/** Reads a stream of streamGenerateContent, with or without the envelope of Code Assist. */
export function createDecoder(): AnswerDecoder {
  const reading = new AnswerReading();
  return {
    push({ data }) {
      const value = exactJsonIn(data);
      return value === undefined ? [] : chunksIn(value).flatMap((chunk) => reading.read(chunk));
    },
    end: () => reading.end(),
  };
}

/** Reads a whole answer, or a stream that came as one JSON array, as if its objects had been streamed. */
export function readAnswer(body: Json): AnswerEvent[] {
  const reading = new AnswerReading();
  return [...chunksIn(body).flatMap((chunk) => reading.read(chunk)), ...reading.end()];
}

function chunksIn(value: Json): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject);
}

/** What every API takes back (Chat Completions: 40 characters). */
const longestCallId = 40;

class AnswerReading {
  #id = '';
  #isStarted = false;
  #isOver = false;
  /** Google's name for why it ended; earlier models say it with every chunk. */
  #finish: string | undefined;
  #usage: AnswerEvent | undefined;
  #sawCall = false;
  #calls = 0;
  #parts = 0;
  #open: { part: number; kind: 'text' | 'thinking' } | undefined;
  /** Whether offsets in bytes are offsets in characters. */
  #isAscii = true;
  #saidWords = false;

  read(chunk: JsonObject): AnswerEvent[] {
    if (this.#isOver) return [];
    const failure = failureIn(chunk);
    if (failure) return this.#fail(failure);
    const answer = opened(chunk);
    const [candidate] = objectsOf(answer.candidates);
    const usage = usageIn(answer.usageMetadata);
    if (usage) this.#usage = { type: 'usage', usage };
    const events = [...this.#start(answer), ...(candidate ? this.#candidate(candidate) : [])];
    if (!candidate && isBlocked(answer.promptFeedback)) this.#finish = 'PROHIBITED_CONTENT';
    return events;
  }

  /** Usage may follow the end mark, so that only the end of the stream is the end. */
  end(): AnswerEvent[] {
    if (this.#isOver) return [];
    if (this.#finish === undefined) {
      const message = 'The provider ended its answer early: the stream ended without its last event.';
      return this.#fail({ status: 502, code: 'upstream_lost', message });
    }
    this.#isOver = true;
    const reason = finishOf(this.#finish, this.#sawCall);
    return [...this.#close(), ...(this.#usage ? [this.#usage] : []), { type: 'finish', reason }];
  }

  #fail(error: RenderableError): AnswerEvent[] {
    this.#isOver = true;
    return [{ type: 'failed', error }];
  }

  #start({ responseId, modelVersion }: JsonObject): AnswerEvent[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    this.#id = textOf(responseId);
    return [{ type: 'start', id: this.#id, model: textOf(modelVersion) }];
  }

  #candidate({ content, finishReason, groundingMetadata }: JsonObject): AnswerEvent[] {
    if (typeof finishReason === 'string' && finishReason !== 'FINISH_REASON_UNSPECIFIED') this.#finish = finishReason;
    const parts = isJsonObject(content) ? objectsOf(content.parts) : [];
    const events: AnswerEvent[] = [];
    for (const part of parts) {
      events.push(...this.#part(part));
      if (this.#isOver) return events;
    }
    return [...events, ...this.#grounding(groundingMetadata)];
  }

  #part(part: JsonObject): AnswerEvent[] {
    const { functionCall, inlineData, executableCode, codeExecutionResult } = part;
    if (isJsonObject(functionCall)) return this.#call(functionCall, part.thoughtSignature);
    if (isJsonObject(inlineData)) return this.#image(inlineData);
    if (isJsonObject(executableCode)) return this.#words(fenced('python', executableCode.code));
    if (isJsonObject(codeExecutionResult)) return this.#words(fenced('', codeExecutionResult.output));
    return part.thought === true ? this.#thought(part) : this.#text(part);
  }

  #text({ text, thoughtSignature }: JsonObject): AnswerEvent[] {
    const words = this.#words(textOf(text));
    // Words have no place for a proof elsewhere: it follows them as thinking without words.
    if (this.#isOver || typeof thoughtSignature !== 'string') return words;
    return [...words, ...this.#thought({ thoughtSignature })];
  }

  #words(text: string): AnswerEvent[] {
    if (text === '') return [];
    const refusal = this.#saidWords ? undefined : refusalInWords(text);
    if (refusal) return this.#fail(refusal);
    this.#saidWords = true;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that are one byte in UTF-8.
    this.#isAscii &&= /^[\x00-\x7f]*$/.test(text);
    return this.#said('text', text);
  }

  #thought({ text, thoughtSignature }: JsonObject): AnswerEvent[] {
    const words = textOf(text);
    const signature = textOf(thoughtSignature);
    if (words === '' && signature === '') return [];
    const events = this.#said('thinking', words);
    if (signature === '' || !this.#open) return events;
    return [...events, { type: 'signature', part: this.#open.part, signature }, ...this.#close()];
  }

  #said(kind: 'text' | 'thinking', text: string): AnswerEvent[] {
    const before = this.#open?.kind === kind ? [] : [...this.#close(), this.#opening({ kind })];
    this.#open ??= { part: this.#parts - 1, kind };
    return [...before, ...(text === '' ? [] : [{ type: 'delta' as const, part: this.#open.part, text }])];
  }

  #opening(start: AnswerPartStart): AnswerEvent {
    return { type: 'open', part: this.#parts++, start };
  }

  #close(): AnswerEvent[] {
    if (!this.#open) return [];
    const { part } = this.#open;
    this.#open = undefined;
    return [{ type: 'close', part }];
  }

  #call({ id, name, args }: JsonObject, signature: Json | undefined): AnswerEvent[] {
    this.#sawCall = true;
    const input = stringifyExact(objectOf(args));
    const callId = textOf(id) || this.#newCallId(`${textOf(name)} ${input}`);
    const part = this.#parts;
    return [
      ...this.#close(),
      this.#opening({ kind: 'tool-call', id: callId, name: textOf(name) }),
      ...(typeof signature === 'string' && signature !== '' ? [{ type: 'signature' as const, part, signature }] : []),
      { type: 'delta', part, text: input },
      { type: 'close', part },
    ];
  }

  /** Unlike those of other answers: made of the answer's own id, or of the call where there is none. */
  #newCallId(call: string): string {
    this.#calls += 1;
    return fitToolId(`call_${this.#id || `(${call})`}_${this.#calls}`, longestCallId);
  }

  /** Sound is not a part of any other format's answers. */
  #image({ mimeType, data }: JsonObject): AnswerEvent[] {
    const mediaType = textOf(mimeType);
    if (!mediaType.startsWith('image/') || typeof data !== 'string') return [];
    const part = this.#parts;
    return [...this.#close(), this.#opening({ kind: 'image', mediaType, data }), { type: 'close', part }];
  }

  #grounding(metadata: Json | undefined): AnswerEvent[] {
    const grounding = groundingIn(metadata, this.#isAscii);
    if (!grounding) return [];
    const open = this.#open?.kind === 'text' ? this.#open.part : undefined;
    const citations = open === undefined ? [] : grounding.citations;
    const cited = citations.map((citation): AnswerEvent => ({ type: 'citation', part: open ?? 0, citation }));
    const events = [...cited, ...this.#close(), ...searchEvents(grounding, this.#parts, this.#id)];
    this.#parts += 2;
    return events;
  }
}

function isBlocked(feedback: Json | undefined): boolean {
  return isJsonObject(feedback) && typeof feedback.blockReason === 'string';
}

function fenced(language: string, code: Json | undefined): string {
  return `\n\`\`\`${language}\n${textOf(code).replace(/\n$/, '')}\n\`\`\`\n`;
}
