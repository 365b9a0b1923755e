import type { AnswerEvent, FinishReason } from '../answer.ts';
import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { exactJsonIn } from '../json-text.ts';
import type { AnswerDecoder, StreamEvent } from '../translator.ts';
import type { RenderableError, Usage } from '../wire-format.ts';
import { errorOf, finishOf, mergedUsage } from './answer-words.ts';
import { BlockReader } from './block-reader.ts';

/** Makes the decoder of one stream of the Messages API. */
export function createAnthropicDecoder(): AnswerDecoder {
  return new Decoder();
}

class Decoder implements AnswerDecoder {
  readonly #blocks = new BlockReader();
  #usage: Usage | undefined;
  #finish: Extract<AnswerEvent, { type: 'finish' }> | undefined;
  #isOver = false;

  push({ data }: StreamEvent): AnswerEvent[] {
    if (this.#isOver) return [];
    const event = exactJsonIn(data);
    if (!isJsonObject(event)) return this.#fail(unreadable('it is not JSON'));
    switch (event.type) {
      case 'message_start':
        return isJsonObject(event.message) ? this.#start(event.message) : [];
      case 'content_block_start':
        return isJsonObject(event.content_block) ? this.#blocks.start(indexOf(event), event.content_block) : [];
      case 'content_block_delta':
        return isJsonObject(event.delta) ? this.#blocks.delta(indexOf(event), event.delta) : [];
      case 'content_block_stop':
        return this.#blocks.stop(indexOf(event));
      case 'message_delta':
        return this.#messageDelta(event);
      case 'message_stop':
        return this.#stop();
      case 'error':
        return this.#fail(errorOf(event));
      default:
        return [];
    }
  }

  end(): AnswerEvent[] {
    if (this.#isOver) return [];
    const message = 'The connection to Claude was lost before the answer had ended.';
    return this.#fail({ status: 502, code: 'upstream_lost', message });
  }

  #start(message: JsonObject): AnswerEvent[] {
    return [startOf(message), ...this.#report(message.usage)];
  }

  #report(usage: Json | undefined): AnswerEvent[] {
    this.#usage = mergedUsage(this.#usage, usage);
    return this.#usage && isJsonObject(usage) ? [{ type: 'usage', usage: this.#usage }] : [];
  }

  #messageDelta({ delta, usage }: JsonObject): AnswerEvent[] {
    if (isJsonObject(delta) && typeof delta.stop_reason === 'string')
      this.#finish = ending(delta, this.#blocks.hasCalls);
    return this.#report(usage);
  }

  #stop(): AnswerEvent[] {
    const closing = this.#blocks.stopAll();
    this.#isOver = true;
    return [...closing, this.#finish ?? { type: 'finish', reason: this.#blocks.hasCalls ? 'tool-calls' : 'end' }];
  }

  #fail(error: RenderableError): AnswerEvent[] {
    this.#isOver = true;
    return [{ type: 'failed', error }];
  }
}

/** Reads a whole answer as events, ending in `finish` or `failed`. */
export function readAnthropicAnswer(body: Json): AnswerEvent[] {
  if (!isJsonObject(body)) return [{ type: 'failed', error: unreadable('it is not an object') }];
  if (body.type === 'error') return [{ type: 'failed', error: errorOf(body) }];
  if (!Array.isArray(body.content)) return [{ type: 'failed', error: unreadable('it has no content') }];
  const blocks = new BlockReader();
  const said = body.content
    .filter(isJsonObject)
    .flatMap((block, index) => [...blocks.start(index, block), ...blocks.stop(index)]);
  const usage = mergedUsage(undefined, body.usage);
  return [startOf(body), ...said, ...(usage ? [{ type: 'usage' as const, usage }] : []), ending(body, blocks.hasCalls)];
}

function startOf({ id, model }: JsonObject): AnswerEvent {
  return { type: 'start', id: typeof id === 'string' ? id : '', model: typeof model === 'string' ? model : '' };
}

function ending(said: JsonObject, hasCalls: boolean): Extract<AnswerEvent, { type: 'finish' }> {
  const { stop_reason: word, stop_sequence: sequence } = said;
  const reason: FinishReason = typeof word === 'string' ? finishOf(word) : 'end';
  const isEmptyCall = reason === 'tool-calls' && !hasCalls;
  return {
    type: 'finish',
    reason: isEmptyCall ? 'broken-tool-call' : reason,
    ...(typeof sequence === 'string' ? { stopSequence: sequence } : {}),
  };
}

function unreadable(why: string): RenderableError {
  return { status: 502, code: 'upstream_invalid', message: `Claude sent an answer that cannot be read: ${why}.` };
}

function indexOf({ index }: JsonObject): number {
  return typeof index === 'number' ? index : -1;
}
