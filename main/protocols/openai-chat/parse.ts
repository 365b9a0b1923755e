import type { Conversation } from '../conversation.ts';
import { defined } from '../defined.ts';
import { FeatureUses, FieldReader } from '../field-reader.ts';
import type { IncomingRequest } from '../translator.ts';
import { chatFields } from './fields.ts';
import { isLegacyPath, parsePrompt } from './legacy.ts';
import { type ParsedMessages, parseMessages } from './parse-messages.ts';
import { parseOutput, parseSampling, parseSettings } from './parse-options.ts';
import { parseThinking } from './parse-thinking.ts';
import { parseToolChoice, parseTools } from './parse-tools.ts';

/** Members whose values decide what they ask for: they are read one by one. */
const readHere = [
  'messages',
  'functions',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'reasoning_effort',
  'thinking',
  'enable_thinking',
  'thinking_budget',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'n',
  'best_of',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'verbosity',
  'modalities',
  'audio',
  'image_config',
  'web_search_options',
  'user',
  'safety_identifier',
  'metadata',
  'service_tier',
  'store',
  'prompt_cache_key',
];

/** Reads a request of Chat Completions, or of the legacy completions. Throws FieldError. */
export function parseChat({ body: json, path, model, stream }: IncomingRequest): Conversation {
  const body = new FieldReader(json);
  const uses = new FeatureUses(chatFields);
  const { system, turns } = isLegacyPath(path) ? { system: [], turns: parsePrompt(body) } : messagesOf(body, uses);
  uses.addMembers(body, readHere);
  const tools = parseTools(body, uses);
  return {
    model: model ?? body.required('model', body.string('model')),
    stream: stream ?? body.boolean('stream') ?? false,
    system,
    turns,
    tools,
    sampling: parseSampling(body, uses),
    ...defined({
      toolChoice: parseToolChoice(body, uses),
      thinking: parseThinking(body, uses),
      output: parseOutput(body, uses),
    }),
    ...parseSettings(body, uses),
    uses: uses.list(),
  };
}

function messagesOf(body: FieldReader, uses: FeatureUses): ParsedMessages {
  const messages = body.children('messages');
  if (messages.length === 0) throw body.wrong('messages', 'a list with at least one message');
  return parseMessages(messages, uses);
}
