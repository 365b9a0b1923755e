import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { createAccessKeys } from '../gateway/access-keys.ts';
import type { CallerContext, RequestContext } from '../gateway/context.ts';
import { GatewayError } from '../gateway/errors.ts';
import type { AmpAccess } from '../gateway/gateway.ts';
import type { Surface } from '../gateway/inference/surface.ts';
import { refuse, refuseUpgrade } from '../gateway/refuse.ts';
import type { RequestRecord } from '../journal/record.ts';
import { proxyFor } from '../net/proxy.ts';
import { derived } from '../settings/derived.ts';
import type { Settings } from '../settings/schema.ts';
import { type AmpClientKind, detectAmpClient } from './client-kind.ts';
import type { AmpRequestInfo, ControlPlane } from './control-plane.ts';
import { createAmpSurface } from './inference-surface.ts';
import { createModelMapping } from './model-mapping.ts';
import { matchAmpRoute, plainPath } from './routes.ts';
import { createSecretSource, type SecretResult, type SecretSource } from './secret-source.ts';

export type { AmpClientKind } from './client-kind.ts';

export interface AmpModuleDeps {
  /** Read for each request; replaced as a whole when they change. */
  settings(): Settings;
  /** Amp's token as kept in the vault. */
  storedToken(): string | undefined;
  env: NodeJS.ProcessEnv;
  homeDir: string;
  clock: Clock;
  log: { debug(fields: object, message: string): void; error(fields: object, message: string): void };
  /** Whether an address is this gateway's own. */
  isOwnAddress(url: URL): boolean;
  /** Paid requests left today. */
  creditLeft(): number;
  /** A model request goes to Amp and may cost credits; the returned function takes that back. */
  onPaidRequest(): () => void;
  /** A token was found; nothing may log it. */
  onToken(token: string): void;
  /** What went to Amp without being inference that is served here. */
  record(record: RequestRecord): void;
  onClientSeen(): void;
}

/** Everything that Fusebox does for Amp. */
export interface AmpModule {
  /** Amp's provider aliases, for the gateway's inference. */
  surface: Surface;
  access: AmpAccess;
  secretSource: SecretSource;
  /** Takes a request that belongs to Amp's server; false when it does not. */
  handle(ctx: RequestContext): boolean;
  upgrade(ctx: CallerContext, socket: Duplex, head: Buffer): void;
  lastClient(): { kind: AmpClientKind; at: number } | undefined;
  close(): void;
}

const providerPrefix = '/api/provider/';

export function createAmpModule(deps: AmpModuleDeps): AmpModule {
  const { clock } = deps;
  const ampSettings = () => deps.settings().ampcode;
  const secretSource = createSecretSource({ ...deps, settings: ampSettings });
  const told = (result: SecretResult) => {
    if (result.token !== undefined) deps.onToken(result.token);
    return result;
  };
  const localKeys = derived(deps.settings, (settings) => createAccessKeys(settings['api-keys']));
  const controlDeps = {
    settings: ampSettings,
    secrets: { matches: secretSource.matches, resolve: (clientKey?: string) => told(secretSource.resolve(clientKey)) },
    isLocalKey: (value: string) => localKeys().includes(value),
    isOwnAddress: deps.isOwnAddress,
    connectMs: () => deps.settings().timeouts.connect * 1000,
    clock,
    log: deps.log,
  };
  const controls = new Map<string | undefined, Promise<ControlPlane>>();
  const closers: (() => void)[] = [];
  let closed = false;
  const closeAll = () => {
    for (const close of closers.splice(0)) close();
  };
  // With the first request for Amp: its proxy takes time to load and memory that others need not spend.
  const open = async (proxyUrl: string | undefined): Promise<ControlPlane> => {
    const { createAgents, createControlPlane } = await import('./control-plane.ts');
    const agents = proxyUrl === undefined ? undefined : createAgents(proxyUrl);
    const made = createControlPlane({ ...controlDeps, ...(agents ? { agents } : {}) });
    closers.push(() => {
      made.close();
      if (agents) for (const pool of [agents.http, agents.https]) pool.destroy();
    });
    if (closed) closeAll();
    return made;
  };
  // One for each proxy that the settings have named: what is under way ends where it began.
  const control = () => {
    const proxyUrl = proxyFor(ampSettings()['upstream-url'], deps.settings()['proxy-url']);
    const known = controls.get(proxyUrl);
    if (known) return known;
    const opened = open(proxyUrl);
    controls.set(proxyUrl, opened);
    // What could not be loaded, as while the program is being replaced, may be there for the next request.
    opened.catch(() => controls.delete(proxyUrl));
    return opened;
  };
  let lastClient: { kind: AmpClientKind; at: number } | undefined;
  const onRequest = (method: string, path: string) => {
    const kind = detectAmpClient(method, path);
    if (!kind) return;
    const changed = lastClient?.kind !== kind;
    lastClient = { kind, at: clock.now() };
    if (changed) deps.onClientSeen();
  };
  return {
    secretSource,
    surface: createAmpSurface({
      mapping: derived(deps.settings, (settings) => createModelMapping(settings.ampcode)),
      fallback: {
        reachable: () => ampSettings()['upstream-url'] !== '',
        forward: async (ctx, body) => forwardPaid(ctx, await control(), deps, body.received()),
      },
    }),
    access: {
      isAmpPath: (path) => path.startsWith(providerPrefix) || matchAmpRoute(path) !== undefined,
      isOwnToken: secretSource.matches,
      isSignInNavigation,
      onRequest,
    },
    handle: (ctx) => handle(ctx, control, deps),
    upgrade(ctx, socket, head) {
      control().then(
        ({ upgrade }) => void (socket.destroyed || upgrade(ctx.req, socket, head, infoOf(ctx))),
        (cause) => refuseUpgrade(socket, notLoaded(cause, deps)),
      );
    },
    lastClient: () => lastClient,
    close() {
      closed = true;
      closeAll();
    },
  };
}

