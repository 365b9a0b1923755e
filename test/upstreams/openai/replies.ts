import type { Answer, Delivery, EventFormat } from '../answer.ts';
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

export interface ErrorReply {
  kind: 'error';
  error: ChatError;
  headers?: Record<string, string>;
  delivery?: Delivery;
}

/** Anything else, byte for byte. */
export interface RawReply {
  kind: 'raw';
  answer: Answer;
}

export type OpenaiReply = ChatReply | ErrorReply | RawReply;

export function says(text: string, more: Omit<ChatReply, 'kind' | 'text'> = {}): ChatReply {
  return { kind: 'message', text, ...more };
}

export function callsTools(
  toolCalls: readonly ToolCall[],
  more: Omit<ChatReply, 'kind' | 'toolCalls'> = {},
): ChatReply {
  return { kind: 'message', toolCalls, ...more };
}

export function fails(error: ChatError, headers: Record<string, string> = {}, delivery: Delivery = {}): ErrorReply {
  return { kind: 'error', error, headers, delivery };
}
