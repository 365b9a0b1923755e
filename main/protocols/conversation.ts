import type { Json, JsonObject } from './exact-json.ts';
import type { FeatureUse } from './features.ts';
import type { ThinkingWish } from './thinking-suffix.ts';

/**
 * A request between two wire formats: what each of them can say, in words of none of them. Parsers fill it, renderers
 * write it; what a field became is decided by the tables in features.ts, never here.
 */
export interface Conversation {
  /** As asked for, without thinking suffix. */
  model: string;
  stream: boolean;
  system: readonly SystemText[];
  /** In order; neighbours may have the same role, renderers merge where a format wants that. */
  turns: readonly Turn[];
  tools: readonly Tool[];
  toolChoice?: ToolChoice;
  /** False where the client wants one tool call at a time. */
  parallelToolCalls?: boolean;
  thinking?: ThinkingRequest;
  sampling: Sampling;
  /** Absent: plain text. */
  output?: OutputShape;
  verbosity?: 'low' | 'medium' | 'high';
  /** `priority` asks for the faster, dearer lane. */
  serviceTier?: string;
  /** The client's own key for its prompt cache. */
  cacheKey?: string;
  /** An opaque id of the end user. */
  user?: string;
  metadata?: JsonObject;
  /** Whether a Chat Completions stream ends with a chunk of usage; other formats always tell it. */
  includeUsage?: boolean;
  /** What the request uses, with the client's own field names: the base of every report and refusal. */
  uses: readonly FeatureUse[];
}

export interface SystemText {
  text: string;
  cache?: CacheMark;
}

export interface Turn {
  /** `system`: instructions in the middle of a conversation. Tool results are parts of user turns. */
  role: 'user' | 'assistant' | 'system';
  parts: readonly Part[];
}

/** A prompt cache breakpoint of Anthropic's format. */
export interface CacheMark {
  ttl?: '5m' | '1h';
}

export type Media =
  /** Base64 without line breaks. */
  | { kind: 'data'; mediaType: string; data: string }
  | { kind: 'url'; url: string; mediaType?: string }
  /** A file that was uploaded to the provider whose format the request is in. */
  | { kind: 'file'; id: string };

export type Part =
  | TextPart
  | ImagePart
  | DocumentPart
  | { kind: 'audio'; source: Media }
  | { kind: 'video'; source: Media }
  | ThinkingPart
  | { kind: 'redacted-thinking'; data: string }
  | ToolCallPart
  | ToolResultPart
  | SearchCallPart
  | SearchResultPart
  | { kind: 'code'; language: string; code: string }
  | { kind: 'code-output'; output: string; failed: boolean };

export interface TextPart {
  kind: 'text';
  text: string;
  citations?: readonly Citation[];
  cache?: CacheMark;
}

export interface Citation {
  title?: string;
  url?: string;
  text?: string;
  /** Where in the part's text it belongs, in UTF-16 units. */
  start?: number;
  end?: number;
}

export interface ImagePart {
  kind: 'image';
  source: Media;
  detail?: 'auto' | 'low' | 'high';
  cache?: CacheMark;
}

export interface DocumentPart {
  kind: 'document';
  source: Media | { kind: 'text'; text: string };
  /** File name or title. */
  title?: string;
  cache?: CacheMark;
}

export interface ThinkingPart {
  kind: 'thinking';
  text: string;
  /** The provider's own proof; its family is told by signatureFamily in signatures.ts. */
  signature?: string;
  /** The id of a Responses reasoning item. */
  id?: string;
}

export interface ToolCallPart {
  kind: 'tool-call';
  id: string;
  name: string;
  /** JSON text of the arguments; for a custom tool the free text itself. */
  input: string;
  custom?: true;
  /** Gemini signs the first call of a turn. */
  signature?: string;
  cache?: CacheMark;
}

export interface ToolResultPart {
  kind: 'tool-result';
  callId: string;
  /** The tool's name where the format tells it. */
  name?: string;
  parts: readonly (TextPart | ImagePart | DocumentPart)[];
  isError?: boolean;
  custom?: true;
  cache?: CacheMark;
}

/** A search that the provider ran itself. */
export interface SearchCallPart {
  kind: 'search-call';
  id: string;
  query: string;
}

export interface SearchResultPart {
  kind: 'search-result';
  callId: string;
  results: readonly { title: string; url: string; text?: string }[];
}

export type Tool = FunctionTool | CustomTool | WebSearchTool | { kind: 'code-execution' | 'url-context' };

export interface FunctionTool {
  kind: 'function';
  /** With its group in front (`group__tool`) where it has one. */
  name: string;
  description?: string;
  /** JSON Schema of an object. */
  schema: JsonObject;
  strict?: boolean;
  /** A tool of a namespace of the Responses format, by the names that the client knows. */
  member?: { group: string; name: string };
  cache?: CacheMark;
}

/** A tool that takes free text (Responses and Chat Completions: `custom`). */
export interface CustomTool {
  kind: 'custom';
  name: string;
  description?: string;
  /** The grammar of the text, as the client wrote it. */
  format?: Json;
}

export interface WebSearchTool {
  kind: 'web-search';
  allowedDomains?: readonly string[];
  blockedDomains?: readonly string[];
  userLocation?: JsonObject;
  maxUses?: number;
}

export type ToolChoice =
  | { kind: 'auto' | 'required' | 'none' }
  | { kind: 'tool'; name: string }
  /** Only some of the tools may be called. */
  | { kind: 'some'; names: readonly string[]; mode: 'auto' | 'required' };

export interface ThinkingRequest {
  wish: ThinkingWish;
  /** Whether the client wants to read the thinking, or a summary of it; absent: the format's default. */
  visible?: boolean;
  /** Of the Responses format. */
  summary?: 'auto' | 'concise' | 'detailed';
}

export interface Sampling {
  /** Tokens, thinking included. */
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  stop?: readonly string[];
  seed?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
  /** How many answers; Chat Completions `n`. */
  candidates?: number;
  logprobs?: boolean;
  topLogprobs?: number;
}

export type OutputShape =
  | { kind: 'json' }
  | { kind: 'schema'; schema: JsonObject; name?: string; description?: string; strict?: boolean };
