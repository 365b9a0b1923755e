import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { GatewayError } from '../gateway/errors.ts';
import type { AmpSettings } from '../settings/schema.ts';
import { type Agents, createAgents } from './control-plane/agents.ts';
import { answerError } from './control-plane/error-answer.ts';
import { createHttpExchange, type ExchangeResult, type Outgoing } from './control-plane/http-exchange.ts';
import { answerLocally, privacyAnswer } from './control-plane/local-answer.ts';
import { createTunnels, handshakeProblem, refuseTunnel } from './control-plane/tunnel.ts';
import { defaultUnpackLimits, type UnpackLimits } from './control-plane/unpack.ts';
import { upstreamAddress, upstreamPath } from './control-plane/upstream-address.ts';
import { cleanQuery, decideCredentials, headerList, outgoingHeaders } from './forward-headers.ts';
import { type AmpRoute, type AmpRouteKind, matchAmpRoute } from './routes.ts';
import type { SecretSource } from './secret-source.ts';

export { type Agents, createAgents } from './control-plane/agents.ts';
export type { ExchangeResult } from './control-plane/http-exchange.ts';

/** What the gateway knows of a request. Path and query are as received, the query without its question mark. */
export interface AmpRequestInfo {
  path: string;
  rawQuery: string;
  /** The local key that the client presented and that was right. */
  clientKey?: string | undefined;
  /** By the address of the socket. */
  peerIsLoopback: boolean;
}

export interface ControlPlaneDeps {
  /** Read for each request. */
  settings: () => AmpSettings;
  secrets: Pick<SecretSource, 'resolve' | 'matches'>;
  /** Whether a value is one of this gateway's keys. Constant time. */
  isLocalKey: (value: string) => boolean;
  /** Whether an address is this gateway. */
  isOwnAddress: (url: URL) => boolean;
  /** Most time for connecting to Amp's server, in milliseconds. */
  connectMs: () => number;
  clock: Clock;
  log: { debug(fields: object, message: string): void };
  /** Pools that connect through an outbound proxy. They stay the caller's; without them connections are direct. */
  agents?: Agents;
  unpackLimits?: UnpackLimits;
}

export interface ControlPlane {
  /** Serves a request of the routes in routes.ts. Resolves when the answer has ended; never rejects. */
  handle(req: IncomingMessage, res: ServerResponse, info: AmpRequestInfo): Promise<ExchangeResult>;
  /**
   * Sends a model call to Amp as received, but for credentials. `body` is what was read of it, as it came over the wire.
   * Resolves when the answer has ended; never rejects.
   */
  forward(req: IncomingMessage, res: ServerResponse, info: AmpRequestInfo & { body?: Buffer }): Promise<ExchangeResult>;
  /** Tunnels a WebSocket. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer, info: AmpRequestInfo): void;
  /** Cuts everything that is under way. */
  close(): void;
}

