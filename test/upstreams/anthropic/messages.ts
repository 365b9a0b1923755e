import { isObject, type JsonObject, objectsIn } from '../json.ts';
import { isOwnRedactedThinking, signThinking } from './signatures.ts';

/** Keys that a block of the type may carry; a type that is not listed is not looked into. */
const blockKeys: Record<string, readonly string[]> = {
  text: ['type', 'text', 'cache_control', 'citations'],
  thinking: ['type', 'thinking', 'signature'],
  redacted_thinking: ['type', 'data'],
  tool_use: ['type', 'id', 'name', 'input', 'cache_control', 'caller'],
  tool_result: ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'],
};

/** What is wrong with the conversation, in the words of the real service, or undefined. */
export function messagesError(body: JsonObject): string | undefined {
  const messages = objectsIn(body.messages);
  if (messages.length === 0) return 'messages: at least one message is required';
  for (const [index, message] of messages.entries()) {
    const error = messageError(message, index, String(body.model)) ?? pairingError(messages, index);
    if (error !== undefined) return error;
  }
  return undefined;
}

function messageError(message: JsonObject, index: number, model: string): string | undefined {
  const at = `messages.${index}`;
  const { role, content } = message;
  const extra = Object.keys(message).find((key) => key !== 'role' && key !== 'content');
  if (extra !== undefined) return `${at}.${extra}: Extra inputs are not permitted`;
  if (role === 'system' && !/^claude-(opus|sonnet)-5/.test(model))
    return `${at}.role: Input should be 'user' or 'assistant'`;
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
  if (type === 'text') return block.text === '' ? `${at}: text content blocks must be non-empty` : undefined;
  if (type === 'thinking') return thinkingError(block, at);
  if (type === 'redacted_thinking' && !isOwnRedactedThinking(String(block.data))) {
    return `${at}: Invalid \`data\` in \`redacted_thinking\` block`;
  }
  if (type === 'tool_use' && !isObject(block.input)) return `${at}.tool_use.input: Input should be a valid dictionary`;
  return undefined;
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
  const answered = ids(messages[index], 'user', 'tool_result', 'tool_use_id');
  const missing = asked.filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    return `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
  }
  const orphan = answered.find((id) => !asked.includes(id));
  return orphan === undefined
    ? undefined
    : `messages.${index}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
}

function ids(message: JsonObject | undefined, role: string, type: string, key: string): string[] {
  if (message?.role !== role) return [];
  return objectsIn(message.content)
    .filter((block) => block.type === type)
    .map((block) => String(block[key]));
}
