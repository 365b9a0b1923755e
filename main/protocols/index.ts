import { anthropicErrors } from './anthropic/errors.ts';
import { anthropicModels } from './anthropic/models-list.ts';
import { anthropicTranslator } from './anthropic/translator.ts';
import { geminiErrors } from './gemini/errors.ts';
import { geminiModels } from './gemini/models-list.ts';
import { geminiTranslator } from './gemini/translator.ts';
import type { ModelListRenderer } from './models-list.ts';
import { openaiChatErrors } from './openai-chat/errors.ts';
import { openaiModels } from './openai-chat/models-list.ts';
import { openaiChatTranslator } from './openai-chat/translator.ts';
import { openaiResponsesErrors } from './openai-responses/errors.ts';
import { openaiResponsesTranslator } from './openai-responses/translator.ts';
import type { Translator } from './translator.ts';
import type { ErrorRenderer, WireFormatId } from './wire-format.ts';

/** How each wire format words a failure. */
export const errorRenderers: Readonly<Record<WireFormatId, ErrorRenderer>> = {
  anthropic: anthropicErrors,
  'openai-chat': openaiChatErrors,
  'openai-responses': openaiResponsesErrors,
  gemini: geminiErrors,
};

/** How each wire format lists models; both OpenAI formats share one list. */
export const modelLists: Readonly<Record<WireFormatId, ModelListRenderer>> = {
  anthropic: anthropicModels,
  'openai-chat': openaiModels,
  'openai-responses': openaiModels,
  gemini: geminiModels,
};

/** The formats as translation needs them. */
export const translators: Readonly<Record<WireFormatId, Translator>> = {
  anthropic: anthropicTranslator,
  'openai-chat': openaiChatTranslator,
  'openai-responses': openaiResponsesTranslator,
  gemini: geminiTranslator,
};
