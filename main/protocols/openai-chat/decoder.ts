import type { AnswerEvent } from '../answer.ts';
import { isJsonObject, type Json } from '../exact-json.ts';
import { exactJsonIn } from '../json-text.ts';
import { objectOf } from '../json-values.ts';
import type { AnswerDecoder, StreamEvent } from '../translator.ts';
import { AnswerReader } from './answer-reader.ts';
import { errorIn } from './answer-words.ts';

/** Makes the decoder of one stream of chunks. */
export function createChatDecoder(): AnswerDecoder {
  const reader = new AnswerReader();
  return {
    push: (event) => (reader.isOver ? [] : readEvent(reader, event)),
    end: () => reader.cutOff(),
  };
}

function readEvent(reader: AnswerReader, { event, data }: StreamEvent): AnswerEvent[] {
  const text = data.trim();
  if (text === '') return [];
  if (text === '[DONE]') return reader.done();
  const chunk = exactJsonIn(text);
  if (event === 'error' && !isJsonObject(chunk)) return reader.fail('upstream_error', text);
  if (!isJsonObject(chunk)) return reader.fail('upstream_invalid', 'The provider sent a stream that cannot be read.');
  return reader.read(event === 'error' && chunk.error === undefined ? { error: chunk } : chunk);
}

/** Reads a whole answer as events, ending in `finish` or `failed`. */
export function readChatAnswer(body: Json): AnswerEvent[] {
  const reader = new AnswerReader();
  const answer = objectOf(body);
  const hasChoice = Array.isArray(answer.choices) && answer.choices.length > 0;
  if (hasChoice || errorIn(answer)) return [...reader.read(answer), ...reader.end()];
  return reader.fail('upstream_invalid', 'The provider sent an answer that cannot be read: it has no choices.');
}
