import type { FinishReason } from '../answer.ts';
import type { Citation } from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { countOf, objectOf, objectsOf } from '../json-values.ts';
import type { RenderableError, Usage } from '../wire-format.ts';

const reasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({
    end_turn: 'end',
    stop_sequence: 'stop-sequence',
    max_tokens: 'max-output',
    model_context_window_exceeded: 'context-full',
    tool_use: 'tool-calls',
    refusal: 'refusal',
    pause_turn: 'pause',
  }),
);

/** What a stop reason means; a natural end where it is a new one. */
export function finishOf(reason: string): FinishReason {
  return reasons.get(reason) ?? 'end';
}

/** The stop reason for an answer's end: clients run tools when it says so, and only then. */
export function stopReason(finish: FinishReason, hasCalls: boolean): string {
  switch (finish) {
    case 'end':
    case 'tool-calls':
      return hasCalls ? 'tool_use' : 'end_turn';
    case 'broken-tool-call':
      return 'end_turn';
    case 'stop-sequence':
      return 'stop_sequence';
    case 'max-output':
      return 'max_tokens';
    case 'context-full':
      return 'model_context_window_exceeded';
    case 'refusal':
      return 'refusal';
    case 'pause':
      return 'pause_turn';
  }
}

/** Usage as the API tells it. */
export function usageWords(usage: Usage | undefined): JsonObject {
  return {
    input_tokens: usage?.inputTokens ?? 0,
    cache_creation_input_tokens: usage?.cacheWriteTokens ?? 0,
    cache_read_input_tokens: usage?.cacheReadTokens ?? 0,
    output_tokens: usage?.outputTokens ?? 0,
  };
}

/** A later report on top of an earlier one: its numbers are totals, and what it lacks keeps its value. */
export function mergedUsage(before: Usage | undefined, value: Json | undefined): Usage | undefined {
  if (!isJsonObject(value)) return before;
  const details = objectOf(value.output_tokens_details);
  const reasoningTokens = countOf(details.thinking_tokens) ?? before?.reasoningTokens;
  return {
    inputTokens: countOf(value.input_tokens) ?? before?.inputTokens ?? 0,
    outputTokens: countOf(value.output_tokens) ?? before?.outputTokens ?? 0,
    cacheReadTokens: countOf(value.cache_read_input_tokens) ?? before?.cacheReadTokens ?? 0,
    cacheWriteTokens: countOf(value.cache_creation_input_tokens) ?? before?.cacheWriteTokens ?? 0,
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
  };
}

const statusByType: ReadonlyMap<string, number> = new Map(
  Object.entries({
    invalid_request_error: 400,
    authentication_error: 401,
    billing_error: 402,
    permission_error: 403,
    not_found_error: 404,
    request_too_large: 413,
    rate_limit_error: 429,
    timeout_error: 504,
    overloaded_error: 529,
  }),
);

/** The status that an error of this type has where nothing else tells it. */
export function statusOfErrorType(type: string | undefined): number {
  return statusByType.get(type ?? '') ?? 502;
}

const longestMessage = 2000;

/** The failure that an `error` event or body tells of. */
export function errorOf(value: JsonObject): RenderableError {
  const error = objectOf(value.error);
  const code = typeof error.type === 'string' ? error.type : 'api_error';
  const message = typeof error.message === 'string' ? error.message : 'Claude said that the answer failed.';
  return { status: statusOfErrorType(code), code, message: message.slice(0, longestMessage) };
}

/** A citation of any of the API's kinds; documents have titles, pages have addresses. */
export function citationIn(cited: JsonObject): Citation {
  const text = (...names: string[]) => {
    const found = names.map((name) => cited[name]).find((value) => typeof value === 'string' && value !== '');
    return typeof found === 'string' ? found : undefined;
  };
  return defined({ title: text('title', 'document_title'), url: text('url', 'source'), text: text('cited_text') });
}

/** A citation of a page, as the API tells it. */
export function citationWords({ title, url, text }: Citation): JsonObject {
  return {
    type: 'web_search_result_location',
    url: url ?? '',
    title: title ?? null,
    cited_text: text ?? '',
    encrypted_index: '',
  };
}

/** Results of a search; without the text, which the API sends encrypted. */
export function searchResults(content: Json | undefined): { title: string; url: string }[] {
  const results = objectsOf(content);
  return results.map(({ title, url }) => ({
    title: typeof title === 'string' ? title : '',
    url: typeof url === 'string' ? url : '',
  }));
}
