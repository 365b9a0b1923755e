import { isObject, type JsonObject, objectsIn } from '../json.ts';
import type { FakeModel } from './models.ts';
import { encryptedContent, isOwnRedactedThinking, signThinking } from './signatures.ts';

/** Keys that a block of the type may carry; a type that is not listed is not looked into. */
const blockKeys: Record<string, readonly string[]> = {
  text: ['type', 'text', 'cache_control', 'citations'],
  thinking: ['type', 'thinking', 'signature'],
  redacted_thinking: ['type', 'data'],
  tool_use: ['type', 'id', 'name', 'input', 'cache_control', 'caller'],
  tool_result: ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'],
  image: ['type', 'source', 'cache_control'],
  document: ['type', 'source', 'title', 'context', 'citations', 'cache_control'],
  search_result: ['type', 'source', 'title', 'content', 'citations', 'cache_control'],
  server_tool_use: ['type', 'id', 'name', 'input', 'cache_control', 'caller'],
  web_search_tool_result: ['type', 'tool_use_id', 'content', 'cache_control', 'caller'],
};

/** What is wrong with the conversation, in the words of the real service, or undefined. */
export function messagesError(body: JsonObject, model: FakeModel): string | undefined {
  const messages = objectsIn(body.messages);
  if (messages.length === 0) return 'messages: at least one message is required';
  for (const [index, message] of messages.entries()) {
    const error = messageError(message, index, model) ?? pairingError(messages, index);
    if (error !== undefined) return error;
  }
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  return endError(body, messages, model);
}

/** What the model is to continue: a user's words, and on older models its own. */
function endError(body: JsonObject, messages: readonly JsonObject[], model: FakeModel): string | undefined {
  const last = messages.at(-1);
  const thinks = isObject(body.thinking) && body.thinking.type === 'enabled';
  if (last?.role !== 'assistant') return thinks ? missingThinking(messages) : undefined;
  if (model.version >= 406)
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  if (thinks) return 'messages: assistant message prefill is not supported when thinking is enabled.';
  const block = Array.isArray(last.content) ? objectsIn(last.content).at(-1) : { text: last.content };
  return /\s$/.test(String(block?.text ?? ''))
    ? 'messages: final assistant content cannot end with trailing whitespace'
    : undefined;
}

/** With a budget, the turn whose calls are answered now begins with the thinking that led to them. */
function missingThinking(messages: readonly JsonObject[]): string | undefined {
  const answered = ids(messages.at(-1), 'user', 'tool_result', 'tool_use_id').length > 0;
  const first = objectsIn(messages.at(-2)?.content)[0]?.type;
  if (!answered || first === 'thinking' || first === 'redacted_thinking') return undefined;
  return `messages.${messages.length - 2}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${String(first)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`;
}

function messageError(message: JsonObject, index: number, model: FakeModel): string | undefined {
  const at = `messages.${index}`;
  const { role, content } = message;
  const extra = Object.keys(message).find((key) => key !== 'role' && key !== 'content');
  if (extra !== undefined) return `${at}.${extra}: Extra inputs are not permitted`;
  if (role === 'system' && model.version < 408) return `${at}.role: Input should be 'user' or 'assistant'`;
  if (role !== 'user' && role !== 'assistant' && role !== 'system')
    return `${at}.role: Input should be 'user' or 'assistant'`;
  if (content === '' || (Array.isArray(content) && content.length === 0))
    return `${at}: all messages must have non-empty content`;
  if (typeof content === 'string') return undefined;
  if (!Array.isArray(content)) return `${at}.content: Input should be a valid list`;
  for (const [position, block] of objectsIn(content).entries()) {
    const error = blockError(block, `${at}.content.${position}`, role);
    if (error !== undefined) return error;
  }
  return undefined;
}

