import type { Translator } from '../translator.ts';
import { createChatDecoder, readChatAnswer } from './decoder.ts';
import { chatDialect } from './dialect.ts';
import { createChatEncoder } from './encoder.ts';
import { chatFields } from './fields.ts';
import { parseChat } from './parse.ts';
import { renderChat } from './render.ts';
import { writeChatAnswer } from './write-answer.ts';

/** OpenAI's Chat Completions, and the completions before them. */
export const openaiChatTranslator: Translator = {
  id: 'openai-chat',
  dialect: chatDialect,
  fields: chatFields,
  parse: parseChat,
  render: renderChat,
  decoder: createChatDecoder,
  readAnswer: readChatAnswer,
  encoder: createChatEncoder,
  writeAnswer: writeChatAnswer,
  // The API has no count; the Responses API's is told in these words.
  writeCount: (inputTokens) => ({ object: 'response.input_tokens', input_tokens: inputTokens }),
};