function handle(ctx: RequestContext, control: () => Promise<ControlPlane>, deps: AmpModuleDeps): boolean {
  if (matchAmpRoute(ctx.path)) {
    withControl(ctx, control, deps, (opened) => opened.handle(ctx.req, ctx.res, infoOf(ctx)));
    return true;
  }
  // Parts of the model API that are not served here: embeddings, images, warm-up calls.
  if (!plainPath(ctx.path).startsWith(providerPrefix)) return false;
  const spends = ctx.req.method === 'POST';
  const problem = spends ? spendingProblem(deps) : undefined;
  if (problem) refuse(ctx, problem);
  else if (spends) withControl(ctx, control, deps, (opened) => forwardUnserved(ctx, opened, deps));
  else withControl(ctx, control, deps, (opened) => opened.forward(ctx.req, ctx.res, infoOf(ctx)));
  return true;
}

function withControl(
  ctx: RequestContext,
  control: () => Promise<ControlPlane>,
  deps: AmpModuleDeps,
  use: (opened: ControlPlane) => Promise<unknown>,
): void {
  control().then(use, (cause) => refuse(ctx, notLoaded(cause, deps)));
}

function notLoaded(cause: unknown, { log }: AmpModuleDeps): GatewayError {
  log.error({ err: cause }, 'The way to Amp could not be loaded');
  return new GatewayError('internal_error', { cause });
}

/** Why a request that may cost credits must not be sent. */
function spendingProblem(deps: AmpModuleDeps): GatewayError | undefined {
  if (deps.settings().ampcode.fallback === 'never')
    return new GatewayError('not_found', { detail: 'ampcode.fallback is never' });
  // Its model is not known without reading a body of unknown shape.
  if (deps.settings().ampcode['credit-models'].length > 0) return new GatewayError('amp_model_left_out');
  return deps.creditLeft() > 0 ? undefined : new GatewayError('amp_credit_guard');
}

/** Counts a request before it is sent, so that many at once cannot pass the guard; one that Amp never got is taken back. */
async function forwardPaid(ctx: RequestContext, control: ControlPlane, deps: AmpModuleDeps, body?: Buffer) {
  const takeBack = deps.onPaidRequest();
  if (ctx.ownHeaders) ctx.res.setHeader('x-fusebox-amp-credits', creditWords(deps));
  const result = await control.forward(ctx.req, ctx.res, { ...infoOf(ctx), ...(body ? { body } : {}) });
  if (result.problem !== undefined && result.firstByteAt === undefined) takeBack();
  return result;
}

/** `3 of 500 requests today`. */
function creditWords({ settings, creditLeft }: AmpModuleDeps): string {
  const most = settings().ampcode['credit-guard'];
  return `${most - creditLeft()} of ${most} requests today`;
}

/** A model request of a kind that is not served here: embeddings, images, warm-up calls. */
async function forwardUnserved(ctx: RequestContext, control: ControlPlane, deps: AmpModuleDeps): Promise<void> {
  const { id, startedAt, tool, path } = ctx;
  const reason = 'this part of the model API is not served here';
  const { status, firstByteAt } = await forwardPaid(ctx, control, deps);
  const outcome = status < 400 ? 'served' : `HTTP ${status}`;
  deps.record({
    id,
    startedAt,
    tool,
    path,
    route: 'amp',
    reason,
    attempts: [{ via: 'amp', label: 'Amp', reason, outcome, status }],
    status,
    ...(firstByteAt === undefined ? {} : { firstByteMs: firstByteAt - startedAt }),
    totalMs: deps.clock.now() - startedAt,
  });
}

function infoOf({ path, query, clientKey, peerIsLoopback }: CallerContext): AmpRequestInfo {
  return { path, rawQuery: query, clientKey, peerIsLoopback };
}

/** `amp login` sends the owner's browser to /auth/…; it is only passed on to Amp's host, and it cannot carry a key. */
function isSignInNavigation(req: IncomingMessage, path: string): boolean {
  const isPage = req.method === 'GET' && /text\/html/i.test(req.headers.accept ?? '');
  return isPage && matchAmpRoute(path)?.kind === 'sign-in' && matchAmpRoute(path)?.page === true;
}
