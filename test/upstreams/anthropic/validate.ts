import { isObject, type JsonObject, objectsIn } from '../json.ts';
import type { RecordedRequest } from '../recording.ts';
import { betas, type Caller } from './access.ts';
import { cacheError } from './cache-control.ts';
import { type ApiError, errors } from './errors.ts';
import { messagesError } from './messages.ts';
import { type FakeModel, findModel } from './models.ts';
import { outputError } from './output.ts';
import { toolsError } from './tools.ts';

export const systemLine = "You are Claude Code, Anthropic's official CLI for Claude.";
export const bodyLimit = 32 * 1024 * 1024;

const countFields = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'mcp_servers',
  'cache_control',
];
const createFields = [
  'max_tokens',
  'metadata',
  'stop_sequences',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'service_tier',
  'container',
];
/** Fields that only exist together with a beta. */
const betaFields: Record<string, string> = {
  context_management: 'context-management-2025-06-27',
  output_format: 'structured-outputs-2025-12-15',
  speed: 'fast-mode-2026-02-01',
};

export type Operation = 'create' | 'count';

/** What the real service would refuse in this body, or undefined. */
export function bodyError(request: RecordedRequest, caller: Caller, operation: Operation): ApiError | undefined {
  const body = request.json;
  if (!isObject(body)) return errors.invalid('The request body is not valid JSON');
  const shape = fieldError(body, betas(request), operation);
  if (shape !== undefined) return errors.invalid(shape);
  if (caller.kind === 'oauth' && !startsWithSystemLine(body.system)) {
    return errors.invalid(
      'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
    );
  }
  const model = findModel(String(body.model));
  if (!model) return errors.notFound(`model: ${String(body.model)}`);
  const rules = ruleError(body, model, betas(request));
  const message = (operation === 'create' ? limitError(body, model) : undefined) ?? rules;
  return message === undefined ? undefined : errors.invalid(message);
}

function fieldError(body: JsonObject, beta: readonly string[], operation: Operation): string | undefined {
  const allowed = operation === 'create' ? [...countFields, ...createFields] : countFields;
  for (const name of Object.keys(body)) {
    const byBeta = betaFields[name];
    if (!allowed.includes(name) && !(byBeta && beta.includes(byBeta))) return `${name}: Extra inputs are not permitted`;
  }
  if (typeof body.model !== 'string') return 'model: Field required';
  if (!Array.isArray(body.messages)) return 'messages: Field required';
  if (operation === 'create' && body.max_tokens === undefined) return 'max_tokens: Field required';
  return undefined;
}

function startsWithSystemLine(system: unknown): boolean {
  if (system === systemLine) return true;
  return Array.isArray(system) && isObject(system[0]) && system[0].type === 'text' && system[0].text === systemLine;
}

function limitError(body: JsonObject, model: FakeModel): string | undefined {
  const limit = body.max_tokens;
  if (typeof limit !== 'number' || !Number.isInteger(limit)) return 'max_tokens: Input should be a valid integer';
  if (limit < 1) return 'max_tokens: Input should be greater than or equal to 1';
  if (limit > model.maxOutput) {
    return `max_tokens: ${limit} > ${model.maxOutput}, which is the maximum allowed number of output tokens for ${model.id}`;
  }
  return undefined;
}

function ruleError(body: JsonObject, model: FakeModel, beta: readonly string[]): string | undefined {
  return (
    thinkingError(body, model) ??
    samplingError(body, model) ??
    outputError(body, model, beta) ??
    toolsError(body, model, beta) ??
    systemError(body.system) ??
    cacheError(body) ??
    messagesError(body, model)
  );
}

function thinkingIsOn(body: JsonObject): boolean {
  const thinking = body.thinking;
  return isObject(thinking) && thinking.type !== 'disabled';
}

function thinkingError(body: JsonObject, model: FakeModel): string | undefined {
  const thinking = body.thinking;
  if (thinking === undefined) return undefined;
  if (!isObject(thinking)) return 'thinking: Input should be an object';
  const type = thinking.type;
  if (type === 'adaptive' && !model.levels) return 'adaptive thinking is not supported on this model';
  if (type === 'enabled' && !model.budget) return '"thinking.type.enabled" is not supported for this model.';
  if (thinking.display !== undefined && !['summarized', 'omitted'].includes(String(thinking.display)))
    return "thinking.display: Input should be 'summarized' or 'omitted'";
  if (type === 'enabled') {
    const budget = thinking.budget_tokens;
    if (typeof budget !== 'number') return 'thinking.enabled.budget_tokens: Field required';
    if (budget < 1024) return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
    if (typeof body.max_tokens === 'number' && body.max_tokens <= budget) {
      return '`max_tokens` must be greater than `thinking.budget_tokens`.';
    }
  } else if (type !== 'adaptive' && type !== 'disabled') {
    return `thinking: Input tag '${String(type)}' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'`;
  }
  const choice = body.tool_choice;
  const forced = isObject(choice) && (choice.type === 'any' || choice.type === 'tool');
  return forced && thinkingIsOn(body) ? 'Thinking may not be enabled when tool_choice forces tool use.' : undefined;
}

function samplingError(body: JsonObject, model: FakeModel): string | undefined {
  const { temperature, top_p: topP, top_k: topK } = body;
  const effort = isObject(body.output_config) ? body.output_config.effort : undefined;
  if (effort !== undefined && !model.levels) return 'This model does not support the effort parameter.';
  if (effort !== undefined && !['low', 'medium', 'high', 'xhigh', 'max'].includes(String(effort))) {
    return "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'";
  }
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 1))
    return 'temperature: Input should be less than or equal to 1';
  const set = Object.entries({ temperature, top_p: topP, top_k: topK }).find(([, value]) => value !== undefined);
  if (model.version >= 407 && set) return `\`${set[0]}\` is deprecated for this model.`;
  if (model.version >= 401 && temperature !== undefined && topP !== undefined) {
    return '`temperature` and `top_p` cannot both be specified for this model. Please use only one.';
  }
  if (!thinkingIsOn(body)) return undefined;
  if (temperature !== undefined && temperature !== 1)
    return '`temperature` may only be set to 1 when thinking is enabled.';
  if (topK !== undefined) return '`top_k` must be unset when thinking is enabled.';
  if (typeof topP === 'number' && topP < 0.95)
    return '`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.';
  return undefined;
}

function systemError(system: unknown): string | undefined {
  const empty = objectsIn(system).findIndex((block) => block.type === 'text' && block.text === '');
  return empty < 0 ? undefined : 'system: text content blocks must be non-empty';
}
