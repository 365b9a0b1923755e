import type { ApiError } from '../openai-responses/errors.ts';
import { fails } from '../openai-responses/replies.ts';
import type { ErrorReply } from '../replies.ts';

/** How a used-up plan says when it has room again. `delaySeconds` counts from `nowMs`. */
export type ResetHint = 'resets_at' | 'resets_in_seconds' | 'headers' | 'retry-after' | 'none';

export function usageLimit(
  hint: ResetHint,
  delaySeconds: number,
  nowMs: number,
  activeLimit?: string,
): ErrorReply<ApiError> {
  const resetAt = Math.ceil(nowMs / 1000) + delaySeconds;
  const more = {
    plan_type: 'plus',
    ...(hint === 'resets_at' ? { resets_at: resetAt } : {}),
    ...(hint === 'resets_in_seconds' ? { resets_in_seconds: delaySeconds } : {}),
  };
  const headers: Record<string, string> = {
    ...(activeLimit === undefined ? {} : { 'x-codex-active-limit': activeLimit }),
    ...(hint === 'retry-after' ? { 'retry-after': String(delaySeconds) } : {}),
    ...(hint === 'headers'
      ? { 'x-codex-primary-used-percent': '100', 'x-codex-primary-reset-at': String(resetAt) }
      : {}),
  };
  return fails(
    { status: 429, type: 'usage_limit_reached', message: 'The usage limit has been reached', more },
    headers,
  );
}

export const planWithoutCodex = (): ErrorReply<ApiError> =>
  fails({ status: 403, type: 'usage_not_included', message: 'To use Codex with your ChatGPT plan, upgrade to Plus.' });
