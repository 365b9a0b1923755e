import type { Answer, AnswerPart } from '../answer.ts';
import type { JsonObject } from '../exact-json.ts';
import { exactJsonIn } from '../json-text.ts';
import { objectOf } from '../json-values.ts';
import type { EncodeContext } from '../translator.ts';
import { citationWords, stopReason, usageWords } from './answer-words.ts';
import { resultBlock, searchId, showsThinking } from './block-writer.ts';

/** Writes a whole answer. */
export function writeAnthropicAnswer(answer: Answer, { model, newId, conversation }: EncodeContext): JsonObject {
  const hasCalls = answer.parts.some(({ start }) => start.kind === 'tool-call');
  const shows = showsThinking(conversation);
  return {
    id: newId('msg_'),
    type: 'message',
    role: 'assistant',
    model,
    content: answer.parts.flatMap((part, index) => [
      ...blocksOf(part, shows),
      ...missingResult(part, answer.parts.slice(index + 1)),
    ]),
    stop_reason: stopReason(answer.finish, hasCalls),
    stop_sequence: answer.stopSequence ?? null,
    usage: usageWords(answer.usage),
  };
}

function blocksOf({ start, text, signature = '', citations }: AnswerPart, showsThought: boolean): JsonObject[] {
  switch (start.kind) {
    case 'text': {
      const cited = citations.length > 0 ? { citations: citations.map(citationWords) } : {};
      return text === '' ? [] : [{ type: 'text', text, ...cited }];
    }
    case 'thinking':
      return thinkingBlock(showsThought ? text : '', signature);
    case 'redacted-thinking':
      return [{ type: 'redacted_thinking', data: start.data }];
    case 'tool-call': {
      const { id, name } = start;
      return [...thinkingBlock('', signature), { type: 'tool_use', id, name, input: inputOf(text) }];
    }
    case 'search-call': {
      const input = { query: start.query };
      return [{ type: 'server_tool_use', id: searchId(start.id), name: 'web_search', input }];
    }
    case 'search-result':
      return [resultBlock(searchId(start.callId), start.results)];
    case 'image':
      return [{ type: 'text', text: `[${start.mediaType}: this client's format has no pictures in answers]` }];
  }
}

function thinkingBlock(thinking: string, signature: string): JsonObject[] {
  return thinking === '' && signature === '' ? [] : [{ type: 'thinking', thinking, signature }];
}

/** The API has no search without results. */
function missingResult({ start }: AnswerPart, later: readonly AnswerPart[]): JsonObject[] {
  if (start.kind !== 'search-call') return [];
  const isAnswered = later.some((part) => part.start.kind === 'search-result' && part.start.callId === start.id);
  return isAnswered ? [] : [resultBlock(searchId(start.id), [])];
}

/** Arguments that the output limit cut off are no JSON; the stop reason says so. */
function inputOf(text: string): JsonObject {
  return objectOf(exactJsonIn(text));
}
