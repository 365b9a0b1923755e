import { createHash } from 'node:crypto';
import type { Conversation } from '../../protocols/conversation.ts';
import { findMember, type Span } from '../../protocols/json-edit.ts';
import { type Session, sessionKey } from '../../routing/affinity/session-key.ts';
import type { RequestContext } from '../context.ts';
import type { ClientAnswer } from './client-answer.ts';
import type { OpenBody } from './request-body.ts';
import type { Transcripts } from './responses/transcripts.ts';
import type { AdaptedRequest, InferenceRoute, ResolvedModel, Surface } from './surface.ts';
import type { Trail } from './trail.ts';
import { parseConversation } from './translation/parse-conversation.ts';

/** What is known of a request when its body has been received. */
export interface JobParts {
  ctx: RequestContext;
  surface: Surface;
  route: InferenceRoute;
  body: OpenBody;
  /** Members of the plain body by name, as far as it is sound JSON. */
  members: ReadonlyMap<string, Span> | undefined;
  /** As the client asked for them. */
  asked: { model: string; stream: boolean };
  /** After the surface's mapping. */
  resolved: ResolvedModel;
  answer: ClientAnswer;
  trail: Trail;
  /** Answers that requests may name. */
  transcripts: Transcripts;
}

/** One request on its way, with all that the steps of serving it share. What few of them need is made when it is needed. */
export class InferenceJob {
  readonly ctx: RequestContext;
  readonly surface: Surface;
  readonly route: InferenceRoute;
  readonly body: OpenBody;
  readonly members: ReadonlyMap<string, Span> | undefined;
  readonly stream: boolean;
  /** The model as the client asked for it. */
  readonly askedModel: string;
  /** After the surface's mapping, with thinking suffix. */
  readonly model: string;
  /** What mapping did, for people; follows every reason. */
  readonly notes: string;
  readonly answer: ClientAnswer;
  readonly trail: Trail;
  /** Set while an upstream call runs; called when the client goes away. */
  abort: (() => void) | undefined;
  readonly #transcripts: Transcripts;
  #local: AdaptedRequest | undefined;
  #session: { found: Session | undefined } | undefined;
  #conversation: Conversation | undefined;

  constructor({ ctx, surface, route, body, members, asked, resolved, answer, trail, transcripts }: JobParts) {
    this.ctx = ctx;
    this.surface = surface;
    this.route = route;
    this.body = body;
    this.members = members;
    this.stream = asked.stream;
    this.askedModel = asked.model;
    this.model = resolved.model;
    this.notes = notesOn(resolved);
    this.answer = answer;
    this.trail = trail;
    this.abort = undefined;
    this.#transcripts = transcripts;
  }

  /** The body as local accounts get it: cleaned by the surface, once. */
  local(): AdaptedRequest {
    this.#local ??= this.surface.adaptRequest(this.route, this.body.plain);
    return this.#local;
  }

  /** The conversation it belongs to, as far as it tells. */
  session(): Session | undefined {
    this.#session ??= { found: sessionOf(this.body.plain, this.members, this.ctx) };
    return this.#session.found;
  }

  /** The same as an opaque id for upstreams, in the form of a UUID, which every provider takes; says nothing of the client's own. */
  sessionId(): string | undefined {
    const session = this.session();
    if (!session) return undefined;
    const hex = createHash('sha256').update(session.key).digest('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  }

  /** What it says, independent of its wire format. Throws GatewayError, naming the field at fault. */
  conversation(): Conversation {
    const asked = { path: this.ctx.path, model: this.askedModel, stream: this.stream };
    this.#conversation ??= parseConversation(this.route, this.local().body, asked, this.#transcripts);
    return this.#conversation;
  }
}

function notesOn({ rule, ignored }: ResolvedModel): string {
  const mapped = rule === undefined ? '' : `; mapped by ${rule}`;
  return ignored ? mapped + ignored.map((text) => `; passed over ${text}`).join('') : mapped;
}

function sessionOf(
  json: Buffer,
  root: ReadonlyMap<string, Span> | undefined,
  { req }: RequestContext,
): Session | undefined {
  const find = (name: string) => (root ? root.get(name) : findMember(json, name));
  return sessionKey({ headers: req.headers, json, find, digest });
}

function digest(pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece).update('\0');
  return hash.digest('base64');
}
