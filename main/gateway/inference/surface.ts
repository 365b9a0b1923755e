import type { Operation, WireFormatId } from '../../protocols/wire-format.ts';
import type { RequestContext } from '../context.ts';

/** An inference route that matched a request. */
export interface InferenceRoute {
  wireFormat: WireFormatId;
  operation: Operation;
  /** Where the path names the model (Gemini): the name, and whether the action streams. */
  path?: { model: string; stream: boolean };
  /** Where the path says whether the answer streams, but the body names the model (Code Assist). */
  stream?: boolean;
}

/** Whether a client reads a stream as one JSON array: Gemini's way without `alt=sse`. */
export function readsArray({ wireFormat }: InferenceRoute, stream: boolean, query: string): boolean {
  return stream && wireFormat === 'gemini' && !/(?:^|&)(?:alt|%24alt|\$alt)=sse(?:&|$)/.test(query);
}

/** The body of a request, as received and as read. */
export interface RequestBody {
  /** The bytes on the wire, maybe compressed. */
  received(): Buffer;
  /** The same, unpacked. To be read only until the request has ended. */
  plain: Buffer;
}

/** A model name after a surface's own rules. */
export interface ResolvedModel {
  /** With thinking suffix, if any. */
  model: string;
  mapped: boolean;
  /** The rule that changed it, for people. */
  rule?: string;
  /** Rules that were passed over, each with the reason, for people. */
  ignored?: readonly string[];
}

/** A request made fit for local serving. */
export interface AdaptedRequest {
  body: Buffer;
  /** Paths of the fields that were cleaned; told to the client, because nothing is changed in silence. */
  changed: readonly string[];
}

/** Bytes that replace an answer's, piece by piece. */
export interface AnswerRewriter {
  push(chunk: Buffer): readonly Buffer[];
  end(): readonly Buffer[];
}

export interface RewriteContext {
  wireFormat: WireFormatId;
  stream: boolean;
  askedModel: string;
  servedModel: string;
  /** The provider whose models answer. */
  provider: string;
  /** The request, unpacked. */
  body: Buffer;
  /** The client's raw query. */
  query: string;
}

/**
 * A group of inference routes with rules of its own: the plain API, or Amp's aliases.
 * The gateway knows surfaces only by this interface; the engine puts them in.
 */
export interface Surface {
  id: 'direct' | 'amp';
  match(method: string, path: string): InferenceRoute | undefined;
  resolveModel(asked: string, canServe: (model: string) => boolean): ResolvedModel;
  /** Cleans a request for local serving. */
  adaptRequest(route: InferenceRoute, body: Buffer): AdaptedRequest;
  /** Client headers for local serving. */
  adaptHeaders(headers: NodeJS.Dict<string | string[]>): NodeJS.Dict<string | string[]>;
  /** Undefined when the answer's bytes may pass untouched. */
  rewriter(context: RewriteContext): AnswerRewriter | undefined;
  fallback?: Fallback;
}

/** Where requests go that no account serves. */
export interface Fallback {
  reachable(): boolean;
  /** Forwards the request with its original body; resolves when the answer has ended, with its status. */
  forward(ctx: RequestContext, body: RequestBody, model: string): Promise<{ status: number; firstByteAt?: number }>;
}
