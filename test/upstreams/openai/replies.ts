import type { Delivery, EventFormat } from '../answer.ts';
import { type ErrorReply, fails as failsWith, type RawReply } from '../replies.ts';
import type { ChatError } from './errors.ts';

export interface ToolCall {
  name: string;
  /** JSON text, or a value; free text for custom tools. */
  input: unknown;
  /** Default: a new `call_…`. */
  id?: string;
  custom?: true;
}

export interface FakeUsage {
  prompt: number;
  completion: number;
  cached: number;
  reasoning: number;
}

/** An answer of the model; sent as a stream or as one object, as the request asks. */
export interface ChatReply {
  kind: 'message';
  /** Sent as reasoning_content before the text. */
  thinking?: string;
  text?: string;
  toolCalls?: readonly ToolCall[];
  /** Default: tool_calls with tool calls, else stop. */
  finish?: string;
  usage?: Partial<FakeUsage>;
  /** Characters in each delta. Default 12. */
  deltaLength?: number;
  /** Ends the stream with an error event in place of the chunk with this index. */
  errorEvent?: { at: number; error: ChatError };
  /** Leaves the `[DONE]` out. */
  withoutDone?: true;
  format?: EventFormat;
  headers?: Record<string, string>;
  delivery?: Delivery;
}

export type OpenaiReply = ChatReply | ErrorReply<ChatError> | RawReply;

export function says(text: string, more: Omit<ChatReply, 'kind' | 'text'> = {}): ChatReply {
  return { kind: 'message', text, ...more };
}

export function callsTools(
  toolCalls: readonly ToolCall[],
  more: Omit<ChatReply, 'kind' | 'toolCalls'> = {},
): ChatReply {
  return { kind: 'message', toolCalls, ...more };
}

export const fails = failsWith<ChatError>;
