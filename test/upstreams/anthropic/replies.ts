import type { Delivery, EventFormat } from '../answer.ts';
import { type ErrorReply, fails as failsWith, type RawReply } from '../replies.ts';
import type { ApiError } from './errors.ts';
import { errors } from './errors.ts';
import { type Quota, quotaHeaders, rejected } from './quota.ts';

export interface ToolCall {
  name: string;
  input: unknown;
  /** Default: a new `toolu_…`. */
  id?: string;
}

export interface FakeUsage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** An answer of the model; sent as a stream or as one object, as the request asks. */
export interface MessageReply {
  kind: 'message';
  /** Signed by the fake; sent before the text. */
  thinking?: string;
  /** Sent as a redacted_thinking block. */
  redactedThinking?: string;
  text?: string;
  /** A search that the service runs itself; before the text. */
  search?: { query: string; results: readonly { title: string; url: string }[] };
  /** Pages that the text cites, in deltas of their own. */
  citations?: readonly { title: string; url: string; text: string }[];
  toolCalls?: readonly ToolCall[];
  /** Default: tool_use with tool calls, else end_turn. */
  stopReason?: string;
  /** The sequence that ended the answer; the reason is then `stop_sequence`. */
  stopSequence?: string;
  usage?: Partial<FakeUsage>;
  /** Characters in each delta. Default 12. */
  deltaLength?: number;
  /** A `ping` event before every delta. */
  pings?: boolean;
  /** Ends the stream with an `error` event in place of the event with this index. */
  errorEvent?: { at: number; type: string; message: string };
  format?: EventFormat;
  headers?: Record<string, string>;
  delivery?: Delivery;
}

export type AnthropicReply = MessageReply | ErrorReply<ApiError> | RawReply;

export function says(text: string, more: Omit<MessageReply, 'kind' | 'text'> = {}): MessageReply {
  return { kind: 'message', text, ...more };
}

export function callsTools(
  toolCalls: readonly ToolCall[],
  more: Omit<MessageReply, 'kind' | 'toolCalls'> = {},
): MessageReply {
  return { kind: 'message', toolCalls, ...more };
}

export const fails = failsWith<ApiError>;

/** How a 429 says when it ends. `delaySeconds` counts from `nowMs`. */
export type LimitHint =
  | 'retry-after'
  | 'http-date'
  | 'retry-after-ms'
  | 'unified-5h'
  | 'unified-7d'
  | 'unified-7d_oi'
  | 'none';

export function rateLimited(
  hint: LimitHint,
  delaySeconds: number,
  nowMs: number,
  quota: Quota = {},
): ErrorReply<ApiError> {
  const resetMs = nowMs + delaySeconds * 1000;
  const message = hint.startsWith('unified')
    ? "This request would exceed your account's rate limit. Please try again later."
    : 'Number of request tokens has exceeded your per-minute rate limit.';
  return fails(errors.rateLimit(message), limitHeaders(hint, delaySeconds, resetMs, quota));
}

function limitHeaders(hint: LimitHint, delaySeconds: number, resetMs: number, quota: Quota): Record<string, string> {
  if (hint === 'retry-after') return { 'retry-after': String(delaySeconds) };
  if (hint === 'http-date') return { 'retry-after': new Date(resetMs).toUTCString() };
  if (hint === 'retry-after-ms') return { 'retry-after-ms': String(delaySeconds * 1000) };
  if (hint === 'none') return {};
  return quotaHeaders(rejected(quota, hint.slice('unified-'.length), Math.ceil(resetMs / 1000)));
}