/** Everything that goes to Amp's server: account routes, pages, sockets, and model calls that no account serves. */
export function createControlPlane(deps: ControlPlaneDeps): ControlPlane {
  const agents = deps.agents ?? createAgents();
  const { connectMs, clock, unpackLimits: limits = defaultUnpackLimits } = deps;
  const exchange = createHttpExchange({ agents, connectMs, clock, limits });
  const tunnels = createTunnels({ agents: deps.agents, connectMs, clock });

  const serve = async (req: IncomingMessage, res: ServerResponse, info: AmpRequestInfo): Promise<ExchangeResult> => {
    const { path, rawQuery } = info;
    const route = routeFor(info, deps.settings());
    const local = privacyAnswer(deps.settings(), { kind: route.kind, method: req.method ?? '', path, rawQuery });
    if (local !== undefined) return answerLocally(req, res, local);
    if (route.page && isNavigation(req)) return sendBrowserOn(deps, res, info);
    return exchange(req, res, prepare(deps, req, info, route.kind));
  };

  const ended = async (
    req: IncomingMessage,
    res: ServerResponse,
    info: AmpRequestInfo,
    work: () => Promise<ExchangeResult>,
  ) => {
    const result = await work().catch((error: unknown) => refuse(req, res, error));
    deps.log.debug({ method: req.method, path: info.path, ...result }, 'Request for Amp ended');
    return result;
  };

  return {
    handle: (req, res, info) => ended(req, res, info, () => serve(req, res, info)),
    forward: (req, res, { body, ...info }) =>
      ended(req, res, info, async () => exchange(req, res, withBody(prepare(deps, req, info, 'inference'), body))),
    upgrade(req, socket, head, info) {
      socket.on('error', () => socket.destroy());
      try {
        const { kind } = routeFor(info, deps.settings());
        const problem = handshakeProblem(req);
        if (problem) throw problem;
        tunnels.open(socket, head, prepare(deps, req, info, kind));
      } catch (error) {
        refuseTunnel(socket, asGatewayError(error));
      }
      deps.log.debug({ path: info.path }, 'Upgrade for Amp');
    },
    close() {
      tunnels.close();
      if (deps.agents) return;
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** The row of the route table, once the caller may use it. */
function routeFor(info: AmpRequestInfo, settings: AmpSettings): AmpRoute {
  const route = matchAmpRoute(info.path);
  if (!route) throw new GatewayError('not_found');
  if (settings['restrict-management-to-localhost'] && !info.peerIsLoopback) {
    throw new GatewayError('management_restricted');
  }
  return route;
}

/** Where a request goes and with which headers. Throws when there is no upstream, or no token for a route that needs one. */
function prepare(
  deps: ControlPlaneDeps,
  req: IncomingMessage,
  info: AmpRequestInfo,
  kind: AmpRouteKind | 'inference',
): Outgoing {
  const upstream = upstreamAddress(deps.settings()['upstream-url'], deps.isOwnAddress);
  const secret = deps.secrets.resolve(info.clientKey);
  const received = headerList(req.rawHeaders);
  const isOurs = (value: string) => deps.isLocalKey(value) || deps.secrets.matches(value);
  const credentials = decideCredentials({ kind, received, token: secret.token, isOurs });
  if (!credentials) {
    const problem = secret.token === undefined ? secret.problem : undefined;
    throw new GatewayError('amp_token_missing', problem === undefined ? {} : { detail: problem });
  }
  return {
    upstream,
    target: upstreamPath(upstream, info.path, cleanQuery(info.rawQuery, isOurs)),
    headers: outgoingHeaders(received, upstream.host, credentials),
  };
}

/** A body that has been read has a known length. */
function withBody(outgoing: Outgoing, body: Buffer | undefined): Outgoing {
  if (!body) return outgoing;
  const headers = new Map([...outgoing.headers].filter(([key]) => key !== 'transfer-encoding'));
  headers.set('content-length', { name: 'Content-Length', values: [String(body.length)] });
  return { ...outgoing, headers, body };
}

/** A person's browser opens a page: it asks for HTML. Amp's clients never do. */
function isNavigation(req: IncomingMessage): boolean {
  return req.method === 'GET' && /text\/html/i.test(req.headers.accept ?? '');
}

/** The browser has its own session on Amp's host; nothing of ours goes with it. */
async function sendBrowserOn(
  deps: ControlPlaneDeps,
  res: ServerResponse,
  info: AmpRequestInfo,
): Promise<ExchangeResult> {
  const upstream = upstreamAddress(deps.settings()['upstream-url'], deps.isOwnAddress);
  const isOurs = (value: string) => deps.isLocalKey(value) || deps.secrets.matches(value);
  const target = upstreamPath(upstream, info.path, cleanQuery(info.rawQuery, isOurs));
  res.setHeader('Location', `${upstream.origin}${target}`);
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Length', 0);
  res.statusCode = 302;
  res.end();
  return { status: 302 };
}

function refuse(req: IncomingMessage, res: ServerResponse, error: unknown): ExchangeResult {
  const known = asGatewayError(error);
  // What is left of an unread body would be taken for the next request.
  const { 'content-length': length = '0', 'transfer-encoding': chunked } = req.headers;
  if (!req.complete && (chunked !== undefined || length !== '0')) res.setHeader('Connection', 'close');
  answerError(res, known);
  return { status: known.status, problem: known.code };
}

function asGatewayError(error: unknown): GatewayError {
  return error instanceof GatewayError ? error : new GatewayError('internal_error', { cause: error });
}
