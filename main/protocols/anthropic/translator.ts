import { countIn } from '../field-reader.ts';
import type { Translator } from '../translator.ts';
import { createAnthropicDecoder, readAnthropicAnswer } from './decoder.ts';
import { anthropicDialect } from './dialect.ts';
import { createAnthropicEncoder } from './encoder.ts';
import { anthropicFields } from './fields.ts';
import { parseAnthropic } from './parse.ts';
import { renderAnthropic } from './render.ts';
import { writeAnthropicAnswer } from './write-answer.ts';

/** Anthropic's Messages API. */
export const anthropicTranslator: Translator = {
  id: 'anthropic',
  dialect: anthropicDialect,
  fields: anthropicFields,
  parse: parseAnthropic,
  render: renderAnthropic,
  decoder: createAnthropicDecoder,
  readAnswer: readAnthropicAnswer,
  encoder: createAnthropicEncoder,
  writeAnswer: writeAnthropicAnswer,
  readCount: (body) => countIn(body, 'input_tokens'),
  writeCount: (inputTokens) => ({ input_tokens: inputTokens }),
};
