import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import type { Usage } from '../wire-format.ts';

/** Reads `usageMetadata`; undefined for anything else. Thoughts are output, what tools have read is input. */
export function usageIn(usage: Json | undefined): Usage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const cached = countIn(usage, 'cachedContentTokenCount');
  const prompt = countIn(usage, 'promptTokenCount') + countIn(usage, 'toolUsePromptTokenCount');
  const thoughts = countIn(usage, 'thoughtsTokenCount');
  return {
    inputTokens: Math.max(0, prompt - cached),
    outputTokens: countIn(usage, 'candidatesTokenCount') + thoughts,
    cacheReadTokens: cached,
    cacheWriteTokens: 0,
    ...(usage.thoughtsTokenCount === undefined ? {} : { reasoningTokens: thoughts }),
  };
}

/** Writes `usageMetadata`, where the candidates' tokens are without thoughts and the prompt's are with the cached ones. */
export function writeUsage({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
  reasoningTokens,
}: Usage): JsonObject {
  const prompt = inputTokens + cacheReadTokens + cacheWriteTokens;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: Math.max(0, outputTokens - (reasoningTokens ?? 0)),
    ...(cacheReadTokens > 0 ? { cachedContentTokenCount: cacheReadTokens } : {}),
    ...(reasoningTokens === undefined ? {} : { thoughtsTokenCount: reasoningTokens }),
    totalTokenCount: prompt + outputTokens,
  };
}

function countIn(usage: JsonObject, name: string): number {
  const count = usage[name];
  return typeof count === 'number' && count > 0 ? count : 0;
}
