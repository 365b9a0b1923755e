import type { Translator } from '../translator.ts';
import { createDecoder, readAnswer } from './decoder.ts';
import { responsesDialect } from './dialect.ts';
import { createEncoder, writeAnswer } from './encoder.ts';
import { responsesFields } from './fields.ts';
import { parseRequest } from './parse.ts';
import { renderRequest } from './render.ts';

/** OpenAI's Responses API. */
export const openaiResponsesTranslator: Translator = {
  id: 'openai-responses',
  dialect: responsesDialect,
  fields: responsesFields,
  parse: parseRequest,
  render: renderRequest,
  decoder: createDecoder,
  readAnswer,
  encoder: createEncoder,
  writeAnswer,
  writeCount: (inputTokens) => ({ object: 'response.input_tokens', input_tokens: inputTokens }),
};
