import type { Delivery, EventFormat } from '../answer.ts';
import { type ErrorReply, fails as failsWith, type RawReply } from '../replies.ts';
import { type ApiError, errors } from './errors.ts';

export interface ToolCall {
  name: string;
  input: unknown;
  /** Default: a new `call_…`. */
  id?: string;
}

export interface FakeUsage {
  input: number;
  cached: number;
  output: number;
  reasoning: number;
}

/** An answer of the model; sent as a stream or as one object, as the request asks. */
export interface ResponseReply {
  kind: 'response';
  /** Parts of the summary; the item carries encrypted content where the request wants it. Empty: content alone. */
  reasoning?: readonly string[];
  search?: { query: string; sources: readonly string[] };
  text?: string;
  refusal?: string;
  /** All at a time: their deltas take turns. */
  toolCalls?: readonly ToolCall[];
  /** Calls of tools that take free text. */
  customCalls?: readonly { name: string; input: string; id?: string }[];
  /** Why the answer is cut. */
  incomplete?: 'max_output_tokens' | 'content_filter';
  usage?: Partial<FakeUsage>;
  /** Characters in each delta. Default 12. */
  deltaLength?: number;
  /** The final event tells no output, as the Codex backend's does. */
  emptyOutput?: boolean;
  /** Items come whole, without deltas. */
  withoutDeltas?: boolean;
  /** Type of the final event. */
  lastEvent?: 'response.completed' | 'response.done';
  /** Put in place of the event with this index; the stream ends with it. */
  failure?: { at: number; event: { type: string; [name: string]: unknown } };
  format?: EventFormat;
  headers?: Record<string, string>;
  delivery?: Delivery;
}

export type ResponsesReply = ResponseReply | ErrorReply<ApiError> | RawReply;

export function says(text: string, more: Omit<ResponseReply, 'kind' | 'text'> = {}): ResponseReply {
  return { kind: 'response', text, ...more };
}

export function callsTools(toolCalls: readonly ToolCall[], more: Omit<ResponseReply, 'kind'> = {}): ResponseReply {
  return { kind: 'response', toolCalls, ...more };
}

export const fails = failsWith<ApiError>;

/** Fails within a stream that has begun with 200, after the events that say that work has begun. */
export function failsLate(code: string, message: string, more: object = {}): ResponseReply {
  const response = { object: 'response', status: 'failed', error: { code, message, ...more }, output: [] };
  return { kind: 'response', text: '', failure: { at: 2, event: { type: 'response.failed', response } } };
}

export function rateLimited(headers: Record<string, string> = {}): ErrorReply<ApiError> {
  return fails(errors.rateLimit(), headers);
}
