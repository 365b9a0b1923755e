import type { IncomingMessage } from 'node:http';
import type { Account, Secret } from '../../accounts/account.ts';
import type { Clock } from '../../clock.ts';
import type { RequestRecord } from '../../journal/record.ts';
import { errorRenderers } from '../../protocols/index.ts';
import {
  findMember,
  JsonSyntaxError,
  members,
  parseAt,
  type Span,
  stringAt,
  unlessMalformed,
} from '../../protocols/json-edit.ts';
import type {
  Fault,
  ProviderEndpoints,
  QuotaWindow,
  ServingProvider,
  UpstreamHeaders,
} from '../../providers/contract.ts';
import type { Target } from '../../routing/breakers/breaker.ts';
import type { LocalRouteAttempt, Route } from '../../routing/route.ts';
import type { CallEnd, Permit, RoutedRequest } from '../../routing/router.ts';
import type { RequestContext } from '../context.ts';
import { GatewayError } from '../errors.ts';
import { refuse } from '../refuse.ts';
import type { Transport } from '../upstream/transport.ts';
import { ClientGone, declaredBytes, readBody } from './body.ts';
import { ClientAnswer } from './client-answer.ts';
import { followRoute } from './follow-route.ts';
import { InferenceJob } from './job.ts';
import { createIntake, type OpenBody } from './request-body.ts';
import type { Transcripts } from './responses/transcripts.ts';
import { routeHeaders } from './route-headers.ts';
import { type InferenceRoute, readsArray, type Surface } from './surface.ts';
import type { TextMemory } from './text-memory.ts';
import { createTrail, recordOf, type Trail } from './trail.ts';
import type { CountTokens } from './translation/estimate-count.ts';
import type { FetchMedia } from './translation/inline-media.ts';
import type { ThinkingMemory } from './translation/thinking-memory.ts';

export interface InferenceLimits {
  /** Bytes. */
  maxBodyBytes: number;
  /** Milliseconds. */
  idleMs: number;
  /** Milliseconds. */
  keepAliveMs: number;
}

/** The part of the router that inference uses. */
export interface RequestRouter {
  canServe(model: string, format: InferenceRoute['wireFormat']): boolean;
  /** Whether a plan depends on the conversation of the request. */
  asksForSession(model: string, format: InferenceRoute['wireFormat']): boolean;
  plan(request: RoutedRequest): Route;
  begin(target: Target): Permit | undefined;
  end(permit: Permit, end: CallEnd): void;
  served(request: RoutedRequest, route: Route, attempt: LocalRouteAttempt): void;
}

