/** The request and response formats that clients and upstreams speak. */
export const wireFormats = ['anthropic', 'openai-chat', 'openai-responses', 'gemini'] as const;
export type WireFormatId = (typeof wireFormats)[number];

/** What a caller asks an inference route to do. `compact` shortens a conversation (Responses only). */
export type Operation = 'generate' | 'count-tokens' | 'compact';

/** Token counts of one answer. `inputTokens` excludes what was read from or written to the prompt cache. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** Part of outputTokens; absent where it is not told. */
  reasoningTokens?: number;
}

/** A failure as one wire format's error renderer needs it. */
export interface RenderableError {
  /** HTTP status, 400 to 599. */
  status: number;
  /** Our error code (gateway/errors.ts) or the upstream's own error type. */
  code: string;
  /** What happened and what to do, for a person to read. Never holds a secret. */
  message: string;
  /** The request field at fault, if one is. */
  param?: string;
  /** How long the caller should wait, in milliseconds. */
  retryAfterMs?: number;
}

/** How one wire format says that something failed. */
export interface ErrorRenderer {
  /** JSON body for a failure before the first byte of the answer. */
  body(error: RenderableError, requestId: string): string;
  /** Complete event for a failure after the answer has begun; the stream ends after it. */
  streamEvent(error: RenderableError): string;
}
