import type { Answer, AnswerEvent } from './answer.ts';
import type { Conversation } from './conversation.ts';
import type { Json, JsonObject } from './exact-json.ts';
import type { Dialect, FieldTable } from './features.ts';
import type { ThinkingSupport, ThinkingWish } from './thinking-suffix.ts';
import type { Operation, WireFormatId } from './wire-format.ts';

/** A client's request before it is parsed. */
export interface IncomingRequest {
  /** The body, with exact numbers. */
  body: JsonObject;
  operation: Operation;
  /** The client's path without query, where routes of one format differ (legacy completions). */
  path: string;
  /** Where the path says it rather than the body (Gemini). */
  model?: string;
  stream?: boolean;
}

/** What a request is rendered for. */
export interface RenderTarget {
  dialect: Dialect;
  /** The model that the upstream knows. */
  model: string;
  /** Tokens. */
  maxOutput: number;
  /** Absent: not known, the client's wish is passed on as it is. */
  thinkingSupport?: ThinkingSupport;
  /** The thinking suffix; beats what the body asks for. */
  thinking?: ThinkingWish;
  stream: boolean;
}

/** What the way back needs to know of what rendering did. */
export interface AnswerNotes {
  /** Client's names of tools by the names that the upstream got; only those that differ. */
  toolNames: ReadonlyMap<string, string>;
  /** Custom tools (client's names) that went out as functions with one `input` string. */
  wrappedTools: ReadonlySet<string>;
  /** The forced tool whose arguments are the structured output (upstream's name). */
  outputTool?: string;
  /** Stop sequences that the upstream does not take: the text is cut here. */
  stop?: readonly string[];
  /** Output limit in tokens that the upstream does not take: the answer is cut here, by estimate. */
  maxOutputTokens?: number;
}

export interface RenderedRequest {
  body: JsonObject;
  notes: AnswerNotes;
  /** Fields that were sent otherwise than asked, by the feature's field of the client: clamped, moved, merged. */
  changed: readonly string[];
  /** Fields left out beyond what the dialect's table says, such as for this model only. */
  dropped: readonly string[];
  /** Betas of Anthropic's API that the rendered body needs. */
  betas?: readonly string[];
}

/** One event of a stream of server-sent events; `data` joined by line feeds. */
export interface StreamEvent {
  event?: string;
  data: string;
}

/** Reads the answer of one request, event by event. Never throws: what cannot be read becomes `failed`. */
export interface AnswerDecoder {
  push(event: StreamEvent): AnswerEvent[];
  /** The stream has ended; says `failed` when its end mark is missing. */
  end(): AnswerEvent[];
}

/** Writes the answer of one request. */
export interface AnswerEncoder {
  /** Complete bytes of the stream for the events, in the client's framing; empty when they show nothing. */
  push(events: readonly AnswerEvent[]): string;
  /** What remains to be said after `finish`: usage, end marks. Not called after `failed`. */
  end(): string;
}

export interface EncodeContext {
  /** As the client asked for it. */
  model: string;
  conversation: Conversation;
  /** Seconds since the Unix epoch. */
  createdAt: number;
  /** A new id: `msg_…`, `chatcmpl-…`, `resp_…`. */
  newId(prefix: string): string;
  /** The client's path without query (legacy completions). */
  path: string;
  /** Gemini without `alt=sse`: one JSON array instead of events. */
  asArray?: boolean;
  /** The client's fields that were dropped or changed on the way: nothing echoes them as applied. */
  unapplied?: readonly string[];
}

/** A wire format as translation needs it: four of these make sixteen directions. Pure. */
export interface Translator {
  id: WireFormatId;
  /** The format as its own provider's public API takes it. */
  dialect: Dialect;
  /** Every field of a request and what it asks for; nested ones as `messages[].name`. */
  fields: FieldTable;
  /** Throws FieldError for a request that the format itself does not allow. */
  parse(request: IncomingRequest): Conversation;
  /** Throws FieldError for what cannot be said to this target. Features that the dialect drops are just not written. */
  render(conversation: Conversation, target: RenderTarget): RenderedRequest;
  decoder(): AnswerDecoder;
  /** A whole answer as events, ending in `finish` or `failed`. */
  readAnswer(body: Json): AnswerEvent[];
  encoder(context: EncodeContext): AnswerEncoder;
  writeAnswer(answer: Answer, context: EncodeContext): JsonObject;
  /** Reads the answer to a count of tokens, where the format has such a route; undefined for anything else. */
  readCount?(body: Json): number | undefined;
  /** The answer to a count of tokens. */
  writeCount(inputTokens: number): JsonObject;
}
