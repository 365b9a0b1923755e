import type { FinishReason } from '../answer.ts';
import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { countOf, objectOf } from '../json-values.ts';
import type { RenderableError, Usage } from '../wire-format.ts';

const reasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({
    stop: 'end',
    length: 'max-output',
    // Mistral's word for a full context.
    model_length: 'context-full',
    tool_calls: 'tool-calls',
    function_call: 'tool-calls',
    content_filter: 'refusal',
  }),
);

/** What a finish reason means; a natural end where a server made up its own. */
export function finishOf(reason: string): FinishReason {
  return reasons.get(reason) ?? 'end';
}

/** The finish reason for an answer's end. */
export function finishWord(reason: FinishReason): string {
  switch (reason) {
    case 'max-output':
    case 'context-full':
      return 'length';
    case 'tool-calls':
      return 'tool_calls';
    case 'refusal':
      return 'content_filter';
    default:
      return 'stop';
  }
}

/** Prompt tokens include cached ones, completion tokens include reasoning. Undefined for what is no usage. */
export function usageIn(value: Json | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const prompt = countOf(value.prompt_tokens);
  const completion = countOf(value.completion_tokens);
  if (prompt === undefined && completion === undefined) return undefined;
  const details = objectOf(value.prompt_tokens_details);
  // DeepSeek and Kimi tell the cached tokens beside the others.
  const cached =
    countOf(details.cached_tokens) ?? countOf(value.prompt_cache_hit_tokens) ?? countOf(value.cached_tokens) ?? 0;
  const written = countOf(details.cached_creation_tokens) ?? 0;
  const reasoning = countOf(objectOf(value.completion_tokens_details).reasoning_tokens);
  return {
    inputTokens: Math.max(0, (prompt ?? 0) - cached - written),
    outputTokens: completion ?? 0,
    cacheReadTokens: cached,
    cacheWriteTokens: written,
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
  };
}

/** Usage as the API tells it. */
export function usageWords(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  const prompt = inputTokens + cacheReadTokens + cacheWriteTokens;
  return {
    prompt_tokens: prompt,
    completion_tokens: outputTokens,
    total_tokens: prompt + outputTokens,
    prompt_tokens_details: {
      cached_tokens: cacheReadTokens,
      ...(cacheWriteTokens > 0 ? { cached_creation_tokens: cacheWriteTokens } : {}),
    },
    ...(reasoningTokens === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  };
}

const longestMessage = 2000;

/** The error that an answer consists of; undefined where it is none. */
export function errorIn(value: JsonObject): RenderableError | undefined {
  const { error } = value;
  if (typeof error === 'string') return failure(502, 'upstream_error', error);
  if (isJsonObject(error)) return errorOf(error);
  // vLLM has the error's members at the top.
  return value.object === 'error' ? errorOf(value) : undefined;
}

function errorOf(error: JsonObject): RenderableError {
  const type = [error.type, error.code].find((one) => typeof one === 'string');
  const message = typeof error.message === 'string' ? error.message : 'The provider said that the answer failed.';
  const status = statusIn(error.code) ?? statusIn(error.status) ?? statusOfType(`${type ?? ''}`);
  return failure(status, `${type ?? 'upstream_error'}`, message);
}

/** Makes a failure of what an upstream sent. */
export function failure(status: number, code: string, message: string): RenderableError {
  return { status, code, message: message.slice(0, longestMessage) };
}

function statusIn(value: Json | undefined): number | undefined {
  const status = Number(typeof value === 'number' || typeof value === 'string' ? value : Number.NaN);
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}

function statusOfType(type: string): number {
  if (/rate_limit|quota|too_many/i.test(type)) return 429;
  if (/overload|unavailable|capacity|insufficient_system_resource/i.test(type)) return 503;
  if (/auth|api_key/i.test(type)) return 401;
  return /invalid_request|bad_request|context_length/i.test(type) ? 400 : 502;
}
