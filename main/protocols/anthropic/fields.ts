import type { Feature, FieldTable } from '../features.ts';

type Fields = Record<string, Feature | 'structure'>;

/** Members of a block of content, wherever blocks are listed. */
const block: Fields = {
  type: 'structure',
  'type=text': 'structure',
  'type=image': 'image-data',
  'type=image (url)': 'image-url',
  'type=document': 'document-data',
  'type=document (url)': 'document-url',
  'type=document (text)': 'document-text',
  'type=search_result': 'document-text',
  'type=thinking': 'thinking-history',
  'type=redacted_thinking': 'redacted-thinking',
  'type=tool_use': 'tool-call',
  'type=tool_result': 'tool-result',
  'type=tool_reference': 'structure',
  'type=server_tool_use': 'search-history',
  'type=web_search_tool_result': 'search-history',
  'type=web_fetch_tool_result': 'search-history',
  'type=tool_search_tool_result': 'structure',
  'type=code_execution_tool_result': 'code-history',
  'type=bash_code_execution_tool_result': 'code-history',
  'type=text_editor_code_execution_tool_result': 'code-history',
  'type=mcp_tool_use': 'mcp',
  'type=mcp_tool_result': 'mcp',
  'type=container_upload': 'container',
  text: 'structure',
  citations: 'citations',
  cache_control: 'cache-marks',
  source: 'structure',
  title: 'structure',
  context: 'structure',
  thinking: 'structure',
  signature: 'structure',
  data: 'structure',
  id: 'structure',
  name: 'structure',
  input: 'structure',
  // Who called a tool, and which tool it was: what answers carry and nobody else needs.
  caller: 'structure',
  tool_name: 'structure',
  server_name: 'structure',
  file_id: 'structure',
  tool_use_id: 'structure',
  content: 'structure',
  is_error: 'tool-error',
};

const tool: Fields = {
  type: 'structure',
  'type=custom': 'function-tool',
  'type=bash': 'function-tool',
  'type=text_editor': 'function-tool',
  'type=memory': 'function-tool',
  'type=computer': 'function-tool',
  'type=web_search': 'web-search',
  'type=web_fetch': 'url-context',
  'type=code_execution': 'code-execution',
  'type=mcp_toolset': 'mcp',
  // Finds tools that are not loaded; elsewhere all tools are sent at once.
  'type=tool_search_tool_regex': 'structure',
  'type=tool_search_tool_bm25': 'structure',
  name: 'structure',
  description: 'structure',
  input_schema: 'structure',
  input_examples: 'structure',
  strict: 'strict-tool',
  cache_control: 'cache-marks',
  // How and when the tool's definition and input reach model and client; the calls are the same.
  defer_loading: 'structure',
  eager_input_streaming: 'structure',
  allowed_callers: 'unknown',
  max_characters: 'structure',
  display_width_px: 'structure',
  display_height_px: 'structure',
  display_number: 'structure',
  enable_zoom: 'structure',
  max_uses: 'structure',
  allowed_domains: 'web-search-domains',
  blocked_domains: 'web-search-domains',
  user_location: 'structure',
};

/**
 * Every field of a request and what it asks for. `type=` rows are kinds of blocks and tools (tools without the date in
 * their type); what a source is, data or link, is seen where it is read.
 */
export const anthropicFields: FieldTable = {
  model: 'structure',
  stream: 'structure',
  system: 'system',
  ...under('system[]', block),
  messages: 'structure',
  'messages[].role': 'structure',
  'messages[].role=system': 'mid-system',
  'messages[].content': 'structure',
  ...under('messages[].content[]', block),
  ...under('messages[].content[].content[]', block),
  ...under('messages[].content[].source.content[]', block),
  tools: 'structure',
  ...under('tools[]', tool),
  tool_choice: 'tool-choice',
  'tool_choice.disable_parallel_tool_use': 'single-tool-call',
  thinking: 'thinking',
  'thinking.display': 'thinking-summary',
  output_config: 'structure',
  'output_config.effort': 'thinking',
  'output_config.format': 'schema-output',
  'output_config.task_budget': 'unknown',
  output_format: 'schema-output',
  max_tokens: 'max-output',
  temperature: 'temperature',
  top_p: 'top-p',
  top_k: 'top-k',
  stop_sequences: 'stop',
  metadata: 'structure',
  'metadata.user_id': 'user',
  service_tier: 'service-tier',
  speed: 'service-tier',
  cache_control: 'cache-marks',
  mcp_servers: 'mcp',
  container: 'container',
  context_management: 'context-management',
  inference_geo: 'unknown',
  // What SDKs send as a header.
  betas: 'structure',
};

/** What a kind of block or tool asks for; `unknown` for kinds that the table lacks. */
export function featureOfType(path: string, type: string): Feature | 'structure' {
  return anthropicFields[`${path.replaceAll(/\[\d+\]/g, '[]')}.type=${type}`] ?? 'unknown';
}

function under(prefix: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, feature]) => [`${prefix}.${name}`, feature]));
}
