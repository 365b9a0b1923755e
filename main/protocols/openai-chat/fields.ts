import type { Feature, FieldTable } from '../features.ts';
import { featureIn, tablePath, under } from '../field-tables.ts';

const part: FieldTable = {
  type: 'structure',
  'type=text': 'structure',
  'type=refusal': 'structure',
  'type=image_url': 'image-data',
  'type=image_url (http)': 'image-url',
  'type=file': 'document-data',
  'type=input_audio': 'audio',
  'type=video_url': 'video',
  text: 'structure',
  refusal: 'structure',
  image_url: 'structure',
  'image_url.url': 'structure',
  'image_url.detail': 'image-detail',
  detail: 'image-detail',
  file: 'structure',
  'file.filename': 'structure',
  'file.file_data': 'structure',
  'file.file_id': 'file-id',
  input_audio: 'structure',
  video_url: 'structure',
  cache_control: 'cache-marks',
};

const message: FieldTable = {
  role: 'structure',
  'role=system': 'system',
  'role=developer': 'system',
  'role=system (after others)': 'mid-system',
  'role=tool': 'tool-result',
  'role=function': 'tool-result',
  content: 'structure',
  name: 'unknown',
  refusal: 'structure',
  reasoning_content: 'thinking-history',
  reasoning: 'thinking-history',
  annotations: 'citations',
  audio: 'file-id',
  tool_calls: 'tool-call',
  function_call: 'tool-call',
  tool_call_id: 'structure',
};

const tool: FieldTable = {
  type: 'structure',
  'type=function': 'function-tool',
  'type=custom': 'custom-tool',
  'type=web_search': 'web-search',
  'type=web_search_preview': 'web-search',
  'type=image_generation': 'image-generation',
  'type=code_interpreter': 'code-execution',
  'type=mcp': 'mcp',
  'type=file_search': 'hosted-tool',
  'type=computer_use_preview': 'hosted-tool',
  function: 'structure',
  'function.name': 'structure',
  'function.description': 'structure',
  'function.parameters': 'structure',
  'function.strict': 'strict-tool',
  custom: 'structure',
  filters: 'web-search-domains',
  user_location: 'structure',
  search_context_size: 'unknown',
};

/** Ways of asking for thinking that servers of this format have beside `reasoning_effort`. */
const thinking: FieldTable = {
  reasoning_effort: 'thinking',
  // OpenRouter
  reasoning: 'structure',
  'reasoning.effort': 'thinking',
  'reasoning.max_tokens': 'thinking',
  'reasoning.enabled': 'thinking',
  'reasoning.exclude': 'thinking',
  // Kimi, GLM, DeepSeek
  thinking: 'thinking',
  // Qwen
  enable_thinking: 'thinking',
  thinking_budget: 'thinking',
};

/** The legacy completions; what they share with chat is below. */
const legacy: FieldTable = {
  prompt: 'structure',
  suffix: 'structure',
  echo: 'structure',
  best_of: 'candidates',
};

/**
 * Every field of a request and what it asks for. `type=` and `role=` rows are kinds of parts, messages and tools; whether
 * a picture is data or a link is seen where it is read.
 */
export const chatFields: FieldTable = {
  model: 'structure',
  messages: 'structure',
  ...under('messages[]', message),
  ...under('messages[].content[]', part),
  stream: 'structure',
  stream_options: 'structure',
  'stream_options.include_usage': 'usage-chunk',
  // What we send is never padded, which is what `false` asks for.
  'stream_options.include_obfuscation': 'structure',
  tools: 'structure',
  ...under('tools[]', tool),
  functions: 'function-tool',
  tool_choice: 'tool-choice',
  'tool_choice.type=allowed_tools': 'tool-subset',
  function_call: 'tool-choice',
  parallel_tool_calls: 'single-tool-call',
  ...thinking,
  max_tokens: 'max-output',
  max_completion_tokens: 'max-output',
  temperature: 'temperature',
  top_p: 'top-p',
  top_k: 'top-k',
  stop: 'stop',
  n: 'candidates',
  seed: 'seed',
  presence_penalty: 'presence-penalty',
  frequency_penalty: 'frequency-penalty',
  logit_bias: 'logit-bias',
  logprobs: 'logprobs',
  top_logprobs: 'logprobs',
  response_format: 'structure',
  'response_format.type=json_object': 'json-output',
  'response_format.type=json_schema': 'schema-output',
  verbosity: 'verbosity',
  modalities: 'media-output',
  audio: 'media-output',
  image_config: 'media-output',
  prediction: 'prediction',
  web_search_options: 'web-search',
  user: 'user',
  safety_identifier: 'user',
  metadata: 'metadata',
  service_tier: 'service-tier',
  store: 'store',
  prompt_cache_key: 'cache-key',
  prompt_cache_retention: 'unknown',
  ...legacy,
};

/** What a kind of part or tool asks for; `unknown` for kinds that the table lacks. */
export function featureOfType(path: string, type: string): Feature | 'structure' {
  return featureIn(chatFields, `${tablePath(path)}.type=${type}`);
}
