import type { Answer, AnswerPart } from '../answer.ts';
import type { JsonObject } from '../exact-json.ts';
import { dataUrl } from '../media.ts';
import type { EncodeContext } from '../translator.ts';
import { finishWord, usageWords } from './answer-words.ts';
import { annotation } from './citations.ts';
import { usesFunctions } from './encoder.ts';
import { isLegacyPath } from './legacy.ts';

/** Writes a whole answer: of a chat, or of the legacy completions where the client asked there. */
export function writeChatAnswer(answer: Answer, context: EncodeContext): JsonObject {
  const isLegacy = isLegacyPath(context.path);
  return {
    id: context.newId(isLegacy ? 'cmpl-' : 'chatcmpl-'),
    object: isLegacy ? 'text_completion' : 'chat.completion',
    created: context.createdAt,
    model: context.model,
    choices: [isLegacy ? legacyChoice(answer) : chatChoice(answer, context)],
    ...(answer.usage ? { usage: usageWords(answer.usage) } : {}),
  };
}

function legacyChoice(answer: Answer): JsonObject {
  return { text: textsOf(answer, 'text', ''), index: 0, logprobs: null, finish_reason: finishWord(answer.finish) };
}

function chatChoice(answer: Answer, { conversation }: EncodeContext): JsonObject {
  const isLegacyTool = usesFunctions(conversation);
  const content = textsOf(answer, 'text', '');
  const thinking = conversation.thinking?.visible === false ? '' : textsOf(answer, 'thinking', '\n\n');
  const annotations = answer.parts.flatMap(({ citations }) => citations.map(annotation));
  const images = answer.parts.flatMap(imageOf);
  const calls = callsOf(answer);
  const word = finishWord(answer.finish);
  const message: JsonObject = {
    role: 'assistant',
    content: content === '' && calls.length > 0 ? null : content,
    refusal: null,
    ...(thinking === '' ? {} : { reasoning_content: thinking }),
    ...(annotations.length > 0 ? { annotations } : {}),
    ...(images.length > 0 ? { images } : {}),
    ...(isLegacyTool ? legacyCall(calls) : calls.length > 0 ? { tool_calls: calls } : {}),
  };
  const finish_reason = isLegacyTool && word === 'tool_calls' ? 'function_call' : word;
  return { index: 0, message, logprobs: null, finish_reason };
}

function textsOf({ parts }: Answer, kind: AnswerPart['start']['kind'], between: string): string {
  return parts
    .filter(({ start }) => start.kind === kind)
    .map(({ text }) => text)
    .join(between);
}

function callsOf({ parts }: Answer): JsonObject[] {
  return parts.flatMap(({ start, text }): JsonObject[] => {
    if (start.kind !== 'tool-call') return [];
    const { id, name, custom } = start;
    return custom
      ? [{ id, type: 'custom', custom: { name, input: text } }]
      : [{ id, type: 'function', function: { name, arguments: text === '' ? '{}' : text } }];
  });
}

function legacyCall([first]: readonly JsonObject[]): JsonObject {
  return first?.function === undefined ? {} : { function_call: first.function };
}

function imageOf({ start }: AnswerPart): JsonObject[] {
  return start.kind === 'image' ? [{ index: 0, type: 'image_url', image_url: { url: dataUrl(start) } }] : [];
}