/** What inference needs from the rest of the engine. */
export interface InferenceDeps {
  clock: Clock;
  textMemory: TextMemory;
  limits(): InferenceLimits;
  transport(): Transport;
  router: RequestRouter;
  /** Whether and how Amp may serve what nobody else does; `model` as the client asked for it. */
  ampFallback(surface: Surface, model: string): RoutedRequest['amp'];
  /** Longest time that a request waits for accounts in all, in milliseconds. */
  maxWaitMs(): number;
  /** 0 to 1. */
  random(): number;
  /** Of an account that a plan names: its provider serves requests. */
  provider(account: Account): ServingProvider;
  secretOf(accountId: string): Secret | undefined;
  endpoints(account: Account): ProviderEndpoints;
  proxyUrl(account: Account): string | undefined;
  /** Refreshes the account's access token unless it changed meanwhile; false when that is not possible. */
  refresh(accountId: string, usedAccessToken: string | undefined): Promise<boolean>;
  onServing(accountId: string, change: 1 | -1): void;
  onHeaders(account: Account, headers: UpstreamHeaders, permit: Permit): void;
  /** Limits that an event within an answer told of. */
  onQuota(account: Account, windows: readonly QuotaWindow[], permit: Permit): void;
  onFault(account: Account, model: string, fault: Fault): void;
  record(record: RequestRecord): void;
  /** Gets linked pictures and documents for upstreams that take no links. */
  fetchMedia: FetchMedia;
  countTokens: CountTokens;
  /** Answers that later requests may name. */
  transcripts: Transcripts;
  /** Signed thinking of clients that cannot carry it. */
  thinking: ThinkingMemory;
  /** Settings key `strict-translation`: fields that cannot be carried are refused instead of left out. */
  isStrict(): boolean;
  /** The text with every known secret masked. */
  scrub(text: string): string;
  log: { debug(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** Serves one inference request from the first byte of its body to the journal. Never rejects. */
export async function handleInference(
  ctx: RequestContext,
  surface: Surface,
  route: InferenceRoute,
  deps: InferenceDeps,
): Promise<void> {
  const trail = createTrail(route.wireFormat);
  let body: OpenBody | undefined;
  try {
    body = await receive(ctx.req, deps);
    await followRoute(jobOf(body, ctx, surface, route, trail, deps), deps);
  } catch (error) {
    if (error instanceof ClientGone) trail.status = 499;
    else answerFailure(ctx, trail, error, deps);
  } finally {
    body?.close();
  }
  if (ctx.res.destroyed && !ctx.res.writableFinished) trail.status = 499;
  deps.record(recordOf(trail, ctx, deps.clock.now()));
}

async function receive(req: IncomingMessage, deps: InferenceDeps): Promise<OpenBody> {
  const { maxBodyBytes: maxBytes, idleMs } = deps.limits();
  const encoding = req.headers['content-encoding'];
  const intake = createIntake({ declared: declaredBytes(req), encoding, maxBytes }, deps.textMemory);
  try {
    await readBody(req, { maxBytes, idleMs }, deps.clock, intake.take);
  } catch (error) {
    intake.drop();
    throw error;
  }
  return await intake.open();
}

/** Throws GatewayError for a body that tells no model. */
function jobOf(
  body: OpenBody,
  ctx: RequestContext,
  surface: Surface,
  route: InferenceRoute,
  trail: Trail,
  deps: InferenceDeps,
): InferenceJob {
  const limits = deps.limits();
  // Undefined for text that is broken somewhere: Amp may still get it as it is, if the model can be read.
  const root = route.path ? undefined : unlessMalformed(() => members(body.plain));
  const asked = readAsked(body.plain, root, route);
  trail.modelAsked = asked.model;
  const resolved = surface.resolveModel(asked.model, (model) => deps.router.canServe(model, route.wireFormat));
  const answer = newAnswer(ctx, route, asked.stream, limits, deps);
  const { transcripts } = deps;
  const parts = { ctx, surface, route, body, members: root, asked, resolved, answer, trail, transcripts };
  const job = new InferenceJob(parts);
  ctx.res.on('close', () => job.abort?.());
  return job;
}

/** Model and stream flag, found without building the whole object. Throws GatewayError in the caller's terms. */
function readAsked(
  body: Buffer,
  root: ReadonlyMap<string, Span> | undefined,
  route: InferenceRoute,
): { model: string; stream: boolean } {
  const find = (name: string) => (root ? root.get(name) : findMember(body, name));
  try {
    if (route.path) return route.path;
    const model = find('model');
    const name = model && stringAt(body, model);
    if (name === undefined || name.trim() === '') {
      throw new GatewayError(model ? 'invalid_field' : 'missing_field', {
        detail: 'model must be a non-empty string',
        param: 'model',
      });
    }
    const stream = find('stream');
    const isStream = route.stream ?? (stream !== undefined && parseAt(body, stream) === true);
    if (isStream && route.operation === 'compact')
      throw new GatewayError('invalid_field', { detail: 'stream is not possible here', param: 'stream' });
    return { model: name, stream: isStream };
  } catch (error) {
    if (error instanceof JsonSyntaxError)
      throw new GatewayError('invalid_json', { detail: error.message, cause: error });
    throw error;
  }
}

function newAnswer(
  ctx: RequestContext,
  route: InferenceRoute,
  stream: boolean,
  limits: InferenceLimits,
  deps: InferenceDeps,
): ClientAnswer {
  return new ClientAnswer(ctx.res, {
    framing: !stream ? 'body' : readsArray(route, stream, ctx.query) ? 'array' : 'events',
    errors: errorRenderers[route.wireFormat],
    requestId: ctx.id,
    ownHeaders: ctx.ownHeaders,
    keepAliveMs: limits.keepAliveMs,
    clock: deps.clock,
  });
}

function answerFailure(ctx: RequestContext, trail: Trail, error: unknown, deps: InferenceDeps): void {
  const known = error instanceof GatewayError ? error : unexpected(error);
  if (known.code === 'internal_error') deps.log.error({ err: error, id: ctx.id }, 'Inference failed');
  trail.status = known.status;
  trail.reason = known.code;
  const headers = ctx.ownHeaders && !ctx.res.headersSent ? routeHeaders('refused', known.code, undefined, ctx.id) : {};
  for (const [name, value] of Object.entries(headers)) ctx.res.setHeader(name, value);
  refuse(ctx, known);
}

/** What is nested so deeply that reading it overflows the stack is no request of a model's client. */
function unexpected(error: unknown): GatewayError {
  const isTooDeep = error instanceof RangeError && /call stack/i.test(error.message);
  return isTooDeep
    ? new GatewayError('invalid_json', { detail: 'it is nested too deeply', cause: error })
    : new GatewayError('internal_error', { cause: error });
}
