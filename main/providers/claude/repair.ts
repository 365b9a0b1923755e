import { stripSearches, stripThinking } from '../../protocols/anthropic/strip-history.ts';
import { JsonSyntaxError } from '../../protocols/json-edit.ts';
import type { UpstreamFailure } from '../contract.ts';

/**
 * Thinking of other providers, or of a time before the history was edited: "Invalid `signature` in `thinking` block",
 * "Invalid `data` in `redacted_thinking` block", "`thinking` blocks in the latest assistant message cannot be modified".
 */
const refusedThinking = /thinking\W+blocks?\b/;

/** Searches of other providers: "Invalid `encrypted_content` in `search_result` block". */
const refusedSearch = /encrypted_(content|index)/;

/** A refused request without what other providers left in its history; undefined where that is not why it was refused. */
export function repairHistory(body: Buffer, failure: UpstreamFailure): Buffer | undefined {
  if (!('status' in failure) || failure.status !== 400) return undefined;
  const isSearch = refusedSearch.test(failure.body);
  if (!isSearch && !refusedThinking.test(failure.body)) return undefined;
  try {
    // A history that one provider's searches are in has its thinking too, and there is one more try only.
    const stripped = stripThinking(isSearch ? stripSearches(body) : body);
    return stripped === body ? undefined : stripped;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
