import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { countOf, objectOf } from '../json-values.ts';
import type { Usage } from '../wire-format.ts';

/** Reads the counts of an answer; input tokens include the cached ones here. Undefined for anything else. */
export function usageIn(value: Json | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const cached = countOf(objectOf(value.input_tokens_details).cached_tokens) ?? 0;
  const reasoning = countOf(objectOf(value.output_tokens_details).reasoning_tokens);
  return {
    inputTokens: Math.max((countOf(value.input_tokens) ?? 0) - cached, 0),
    outputTokens: countOf(value.output_tokens) ?? 0,
    cacheReadTokens: cached,
    cacheWriteTokens: 0,
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
  };
}

export function renderUsage(usage: Usage): JsonObject {
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheReadTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: input + usage.outputTokens,
  };
}
