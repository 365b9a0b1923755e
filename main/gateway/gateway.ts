import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExchangeFiles } from '../journal/exchange-files.ts';
import { type AccessKeys, presentedCredentials } from './access-keys.ts';
import { answering, type CallerContext, callerOf, type RequestContext, splitTarget } from './context.ts';
import { allowOrigin, answerPreflight, isPreflight } from './cors.ts';
import { type Dashboard, isDashboardPath } from './dashboard.ts';
import { GatewayError } from './errors.ts';
import { tapExchange } from './exchange-tap.ts';
import { factsOf, type GuardPolicy, inspect, isListedOrigin } from './guard.ts';
import { handleInference, type InferenceDeps } from './inference/handler.ts';
import type { SocketServer } from './inference/responses/socket-server.ts';
import type { TurnExchange } from './inference/responses/turn-exchange.ts';
import type { Surface } from './inference/surface.ts';
import type { ListenerHandlers } from './listener.ts';
import { isManagementPath } from './management/path.ts';
import { refuse, refuseUnread, refuseUpgrade } from './refuse.ts';
import type { SocketTransport } from './upstream/socket-transport.ts';

export interface GatewayDeps {
  clock: { now(): number };
  newId(): string;
  /** Whether answers carry headers of our own, by routing.response-headers. */
  ownHeaders(): boolean;
  policy(): GuardPolicy;
  keys(): AccessKeys;
  /** Whether bodies are written down, by request-log. */
  logsExchanges(): boolean;
  exchanges: Pick<ExchangeFiles, 'write'>;
  surfaces: readonly Surface[];
  inference: InferenceDeps;
  amp: AmpAccess;
  /** The window for browsers, which lets them in by itself; undefined where it is not offered. */
  dashboard: Pick<Dashboard, 'handle'> | undefined;
  /** Everything that is not inference. */
  app(ctx: RequestContext): void;
  /** Conversations of the Responses API over WebSockets. */
  sockets: Pick<SocketServer, 'open'>;
  /** How the requests on one of them reach upstreams that take WebSockets too. */
  upstreamSocket(): SocketTransport;
  /** Every other WebSocket. */
  upgrade(ctx: CallerContext, socket: Duplex, head: Buffer): void;
}

/** What the guard asks the Amp module. */
export interface AmpAccess {
  isAmpPath(path: string): boolean;
  /** The owner's own Amp token, which may stand for a local key on Amp's routes. */
  isOwnToken(value: string): boolean;
  /** A browser's way into sign-in, which cannot carry a key. */
  isSignInNavigation(req: IncomingMessage, path: string): boolean;
  onRequest(method: string, path: string): void;
}

/** The way of every request: guard, access key, then inference or the rest. */
export function createGateway(deps: GatewayDeps): ListenerHandlers {
  return {
    isControl({ url = '' }) {
      const { path } = splitTarget(url);
      return isManagementPath(path) || (deps.dashboard !== undefined && isDashboardPath(path));
    },
    request(req, res) {
      const ctx: RequestContext = answering(callerOf(req, deps.newId(), deps.clock.now(), deps.ownHeaders()), res);
      res.on('error', () => {});
      const problem = inspect(factsOf(req), deps.policy());
      if (problem) return refuse(ctx, problem);
      if (req.headers.origin !== undefined && answeredAsPreflight(ctx, deps)) return;
      if (deps.dashboard && isDashboardPath(ctx.path)) return deps.dashboard.handle(ctx);
      const denied = checkKey(ctx, deps);
      if (denied) return refuse(ctx, denied);
      const method = req.method ?? '';
      if (ctx.path.startsWith('/a')) deps.amp.onRequest(method, ctx.path);
      for (const surface of deps.surfaces) {
        const route = surface.match(method, ctx.path);
        if (!route) continue;
        if (deps.logsExchanges()) tapExchange(ctx, deps.exchanges, () => deps.clock.now());
        return void handleInference(ctx, surface, route, deps.inference);
      }
      deps.app(ctx);
    },
    unread: (socket, error, start) => refuseUnread(socket, error, deps.newId(), start),
    upgrade(req, socket, head) {
      socket.on('error', () => socket.destroy());
      const ctx = callerOf(req, deps.newId(), deps.clock.now());
      const problem = inspect(factsOf(req), deps.policy()) ?? checkKey(ctx, deps);
      if (problem) return refuseUpgrade(socket, problem);
      deps.amp.onRequest('GET', ctx.path);
      if (/\/responses(?:\/|$)/.test(ctx.path)) return openResponses(ctx, socket, head, deps);
      deps.upgrade(ctx, socket, head);
    },
  };
}

/** Where a WebSocket is not possible, 426 makes Codex go on over HTTP at once; after 400 it gives up. */
function openResponses(ctx: CallerContext, socket: Duplex, head: Buffer, deps: GatewayDeps): void {
  const served = conversationRoute(ctx.path, deps.surfaces);
  if (!served || handshakeFlaw(ctx.req)) return refuseUpgrade(socket, new GatewayError('upgrade_refused'));
  const upstreamSocket = deps.upstreamSocket();
  const handle = ({ req, res }: TurnExchange) => {
    const turn = { ...ctx, id: deps.newId(), startedAt: deps.clock.now(), ownHeaders: false, req, res, upstreamSocket };
    if (deps.logsExchanges()) tapExchange(turn, deps.exchanges, () => deps.clock.now());
    return handleInference(turn, served.surface, served.route, deps.inference);
  };
  const closed = () => upstreamSocket.close();
  deps.sockets.open({ ctx, socket, head, handle, closed }).catch(() => {
    closed();
    refuseUpgrade(socket, new GatewayError('upgrade_refused'));
  });
}

function conversationRoute(path: string, surfaces: readonly Surface[]) {
  for (const surface of surfaces) {
    const route = surface.match('POST', path);
    if (route?.wireFormat === 'openai-responses' && route.operation === 'generate') return { surface, route };
  }
  return undefined;
}

/** RFC 6455 §4.2.1: what a handshake must have. */
function handshakeFlaw({ httpVersion, headers }: IncomingMessage): boolean {
  const { 'sec-websocket-version': version, 'sec-websocket-key': key = '' } = headers;
  return httpVersion !== '1.1' || version !== '13' || !/^[A-Za-z0-9+/]{22}==$/.test(key);
}

function answeredAsPreflight(ctx: RequestContext, deps: GatewayDeps): boolean {
  const { origin } = ctx.req.headers;
  if (!isListedOrigin(origin, deps.policy())) return false;
  allowOrigin(ctx.res, origin);
  if (!isPreflight(ctx.req)) return false;
  answerPreflight(ctx.req, ctx.res);
  return true;
}

/** Notes the key that the client presented, or says what is wrong. */
function checkKey(ctx: CallerContext, deps: GatewayDeps): GatewayError | undefined {
  const keys = deps.keys();
  if (keys.size === 0 || ctx.path === '/healthz' || isManagementPath(ctx.path)) return undefined;
  const presented = presentedCredentials(ctx.req.headers, ctx.query);
  ctx.clientKey = keys.find(presented);
  if (ctx.clientKey !== undefined) return undefined;
  const onAmp = deps.amp.isAmpPath(ctx.path);
  if (onAmp && presented.some((value) => deps.amp.isOwnToken(value))) return undefined;
  if (ctx.peerIsLoopback && deps.amp.isSignInNavigation(ctx.req, ctx.path)) return undefined;
  return new GatewayError(presented.length === 0 ? 'missing_api_key' : 'invalid_api_key');
}
