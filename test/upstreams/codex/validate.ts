import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject, type JsonObject, objectsIn } from '../json.ts';
import { type ApiError, errorAnswer, errors } from '../openai-responses/errors.ts';
import { gptSealing } from '../openai-responses/sealed.ts';
import { type BodyRules, bodyError, openaiFields } from '../openai-responses/validate.ts';
import { inputError, tooLong } from '../openai-responses/validate-items.ts';

/** Models of the fake's plan. */
const codexModels = ['gpt-5.6-sol', 'gpt-5.6-luna', 'gpt-5.5', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.3-codex-spark'];

const refusedFields = [
  'previous_response_id',
  'prompt_cache_retention',
  'safety_identifier',
  'max_output_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'truncation',
  'background',
  'user',
  'metadata',
  'conversation',
  'prompt',
];

const rules: BodyRules = {
  models: codexModels,
  fields: new Set([...openaiFields, 'client_metadata', 'generate']),
  toolTypes: new Set([
    'function',
    'custom',
    'web_search',
    'namespace',
    'local_shell',
    'tool_search',
    'image_generation',
  ]),
  efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
};

const idPrefixes: Readonly<Record<string, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctco',
};

export type CodexRoute = 'http' | 'socket' | 'compact';

/** The answer to a body that the backend does not take; undefined for one that it does. `knows`: of which responses a socket knows. */
export function refusal(body: JsonObject, route: CodexRoute, knows: ReadonlySet<string>): Answer | undefined {
  const detail = detailOf(body, route);
  if (detail !== undefined) return jsonAnswer(400, { detail });
  const error = bodyError(body, rules) ?? earlierError(body, knows) ?? itemsError(body, route, knows);
  return error && errorAnswer(error);
}

/** What the service in front of the models refuses, in its own words. */
function detailOf(body: JsonObject, route: CodexRoute): string | undefined {
  const allowed = route === 'socket' ? ['previous_response_id'] : [];
  const refused = refusedFields.find((name) => name in body && !allowed.includes(name));
  if (refused !== undefined) return `Unsupported parameter: ${refused}`;
  if (route === 'compact' && 'stream' in body) return 'Unsupported parameter: stream';
  if (typeof body.instructions !== 'string') return 'Instructions are required';
  if (!codexModels.includes(String(body.model)))
    return `The '${body.model}' model is not supported when using Codex with a ChatGPT account.`;
  if (!Array.isArray(body.input)) return 'Input must be a list';
  if (route === 'compact') return undefined;
  if (body.store !== false) return 'Store must be set to false';
  return route === 'http' && body.stream !== true ? 'Stream must be set to true' : undefined;
}

function earlierError({ previous_response_id: id }: JsonObject, knows: ReadonlySet<string>): ApiError | undefined {
  if (id === undefined || id === null || knows.has(String(id))) return undefined;
  return errors.invalid(
    `Previous response with id '${id}' not found.`,
    'previous_response_id',
    'previous_response_not_found',
  );
}

function itemsError(body: JsonObject, route: CodexRoute, knows: ReadonlySet<string>): ApiError | undefined {
  for (const [index, item] of objectsIn(body.input).entries()) {
    const error = idError(item, `input[${index}]`);
    if (error) return error;
  }
  if (objectsIn(body.tools).length === 0 && body.parallel_tool_calls !== undefined)
    return errors.invalid("'parallel_tool_calls' is only allowed when 'tools' are specified.", 'parallel_tool_calls');
  if (isObject(body.text) && isObject(body.text.format) && body.text.format.type === 'json_object')
    return errors.invalid("Unsupported value: 'json_object'.", 'text.format.type', 'unsupported_value');
  const goesOn = route === 'socket' && knows.size > 0;
  return inputError(body.input, { sealing: gptSealing, inPairs: !goesOn, customTools: true });
}

function idError({ type = 'message', id }: JsonObject, at: string): ApiError | undefined {
  if (type === 'item_reference') {
    const message = `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false.`;
    return errors.invalid(message, at);
  }
  const prefix = idPrefixes[String(type)];
  if (id === undefined || prefix === undefined) return undefined;
  if (String(id).length > 64) return tooLong(`${at}.id`, String(id).length);
  const message = `Invalid '${at}.id': '${id}'. Expected an ID that begins with '${prefix}'.`;
  return String(id).startsWith(prefix) ? undefined : errors.invalid(message, `${at}.id`, 'invalid_value');
}
