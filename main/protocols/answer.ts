import type { Citation } from './conversation.ts';
import type { RenderableError, Usage } from './wire-format.ts';

/** Why an answer ended. */
export type FinishReason =
  | 'end'
  | 'stop-sequence'
  | 'max-output'
  | 'context-full'
  | 'tool-calls'
  | 'refusal'
  /** A tool of the provider's own wants another turn (Anthropic `pause_turn`). */
  | 'pause'
  | 'broken-tool-call';

export type AnswerPartStart =
  | { kind: 'text' }
  | { kind: 'thinking'; id?: string }
  | { kind: 'redacted-thinking'; data: string }
  | { kind: 'tool-call'; id: string; name: string; custom?: true }
  | { kind: 'image'; mediaType: string; data: string }
  | { kind: 'search-call'; id: string; query: string }
  | { kind: 'search-result'; callId: string; results: readonly { title: string; url: string; text?: string }[] };

/**
 * An answer as it happens, in words of no wire format. Decoders make these from streams and from whole answers,
 * encoders write them. `part` numbers count up from 0 in the order in which parts open; several may be open at a time.
 */
export type AnswerEvent =
  | { type: 'start'; id: string; model: string }
  | { type: 'open'; part: number; start: AnswerPartStart }
  /** Text, thinking, JSON text of tool arguments, or the free text of a custom tool. */
  | { type: 'delta'; part: number; text: string }
  /** The proof that belongs to a thinking part, or to a tool call of Gemini. Whole, once a part. */
  | { type: 'signature'; part: number; signature: string }
  | { type: 'citation'; part: number; citation: Citation }
  | { type: 'close'; part: number }
  /** All that is known so far; the last one counts. */
  | { type: 'usage'; usage: Usage }
  | { type: 'finish'; reason: FinishReason; stopSequence?: string }
  /** Nothing follows a failure. */
  | { type: 'failed'; error: RenderableError };

/** One part of a whole answer. */
export interface AnswerPart {
  start: AnswerPartStart;
  text: string;
  signature?: string;
  citations: readonly Citation[];
}

/** A whole answer: what its events come to. */
export interface Answer {
  id: string;
  model: string;
  parts: readonly AnswerPart[];
  usage: Usage | undefined;
  finish: FinishReason;
  stopSequence?: string;
}
