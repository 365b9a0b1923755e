import { countIn } from '../field-reader.ts';
import type { Translator } from '../translator.ts';
import { createDecoder, readAnswer } from './decoder.ts';
import { geminiDialect } from './dialect.ts';
import { createEncoder, writeAnswer } from './encoder.ts';
import { geminiFields } from './fields.ts';
import { parseGemini } from './parse.ts';
import { renderGemini } from './render.ts';

/** Google's generateContent: the Gemini API, Vertex AI, and what Code Assist and Antigravity wrap. */
export const geminiTranslator: Translator = {
  id: 'gemini',
  dialect: geminiDialect,
  fields: geminiFields,
  parse: parseGemini,
  render: renderGemini,
  decoder: createDecoder,
  readAnswer,
  encoder: createEncoder,
  writeAnswer,
  readCount: (body) => countIn(body, 'totalTokens'),
  writeCount: (inputTokens) => ({ totalTokens: inputTokens }),
};
