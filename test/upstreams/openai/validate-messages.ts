import { isObject, type JsonObject, objectsIn, parseJson } from '../json.ts';
import { type ChatError, errors } from './errors.ts';
import type { Flavour } from './flavours.ts';

const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];

/** What the service finds wrong with the messages; undefined when nothing is. */
export function messagesError(messages: unknown, flavour: Flavour): ChatError | undefined {
  if (messages === undefined) return errors.missing('messages');
  if (!Array.isArray(messages) || !messages.every(isObject)) return errors.wrongType('messages', 'an array of objects');
  if (messages.length === 0) return errors.badValue('messages', "Invalid 'messages': empty array.");
  for (const [index, message] of messages.entries()) {
    const found = messageError(message, `messages[${index}]`, flavour);
    if (found) return found;
  }
  return pairingError(messages);
}

function messageError(message: JsonObject, path: string, flavour: Flavour): ChatError | undefined {
  const { role } = message;
  if (typeof role !== 'string' || !roles.includes(role) || (role === 'developer' && !flavour.developerRole))
    return errors.badValue(
      `${path}.role`,
      `Invalid value: '${String(role)}'. Supported values are: ${roles.join(', ')}.`,
    );
  const isSystem = role === 'system' || role === 'developer';
  const content = contentError(message.content, `${path}.content`, role, flavour);
  if (content) return content;
  if (role === 'assistant') return assistantError(message, path, flavour);
  if (role === 'tool' && typeof message.tool_call_id !== 'string') return errors.missing(`${path}.tool_call_id`);
  if (message.tool_calls !== undefined) return errors.unknownParameter(`${path}.tool_calls`);
  if (isSystem && flavour.systemInFrontOnly && path !== 'messages[0]')
    return errors.invalid('System message must be at the beginning.');
  return undefined;
}

/** The kinds of parts that each role may have. */
const partKinds: Record<string, readonly string[]> = {
  system: ['text'],
  developer: ['text'],
  tool: ['text'],
  function: ['text'],
  assistant: ['text', 'refusal'],
  user: ['text', 'image_url', 'input_audio', 'file', 'video_url'],
};

function contentError(content: unknown, path: string, role: string, flavour: Flavour): ChatError | undefined {
  if (typeof content === 'string') return undefined;
  if (content === null || content === undefined)
    return role === 'assistant'
      ? undefined
      : errors.wrongType(path, 'one of a string or array of objects, but got null');
  if (!Array.isArray(content) || !content.every(isObject))
    return errors.wrongType(path, 'a string or array of objects');
  if (content.length === 0) return errors.badValue(path, `Invalid '${path}': empty array.`);
  for (const [index, part] of content.entries()) {
    const found = partError(part, `${path}[${index}]`, role, flavour);
    if (found) return found;
  }
  return undefined;
}

function partError(part: JsonObject, path: string, role: string, flavour: Flavour): ChatError | undefined {
  const { type } = part;
  const allowed = (partKinds[role] ?? []).filter((kind) => kind !== 'video_url' || flavour.video);
  if (typeof type !== 'string' || !allowed.includes(type))
    return errors.badValue(
      `${path}.type`,
      `Invalid value: '${String(type)}'. Supported values are: ${allowed.join(', ')}.`,
    );
  if (type === 'text') return typeof part.text === 'string' ? undefined : errors.wrongType(`${path}.text`, 'a string');
  if (type === 'refusal') return undefined;
  const inner = part[type];
  if (!isObject(inner)) return errors.wrongType(`${path}.${type}`, 'an object');
  if (type === 'image_url') return imageError(inner, `${path}.image_url`);
  if (type === 'file') return fileError(inner, `${path}.file`);
  if (type === 'input_audio' && !['wav', 'mp3'].includes(String(inner.format)))
    return errors.badValue(`${path}.input_audio.format`, 'Invalid audio format.');
  return undefined;
}

function imageError({ url, detail }: JsonObject, path: string): ChatError | undefined {
  const isTaken =
    typeof url === 'string' && /^(https?:\/\/|data:image\/(png|jpe?g|gif|webp);base64,[A-Za-z0-9+/]+=*$)/.test(url);
  if (!isTaken) return errors.badValue(`${path}.url`, `Invalid '${path}.url'. Expected a valid URL or base64 image.`);
  const isDetail = detail === undefined || ['auto', 'low', 'high'].includes(String(detail));
  return isDetail ? undefined : errors.badValue(`${path}.detail`, 'Invalid detail.');
}

function fileError({ file_data: data, file_id: id, filename }: JsonObject, path: string): ChatError | undefined {
  if (typeof id === 'string') return undefined;
  if (typeof data !== 'string' || !data.startsWith('data:application/pdf;base64,'))
    return errors.badValue(`${path}.file_data`, `Invalid '${path}.file_data'. Expected a base64-encoded data URL.`);
  return typeof filename === 'string' ? undefined : errors.missing(`${path}.filename`);
}

function assistantError(message: JsonObject, path: string, flavour: Flavour): ChatError | undefined {
  const { content, tool_calls: calls, reasoning_content: thinking } = message;
  const isEmpty = (content === null || content === undefined || content === '') && calls === undefined;
  if (isEmpty && message.function_call === undefined && (flavour.strictThinking || content !== ''))
    return errors.badValue(`${path}.content`, `Invalid value for '${path}.content': expected a string, got null.`);
  if (calls === undefined) return undefined;
  if (!Array.isArray(calls) || calls.length === 0)
    return errors.badValue(`${path}.tool_calls`, `Invalid '${path}.tool_calls': empty array.`);
  if (flavour.strictThinking && (typeof thinking !== 'string' || thinking === ''))
    return errors.invalid(`thinking is enabled but reasoning_content is missing in ${path}`);
  for (const [index, call] of objectsIn(calls).entries()) {
    const found = callError(call, `${path}.tool_calls[${index}]`, flavour);
    if (found) return found;
  }
  return undefined;
}

function callError(call: JsonObject, path: string, flavour: Flavour): ChatError | undefined {
  const { id, type } = call;
  if (typeof id !== 'string') return errors.missing(`${path}.id`);
  if (id.length > 40)
    return errors.badValue(
      `${path}.id`,
      `Invalid '${path}.id': string too long. Expected a string with maximum length 40.`,
    );
  if (type === 'custom' && flavour.customTools)
    return isObject(call.custom) ? undefined : errors.missing(`${path}.custom`);
  if (type !== 'function') return errors.badValue(`${path}.type`, `Invalid value: '${String(type)}'.`);
  const fn = call.function;
  if (!isObject(fn) || typeof fn.name !== 'string') return errors.missing(`${path}.function.name`);
  if (typeof fn.arguments !== 'string') return errors.wrongType(`${path}.function.arguments`, 'a string');
  return isObject(parseJson(fn.arguments)) ? undefined : errors.invalid(`${path}.function.arguments is no JSON object`);
}

/** Every call must be answered at once, and every result must answer a call. */
function pairingError(messages: readonly JsonObject[]): ChatError | undefined {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const id = String(message.tool_call_id);
    if (message.role === 'tool') {
      if (!open.delete(id))
        return errors.invalid(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          `messages[${index}].role`,
        );
      continue;
    }
    if (open.size > 0) break;
    open = new Set(objectsIn(message.tool_calls).map((call) => String(call.id)));
  }
  if (open.size === 0) return undefined;
  return errors.invalid(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    'messages',
  );
}