function blockError(block: JsonObject, at: string, role: string): string | undefined {
  const type = String(block.type);
  const extra = Object.keys(block).find((key) => blockKeys[type] && !blockKeys[type].includes(key));
  if (extra !== undefined) return `${at}.${type}.${extra}: Extra inputs are not permitted`;
  const ofAssistant = ['thinking', 'redacted_thinking', 'tool_use'].includes(type);
  if (ofAssistant && role !== 'assistant') return `${at}: \`${type}\` blocks can only be in \`assistant\` messages`;
  if (type === 'text') return textError(block, at);
  if (type === 'image' || type === 'document') return sourceError(block, at, role);
  if (type === 'thinking') return thinkingError(block, at);
  if (type === 'redacted_thinking' && !isOwnRedactedThinking(String(block.data))) {
    return `${at}: Invalid \`data\` in \`redacted_thinking\` block`;
  }
  if (type === 'web_search_tool_result') return searchError(block, at);
  if (type === 'tool_use' && !/^[\w-]+$/.test(String(block.id)))
    return `${at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
  if (type === 'tool_use' && !isObject(block.input)) return `${at}.tool_use.input: Input should be a valid dictionary`;
  if (type !== 'tool_result') return undefined;
  const inner = objectsIn(block.content).map((one, index) =>
    blockError(one, `${at}.tool_result.content.${index}`, role),
  );
  return inner.find((error) => error !== undefined);
}

function textError({ text }: JsonObject, at: string): string | undefined {
  if (text === '') return `${at}: text content blocks must be non-empty`;
  return typeof text === 'string' && text.trim() === ''
    ? `${at}: text content blocks must contain non-whitespace text`
    : undefined;
}

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

function sourceError({ type, source }: JsonObject, at: string, role: string): string | undefined {
  if (role === 'assistant') return `${at}: \`${String(type)}\` blocks are not permitted in \`assistant\` messages`;
  if (!isObject(source)) return `${at}.${String(type)}.source: Field required`;
  const { type: kind, media_type: media } = source;
  const taken = type === 'image' ? imageTypes : ['application/pdf'];
  if (kind === 'base64' && !taken.includes(String(media)))
    return `${at}.${String(type)}.source.base64.media_type: Input should be ${taken.map((one) => `'${one}'`).join(', ')}`;
  if (type === 'document' && kind === 'text' && media !== 'text/plain')
    return `${at}.document.source.text.media_type: Input should be 'text/plain'`;
  const kinds = type === 'image' ? ['base64', 'url', 'file'] : ['base64', 'url', 'file', 'text', 'content'];
  return kinds.includes(String(kind))
    ? undefined
    : `${at}.${String(type)}.source: Input tag '${String(kind)}' is not known`;
}

function searchError({ content }: JsonObject, at: string): string | undefined {
  const foreign = objectsIn(content).some(({ url, encrypted_content: text }) => text !== encryptedContent(String(url)));
  return foreign ? `${at}: Invalid \`encrypted_content\` in \`search_result\` block` : undefined;
}

function thinkingError(block: JsonObject, at: string): string | undefined {
  const { thinking, signature } = block;
  if (typeof thinking !== 'string') return `${at}.thinking.thinking: Field required`;
  if (typeof signature !== 'string') return `${at}.thinking.signature: Field required`;
  return signature === signThinking(thinking) ? undefined : `${at}: Invalid \`signature\` in \`thinking\` block`;
}

/** Every tool_use is answered in the next message, and nothing else is. */
function pairingError(messages: readonly JsonObject[], index: number): string | undefined {
  const asked = ids(messages[index - 1], 'assistant', 'tool_use', 'id');
  const twice = asked.find((id, position) => asked.indexOf(id) !== position);
  if (twice !== undefined) return `messages.${index - 1}: \`tool_use\` ids must be unique`;
  const answered = leadingResults(messages[index]);
  const missing = asked.filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    return `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
  }
  const orphan = answered.find((id) => !asked.includes(id));
  return orphan === undefined
    ? undefined
    : `messages.${index}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
}

/** Results behind other blocks are none to the API. */
function leadingResults(message: JsonObject | undefined): string[] {
  const blocks = objectsIn(message?.content);
  const end = blocks.findIndex(({ type }) => type !== 'tool_result');
  const lead = message && { ...message, content: end < 0 ? blocks : blocks.slice(0, end) };
  return ids(lead, 'user', 'tool_result', 'tool_use_id');
}

function ids(message: JsonObject | undefined, role: string, type: string, key: string): string[] {
  if (message?.role !== role) return [];
  return objectsIn(message.content)
    .filter((block) => block.type === type)
    .map((block) => String(block[key]));
}
