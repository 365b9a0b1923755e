import { isObject, type JsonObject, objectsIn } from '../json.ts';
import { type ApiError, errors } from './errors.ts';

export interface BodyRules {
  models: readonly string[];
  fields: ReadonlySet<string>;
  toolTypes: ReadonlySet<string>;
  efforts: readonly string[];
}

const common = [
  'model',
  'input',
  'instructions',
  'stream',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'text',
  'reasoning',
  'include',
  'store',
  'metadata',
  'user',
  'previous_response_id',
  'prompt_cache_key',
  'service_tier',
  'truncation',
  'top_logprobs',
  'max_tool_calls',
  'background',
  'conversation',
  'prompt',
];

/** Fields that OpenAI's API takes. */
export const openaiFields: ReadonlySet<string> = new Set([
  ...common,
  'safety_identifier',
  'prompt_cache_retention',
  'stream_options',
  'context_management',
]);

/** Fields that xAI's API takes. */
export const xaiFields: ReadonlySet<string> = new Set(common.filter((name) => name !== 'previous_response_id'));

/** The first thing that is wrong with a body, beside its input. */
export function bodyError(body: JsonObject, rules: BodyRules): ApiError | undefined {
  const unknown = Object.keys(body).find((name) => !rules.fields.has(name));
  if (unknown !== undefined) return errors.unknownParameter(unknown);
  if (!rules.models.includes(String(body.model))) return errors.noModel(body.model);
  return (
    toolsError(body, rules) ??
    choiceError(body) ??
    samplingError(body) ??
    reasoningError(body, rules) ??
    textError(body)
  );
}

function toolsError(body: JsonObject, { toolTypes }: BodyRules): ApiError | undefined {
  if (body.tools === undefined) return undefined;
  if (!Array.isArray(body.tools)) return errors.invalid("Invalid type for 'tools'.", 'tools', 'invalid_type');
  const names = new Set<string>();
  for (const [index, tool] of objectsIn(body.tools).entries()) {
    const at = `tools[${index}]`;
    if (!toolTypes.has(String(tool.type)))
      return errors.invalid(`Invalid value: '${tool.type}'.`, `${at}.type`, 'invalid_value');
    if (tool.type !== 'function' && tool.type !== 'custom') continue;
    const name = String(tool.name ?? '');
    if (!/^[\w-]{1,64}$/.test(name)) {
      return errors.invalid(`Invalid '${at}.name': string does not match pattern '^[a-zA-Z0-9_-]+$'.`, `${at}.name`);
    }
    if (names.has(name)) return errors.invalid(`Duplicate tool name: ${name}.`, at);
    names.add(name);
    if (tool.type === 'function' && !isObjectSchema(tool.parameters)) {
      const message = `Invalid schema for function '${name}': schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`;
      return errors.invalid(message, `${at}.parameters`, 'invalid_function_parameters');
    }
  }
  return undefined;
}

function isObjectSchema(schema: unknown): boolean {
  return schema === undefined || schema === null || (isObject(schema) && schema.type === 'object');
}

function choiceError({ tool_choice: choice, tools, parallel_tool_calls: parallel }: JsonObject): ApiError | undefined {
  const names = objectsIn(tools).map(({ name }) => name);
  if (choice === 'required' && names.length === 0 && objectsIn(tools).length === 0) {
    return errors.invalid("Tool choice 'required' must be specified with 'tools' parameter.", 'tool_choice');
  }
  if (parallel !== undefined && typeof parallel !== 'boolean')
    return errors.invalid('Invalid type', 'parallel_tool_calls');
  if (!isObject(choice)) {
    const isWord = choice === undefined || ['auto', 'none', 'required'].includes(String(choice));
    return isWord ? undefined : errors.invalid(`Invalid value: '${choice}'.`, 'tool_choice', 'invalid_value');
  }
  const wanted = choice.type === 'allowed_tools' ? objectsIn(choice.tools).map(({ name }) => name) : [choice.name];
  const missing = wanted.find((name) => name !== undefined && !names.includes(name));
  return missing === undefined
    ? undefined
    : errors.invalid(`Tool choice '${missing}' not found in 'tools' parameter.`, 'tool_choice');
}

function samplingError(body: JsonObject): ApiError | undefined {
  const { max_output_tokens: limit, temperature, top_p: topP } = body;
  if (limit !== undefined && limit !== null && !(Number.isInteger(limit) && Number(limit) >= 16)) {
    const message = `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${limit} instead.`;
    return errors.invalid(message, 'max_output_tokens', 'integer_below_min_value');
  }
  const isWithin = (value: unknown, most: number) =>
    value === undefined || value === null || (typeof value === 'number' && value >= 0 && value <= most);
  if (!isWithin(temperature, 2)) return errors.invalid("Invalid 'temperature'.", 'temperature');
  return isWithin(topP, 1) ? undefined : errors.invalid("Invalid 'top_p'.", 'top_p');
}

function reasoningError({ reasoning }: JsonObject, { efforts }: BodyRules): ApiError | undefined {
  if (!isObject(reasoning) || reasoning.effort === undefined || reasoning.effort === null) return undefined;
  if (efforts.includes(String(reasoning.effort))) return undefined;
  const message = `Unsupported value: '${reasoning.effort}' is not supported with this model. Supported values are: ${efforts.join(', ')}.`;
  return errors.invalid(message, 'reasoning.effort', 'unsupported_value');
}

function textError({ text }: JsonObject): ApiError | undefined {
  if (!isObject(text) || !isObject(text.format)) return undefined;
  const { type, name, schema, strict } = text.format;
  if (type === 'text' || type === 'json_object') return undefined;
  if (type !== 'json_schema') return errors.invalid(`Invalid value: '${type}'.`, 'text.format.type', 'invalid_value');
  if (!/^[\w-]{1,64}$/.test(String(name ?? '')))
    return errors.invalid("Missing required parameter: 'text.format.name'.", 'text.format.name');
  if (!isObject(schema))
    return errors.invalid("Missing required parameter: 'text.format.schema'.", 'text.format.schema');
  if (strict === true && schema.additionalProperties !== false) {
    const message = `Invalid schema for response_format '${name}': 'additionalProperties' is required to be supplied and to be false.`;
    return errors.invalid(message, 'text.format.schema', 'invalid_json_schema');
  }
  return undefined;
}
