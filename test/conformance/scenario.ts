/** What a user of an SDK asks for, in words of no API. */
export interface Ask {
  prompt: string;
  stream: boolean;
  /** A picture in front of the prompt, as base64 of a PNG. */
  image?: string;
  tools?: readonly AskedTool[];
  /** Asks for visible thinking. */
  thinking?: boolean;
  /** JSON Schema that the answer must have. */
  schema?: { name: string; schema: Record<string, unknown> };
  signal?: AbortSignal;
  /** Called with every piece of a stream. */
  onPiece?: () => void;
}

export interface AskedTool {
  name: string;
  description: string;
  schema: Record<string, unknown>;
}

export interface HeardCall {
  id: string;
  name: string;
  input: unknown;
}

/** What the SDK made of the answer. */
export interface Heard {
  text: string;
  thinking: string;
  calls: readonly HeardCall[];
  /** In the API's own word. */
  finish: string;
  usage: { input: number; output: number } | undefined;
  /** Pieces of a stream that carried text or arguments. */
  pieces: number;
}

/** A conversation with one SDK; it keeps the history as that SDK's users do. */
export interface Talk {
  ask(ask: Ask): Promise<Heard>;
  /** Sends what the tools gave and asks on. */
  giveResults(results: Readonly<Record<string, string>>, ask: Omit<Ask, 'prompt' | 'image'>): Promise<Heard>;
}

/** What a thrown error says in the terms of its SDK. */
export interface HeardError {
  /** Name of the SDK's error class. */
  name: string;
  status: number | undefined;
  message: string;
}

/** One version of one official SDK, in one of its modes. */
export interface SdkClient {
  /** Column of docs/conformance.md: `openai 7 · Responses`. */
  id: string;
  /** Starts a conversation; the SDK makes no second try of its own. */
  talk(target: { origin: string; model: string }): Talk;
  errorOf(error: unknown): HeardError;
}
