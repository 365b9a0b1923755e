import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { CallName, CallResult } from '../../../preload/contract.ts';
import type { Clock } from '../../clock.ts';
import type { RequestContext } from '../context.ts';
import { factsOf, isOwnOrigin } from '../guard.ts';
import { isTooDeep } from '../management/arguments.ts';
import type { EventStreams } from '../management/event-streams.ts';
import { sendRefusal } from '../refuse.ts';
import { type Answering, sendAsset, sendWindow } from './assets.ts';
import type { Entrance } from './entrance.ts';
import { jsonBody } from './json-body.ts';
import { commonHeaders } from './page-headers.ts';
import { plainPages, showPlainPage } from './plain-page.ts';
import { type Session, type Sessions, sessionCookie } from './sessions.ts';

/** What the window asks of the engine, over HTTP. */
export interface DashboardCalls {
  /** Carries out a call of the contract; never rejects. */
  call(name: string, argument: unknown): Promise<CallResult<CallName>>;
  /** Brings in credential files that the browser has read. */
  importFiles(upload: unknown): Promise<CallResult<'accounts.import'>>;
  /** The requests that a filter means, as a file; undefined for a filter that cannot be used. */
  exportRequests(query: unknown): { name: string; type: string; text: AsyncIterable<string> } | undefined;
}

export interface DashboardRoutesDeps {
  clock: Clock;
  /** Folder of the built window. */
  pages: string;
  entrance: Entrance;
  sessions: Sessions;
  events: Pick<EventStreams, 'open'>;
  calls: DashboardCalls;
}

/** Arguments are small; key files are the largest part of them. In bytes. */
const mostArgument = 256 * 1024;
/** Credential files have a few thousand bytes each. */
const mostUpload = 4 * 1024 * 1024;

/** The routes below /ui, for callers that the guard and the rules of the dashboard have let through. */
export function createDashboardRoutes(deps: DashboardRoutesDeps): (ctx: RequestContext) => Promise<void> {
  const { sessions } = deps;
  const enter = ({ req, res, query }: RequestContext) => {
    // A page that a browser loads in advance would use the link up before it is opened.
    if (req.headers['sec-purpose'] !== undefined) return showPlainPage(req, res, plainPages.prefetch);
    const before = sessions.of(req);
    const token = new URLSearchParams(query).get('token') ?? '';
    const redeemed = deps.entrance.redeem(token);
    if (!redeemed && !before) return showPlainPage(req, res, plainPages.usedLink);
    // Its cookie is about to be overwritten.
    if (redeemed) before?.end();
    // The address with the token is not kept: what is shown is the page that this leads to.
    res.writeHead(303, {
      ...commonHeaders,
      location: '/ui/',
      'cache-control': 'no-store',
      ...(redeemed ? { 'set-cookie': sessionCookie(req, sessions.begin()) } : {}),
    });
    res.end();
  };
  return async (ctx) => {
    const { req, res, path } = ctx;
    const route = routeOf(path);
    if (!route) return showPlainPage(req, res, plainPages.notFound);
    if (!route.methods.includes(req.method ?? '')) return refuseMethod(req, res, route.methods);
    if (route.is === 'enter') return enter(ctx);
    if (route.is === 'door') return redirect(res, '/ui/');
    if (!isFromHere(req, route)) return refuse(req, res, 403, 'forbidden', 'Only the dashboard itself may call this.');
    const session = sessions.of(req);
    if (session) return answer(deps, ctx, route, session);
    if (route.is === 'window') return showPlainPage(req, res, plainPages.noSession);
    return refuse(req, res, 401, 'signed_out', 'This browser is not signed in.', 'Run: fusebox dashboard');
  };
}

interface Route {
  is: 'door' | 'window' | 'enter' | 'asset' | 'events' | 'call' | 'import' | 'export' | 'sign-out';
  methods: readonly string[];
  /** The last part of the path, of routes that have one of their own. */
  name: string;
}

const reads = ['GET', 'HEAD'];

function routeOf(path: string): Route | undefined {
  const [, , first = '', second, ...more] = path.split('/');
  const name = second ?? '';
  if (path === '/ui') return { is: 'door', methods: reads, name };
  if (path === '/ui/') return { is: 'window', methods: reads, name };
  if (more.length > 0) return undefined;
  if (first === 'assets' && name !== '') return { is: 'asset', methods: reads, name };
  if (first === 'call' && name !== '') return { is: 'call', methods: ['POST'], name };
  if (second !== undefined) return undefined;
  if (first === 'enter' || first === 'events' || first === 'export') return { is: first, methods: ['GET'], name };
  return first === 'import' || first === 'sign-out' ? { is: first, methods: ['POST'], name } : undefined;
}

