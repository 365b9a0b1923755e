import { stripThinking } from '../../protocols/anthropic/strip-thinking.ts';
import { JsonSyntaxError } from '../../protocols/json-edit.ts';
import type { UpstreamFailure } from '../contract.ts';

/**
 * Thinking of other providers, or of a time before the history was edited: "Invalid `signature` in `thinking` block",
 * "Invalid `data` in `redacted_thinking` block", "`thinking` blocks in the latest assistant message cannot be modified".
 */
const refusedThinking = /thinking\W+blocks?\b/;

/** A refused request without the thinking that was refused; undefined where that is not why, or where it has none. */
export function repairThinking(body: Buffer, failure: UpstreamFailure): Buffer | undefined {
  if (!('status' in failure) || failure.status !== 400 || !refusedThinking.test(failure.body)) return undefined;
  try {
    const stripped = stripThinking(body);
    return stripped === body ? undefined : stripped;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
