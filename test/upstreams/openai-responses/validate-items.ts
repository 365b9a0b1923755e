import { isObject, type JsonObject, objectsIn } from '../json.ts';
import { type ApiError, errors } from './errors.ts';
import type { Sealing } from './sealed.ts';

/** Content parts that each role may write. */
const partsOf: Readonly<Record<string, readonly string[]>> = {
  user: ['input_text', 'input_image', 'input_file', 'input_audio'],
  system: ['input_text', 'input_image', 'input_file'],
  developer: ['input_text', 'input_image', 'input_file'],
  assistant: ['output_text', 'refusal'],
};

const members: Readonly<Record<string, readonly string[]>> = {
  function_call: ['call_id', 'name', 'arguments'],
  custom_tool_call: ['call_id', 'name', 'input'],
  function_call_output: ['call_id', 'output'],
  custom_tool_call_output: ['call_id', 'output'],
  web_search_call: ['id'],
  item_reference: ['id'],
  reasoning: ['summary'],
};

export interface ItemRules {
  sealing: Sealing;
  /** Whether calls must have outputs and outputs calls; not where an earlier answer may hold them. */
  inPairs: boolean;
  customTools: boolean;
}

/** The first thing that is wrong with `input`. */
export function inputError(input: unknown, rules: ItemRules): ApiError | undefined {
  if (typeof input === 'string')
    return input === '' ? errors.invalid("Invalid 'input': empty string.", 'input') : undefined;
  if (!Array.isArray(input) || input.length === 0)
    return errors.invalid('Invalid input: expected a list of items.', 'input');
  for (const [index, item] of input.entries()) {
    const at = `input[${index}]`;
    const error = isObject(item) ? itemError(item, at, rules) : errors.invalid(`Invalid type for '${at}'.`, at);
    if (error) return error;
  }
  return rules.inPairs ? pairError(objectsIn(input)) : undefined;
}

function itemError(item: JsonObject, at: string, rules: ItemRules): ApiError | undefined {
  const type = item.type ?? (item.role === undefined ? undefined : 'message');
  if (type === 'message') return messageError(item, at);
  const needed = members[String(type)];
  if (!needed)
    return errors.invalid(
      `Invalid value: '${type}'. Supported values are: 'message', …`,
      `${at}.type`,
      'invalid_value',
    );
  const missing = needed.find((name) => item[name] === undefined || item[name] === null);
  if (missing)
    return errors.invalid(
      `Missing required parameter: '${at}.${missing}'.`,
      `${at}.${missing}`,
      'missing_required_parameter',
    );
  if (!rules.customTools && String(type).startsWith('custom_'))
    return errors.invalid(`Invalid value: '${type}'.`, `${at}.type`);
  if (type === 'function_call' && typeof item.arguments !== 'string')
    return errors.invalid(`Invalid type for '${at}.arguments'.`, at);
  if (String(item.call_id ?? '').length > 64) return tooLong(`${at}.call_id`, String(item.call_id).length);
  if (type === 'reasoning') return reasoningError(item, at, rules.sealing);
  if (type === 'function_call_output' && typeof item.output !== 'string')
    return contentError(item.output, 'user', `${at}.output`);
  return undefined;
}

export function tooLong(param: string, length: number): ApiError {
  const message = `Invalid '${param}': string too long. Expected a string with maximum length 64, but got a string with length ${length} instead.`;
  return errors.invalid(message, param, 'string_above_max_length');
}

function reasoningError({ encrypted_content: sealed }: JsonObject, at: string, sealing: Sealing): ApiError | undefined {
  if (sealed === undefined || sealed === null || sealing.isOwn(String(sealed))) return undefined;
  const message = `The encrypted content for item ${at} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`;
  return errors.invalid(message, at, 'invalid_encrypted_content');
}

function messageError({ role, content }: JsonObject, at: string): ApiError | undefined {
  if (!(String(role) in partsOf)) return errors.invalid(`Invalid value: '${role}'.`, `${at}.role`, 'invalid_value');
  return typeof content === 'string' ? undefined : contentError(content, String(role), `${at}.content`);
}

function contentError(content: unknown, role: string, at: string): ApiError | undefined {
  if (!Array.isArray(content)) return errors.invalid(`Invalid type for '${at}'.`, at, 'invalid_type');
  const allowed = partsOf[role] ?? [];
  for (const [index, part] of objectsIn(content).entries()) {
    const where = `${at}[${index}]`;
    if (!allowed.includes(String(part.type))) {
      const message = `Invalid value: '${part.type}'. Supported values are: ${allowed.map((one) => `'${one}'`).join(', ')}.`;
      return errors.invalid(message, where, 'invalid_value');
    }
    const error = partError(part, where);
    if (error) return error;
  }
  return undefined;
}

function partError(part: JsonObject, at: string): ApiError | undefined {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return typeof part.text === 'string'
        ? undefined
        : errors.invalid(`Missing required parameter: '${at}.text'.`, at);
    case 'input_image':
      return /^(data:image\/(png|jpeg|gif|webp);base64,[\w+/=]+$|https?:\/\/)/.test(String(part.image_url ?? ''))
        ? undefined
        : errors.invalid(
            `Invalid '${at}.image_url'. Expected a base64-encoded data URL or a URL.`,
            at,
            'invalid_value',
          );
    case 'input_file':
      return part.file_url !== undefined || (/^data:/.test(String(part.file_data)) && typeof part.filename === 'string')
        ? undefined
        : errors.invalid(`Missing required parameter: '${at}.file_id'.`, at);
    default:
      return undefined;
  }
}

const outputTypes: Readonly<Record<string, string>> = {
  function_call: 'function_call_output',
  custom_tool_call: 'custom_tool_call_output',
};

/** Every call is answered, and nothing else is. */
function pairError(items: readonly JsonObject[]): ApiError | undefined {
  const ids = (type: string) => items.filter((item) => item.type === type).map((item) => item.call_id);
  for (const [call, output] of Object.entries(outputTypes)) {
    const [calls, outputs] = [ids(call), ids(output)];
    const open = calls.find((id) => !outputs.includes(id));
    if (open !== undefined) return errors.invalid(`No tool output found for function call ${open}.`, 'input');
    const orphan = outputs.find((id) => !calls.includes(id));
    if (orphan !== undefined)
      return errors.invalid(`No tool call found for function call output with call_id ${orphan}.`, 'input');
  }
  return undefined;
}