/**
 * Whether a request comes from our own page; the window itself may be led to from anywhere that the guard lets through.
 * What changes something needs an Origin, which a browser always sends along, and a header that no form can send and no
 * other page without our leave.
 */
function isFromHere(req: IncomingMessage, { is, methods }: Route): boolean {
  const facts = factsOf(req);
  if (facts.origin !== undefined && !isOwnOrigin(facts)) return false;
  if (is !== 'window' && facts.fetchSite !== undefined && facts.fetchSite !== 'same-origin') return false;
  return !methods.includes('POST') || (facts.origin !== undefined && req.headers['x-fusebox-ui'] === '1');
}

async function answer(deps: DashboardRoutesDeps, ctx: RequestContext, route: Route, session: Session): Promise<void> {
  const { req, res } = ctx;
  const answering: Answering = { res, withBody: req.method !== 'HEAD' };
  switch (route.is) {
    case 'asset':
      if (!(await sendAsset(answering, deps.pages, route.name))) showPlainPage(req, res, plainPages.notFound);
      return;
    case 'events':
      return follow(deps, res, session);
    case 'call':
      return call(deps, req, res, route.name);
    case 'import':
      return importFiles(deps, req, res);
    case 'export':
      return exportRequests(deps, ctx);
    case 'sign-out':
      session.end();
      res.setHeader('set-cookie', sessionCookie(req, undefined));
      return sendJson(res, { ok: true, value: null });
    default:
      if (!(await sendWindow(answering, deps.pages))) showPlainPage(req, res, plainPages.notBuilt);
  }
}

/** The state, and then what changes of it, as long as the session lasts. */
function follow({ events, clock }: DashboardRoutesDeps, res: ServerResponse, session: Session): void {
  for (const [name, value] of Object.entries(commonHeaders)) res.setHeader(name, value);
  events.open(res, ['state']);
  const end = () => void res.end();
  const cancel = clock.after(session.expiresAt - clock.now(), end);
  const forget = session.onEnd(end);
  res.once('close', () => {
    cancel();
    forget();
  });
}

async function call({ calls }: DashboardRoutesDeps, req: IncomingMessage, res: ServerResponse, name: string) {
  const body = await jsonBody(req, mostArgument);
  if (!body || isTooDeep(body.value)) return refuseBody(req, res);
  // JSON has no word for an argument that is not there.
  sendJson(res, await calls.call(name, body.value ?? undefined));
}

async function importFiles({ calls }: DashboardRoutesDeps, req: IncomingMessage, res: ServerResponse) {
  const body = await jsonBody(req, mostUpload);
  if (!body) return refuseBody(req, res);
  sendJson(res, await calls.importFiles(body.value));
}

async function exportRequests({ calls }: DashboardRoutesDeps, { req, res, query }: RequestContext): Promise<void> {
  const file = calls.exportRequests(Object.fromEntries(new URLSearchParams(query)));
  if (!file) return refuse(req, res, 400, 'invalid_argument', 'This filter cannot be used.');
  res.writeHead(200, {
    ...commonHeaders,
    'content-type': file.type,
    'content-disposition': `attachment; filename="${file.name}"`,
    'cache-control': 'no-store',
  });
  await pipeline(file.text, res).catch(() => res.destroy());
}

function refuseBody(req: IncomingMessage, res: ServerResponse): void {
  refuse(req, res, 400, 'invalid_argument', 'The request has no JSON that can be used, or too much of it.');
}

function refuseMethod(req: IncomingMessage, res: ServerResponse, methods: readonly string[]): void {
  res.setHeader('allow', methods.join(', '));
  refuse(req, res, 405, 'method_not_allowed', 'This address is not asked that way.');
}

/** In the shape of a call that was refused. */
function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  code: string,
  message: string,
  fix?: string,
) {
  const body = JSON.stringify({ ok: false, error: { code, message, ...(fix === undefined ? {} : { fix }) } });
  if (!res.headersSent && !res.destroyed) sendRefusal(req, res, { status, headers: jsonHeaders, body });
}

const jsonHeaders = { ...commonHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' };

function sendJson(res: ServerResponse, value: unknown): void {
  if (res.headersSent || res.destroyed) return;
  const body = JSON.stringify(value);
  res.writeHead(200, { ...jsonHeaders, 'content-length': String(Buffer.byteLength(body)) });
  res.end(body);
}

function redirect(res: ServerResponse, location: string): void {
  res.writeHead(308, { ...commonHeaders, location, 'cache-control': 'no-store' });
  res.end();
}
