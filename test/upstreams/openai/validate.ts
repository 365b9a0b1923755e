import { isObject, type JsonObject } from '../json.ts';
import { type ChatError, errors } from './errors.ts';
import type { Flavour } from './flavours.ts';
import { messagesError } from './validate-messages.ts';

/** Members of a body that every server takes. */
const always = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'functions',
  'function_call',
  'max_tokens',
  'temperature',
  'top_p',
  'stop',
  'n',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'response_format',
  'user',
];

/** What the service finds wrong with a body; undefined when nothing is. */
export function bodyError(body: unknown, flavour: Flavour): ChatError | undefined {
  if (!isObject(body)) return errors.invalid('We could not parse the JSON body of your request.');
  if (typeof body.model !== 'string') return errors.missing('model');
  if (!flavour.models.includes(body.model)) return errors.noModel(body.model);
  const known = [...always, ...flavour.more];
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) return errors.unknownParameter(unknown);
  return (
    messagesError(body.messages, flavour) ??
    toolsError(body, flavour) ??
    choiceError(body, flavour) ??
    streamError(body) ??
    limitsError(body, flavour) ??
    formatError(body)
  );
}

function toolsError({ tools }: JsonObject, flavour: Flavour): ChatError | undefined {
  if (tools === undefined) return undefined;
  if (!Array.isArray(tools) || !tools.every(isObject)) return errors.wrongType('tools', 'an array of objects');
  if (tools.length === 0)
    return errors.badValue('tools', "Invalid 'tools': empty array. Expected an array with minimum length 1.");
  const names = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    const path = `tools[${index}]`;
    const type = String(tool.type);
    if (type !== 'function' && !(type === 'custom' && flavour.customTools))
      return errors.badValue(
        `${path}.type`,
        `Invalid value: '${type}'. Supported values are: 'function' and 'custom'.`,
      );
    const inner = tool[type];
    if (!isObject(inner)) return errors.missing(`${path}.${type}`);
    const name = String(inner.name);
    if (!/^[\w-]{1,64}$/.test(name))
      return errors.badValue(`${path}.${type}.name`, `Invalid '${path}.${type}.name': string does not match pattern.`);
    if (names.has(name)) return errors.invalid(`Duplicate tool name: ${name}`, path);
    names.add(name);
    const schema = inner.parameters;
    if (type === 'function' && schema !== undefined && (!isObject(schema) || schema.type !== 'object'))
      return errors.invalid(
        `Invalid schema for function '${name}': schema must be of 'type: "object"'.`,
        `${path}.function.parameters`,
      );
  }
  return undefined;
}

function choiceError(
  { tools, tool_choice: choice, parallel_tool_calls: parallel }: JsonObject,
  flavour: Flavour,
): ChatError | undefined {
  for (const [name, value] of Object.entries({ tool_choice: choice, parallel_tool_calls: parallel }))
    if (value !== undefined && tools === undefined)
      return errors.badValue(
        name,
        `Invalid value for '${name}': '${name}' is only allowed when 'tools' are specified.`,
      );
  if (choice === undefined || ['auto', 'none', 'required'].includes(String(choice))) return undefined;
  if (!isObject(choice)) return errors.badValue('tool_choice', 'Invalid tool_choice.');
  if (choice.type === 'allowed_tools' && flavour.customTools && isObject(choice.allowed_tools)) return undefined;
  const inner = choice[String(choice.type)];
  const names = (Array.isArray(tools) ? tools : []).map(
    (tool) => isObject(tool) && isObject(tool[String(tool.type)]) && (tool[String(tool.type)] as JsonObject).name,
  );
  return isObject(inner) && names.includes(inner.name)
    ? undefined
    : errors.badValue('tool_choice', 'Tool choice not found in tools.');
}

function streamError({ stream, stream_options: options }: JsonObject): ChatError | undefined {
  if (stream !== undefined && typeof stream !== 'boolean') return errors.wrongType('stream', 'a boolean');
  if (options === undefined || stream === true) return undefined;
  return errors.badValue('stream_options', "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
}

function limitsError(body: JsonObject, flavour: Flavour): ChatError | undefined {
  const thinks = flavour.plainThinking && /^(gpt-5|o\d)/.test(String(body.model)) && body.reasoning_effort !== 'none';
  if (thinks && body.max_tokens !== undefined)
    return errors.unsupported(
      'max_tokens',
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    );
  for (const name of ['temperature', 'top_p'])
    if (thinks && body[name] !== undefined && body[name] !== 1)
      return errors.unsupported(
        name,
        `Unsupported value: '${name}' does not support ${String(body[name])} with this model.`,
      );
  if (thinks && body.stop !== undefined) return errors.unsupported('stop', "Unsupported parameter: 'stop'.");
  for (const name of ['max_tokens', 'max_completion_tokens'])
    if (body[name] !== undefined && !(Number.isInteger(body[name]) && Number(body[name]) > 0))
      return errors.wrongType(name, 'a positive integer');
  if (typeof body.temperature === 'number' && (body.temperature < 0 || body.temperature > 2))
    return errors.badValue('temperature', "Invalid 'temperature': decimal above maximum value. Expected a value <= 2.");
  if (Array.isArray(body.stop) && body.stop.length > 4)
    return errors.badValue('stop', "Invalid 'stop': array too long. Expected an array with maximum length 4.");
  const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
  if (body.reasoning_effort !== undefined && !efforts.includes(String(body.reasoning_effort)))
    return errors.badValue('reasoning_effort', 'Invalid reasoning_effort.');
  return undefined;
}

function formatError({ response_format: format, messages }: JsonObject): ChatError | undefined {
  if (format === undefined) return undefined;
  if (!isObject(format)) return errors.wrongType('response_format', 'an object');
  if (format.type === 'text') return undefined;
  if (format.type === 'json_object') {
    if (/json/i.test(JSON.stringify(messages))) return undefined;
    return errors.invalid(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      'messages',
    );
  }
  const named = format.json_schema;
  if (format.type !== 'json_schema' || !isObject(named))
    return errors.badValue('response_format.type', 'Invalid response_format.');
  return typeof named.name === 'string' ? undefined : errors.missing('response_format.json_schema.name');
}
