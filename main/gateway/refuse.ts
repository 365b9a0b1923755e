import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorRenderers } from '../protocols/index.ts';
import type { RenderableError } from '../protocols/wire-format.ts';
import type { RequestContext } from './context.ts';
import type { GatewayError } from './errors.ts';
import { formatOfPath } from './format-of-path.ts';

/** A gateway error as the wire formats' renderers take it. */
function renderable(error: GatewayError): RenderableError {
  return {
    status: error.status,
    code: error.code,
    message: `${error.message}. ${error.fix}`,
    ...(error.param === undefined ? {} : { param: error.param }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
}

/** The body for callers that speak none of the model APIs, such as Amp's account routes. */
function plainErrorBody(error: GatewayError): string {
  return JSON.stringify({ error: error.message, code: error.code, fix: error.fix });
}

/** Answers a request that is not served, in the shape that its path lets the caller expect. */
export function refuse(ctx: RequestContext, error: GatewayError): void {
  const { req, res } = ctx;
  if (res.headersSent) return void res.destroy();
  const format = formatOfPath(ctx.path);
  const body = format ? errorRenderers[format].body(renderable(error), ctx.id) : plainErrorBody(error);
  const headers = {
    'content-type': 'application/json',
    ...(ctx.ownHeaders ? { 'x-fusebox-request-id': ctx.id } : {}),
    ...(error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) }),
  };
  // A body that has stopped arriving will not go on now.
  sendRefusal(req, res, { status: error.status, headers, body, dropsRest: error.code !== 'body_stalled' });
}

export interface Refusal {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** False: what still comes of the request's body is not waited for. */
  dropsRest?: boolean;
}

/** Sends a refusal, and reads and drops what nobody has read of the request before the connection ends. */
export function sendRefusal(req: IncomingMessage, res: ServerResponse, refusal: Refusal): void {
  const { status, headers, body, dropsRest = true } = refusal;
  const unread = hasUnreadBody(req);
  res.writeHead(status, {
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    // Nobody knows how much of an unread body still comes.
    ...(unread ? { connection: 'close' } : {}),
  });
  if (req.method === 'HEAD') return void res.end();
  if (!unread || !dropsRest) return void res.end(body);
  res.write(body);
  afterRest(req, () => res.end());
}

/** What is read and dropped of a refused body: most bytes, and milliseconds of silence. */
const restLimits = { bytes: 64 * 1024 * 1024, silenceMs: 2_000 };

/**
 * Calls back when a body has ended or its limits are reached. Closing earlier would reset the connection, and the client
 * lose the answer that it has not read yet (RFC 9112 §9.6).
 */
function afterRest(req: IncomingMessage, done: () => void): void {
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > restLimits.bytes) done();
  });
  req.once('end', done).once('close', done);
  req.setTimeout(restLimits.silenceMs, done);
}

function hasUnreadBody(req: IncomingMessage): boolean {
  if (req.complete) return false;
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}

/** The same for bytes that are no request; `start` is what has come of them, as far as that is known. */
export function refuseUnread(socket: Duplex, error: GatewayError, id: string, start: Buffer | undefined): void {
  const path = /^[A-Z]+ (\/[^ ?]*)/.exec(start?.toString('latin1', 0, 1024) ?? '')?.[1];
  const format = path === undefined ? undefined : formatOfPath(path);
  const body = format ? errorRenderers[format].body(renderable(error), id) : plainErrorBody(error);
  socket.end(rawAnswer(error.status, [], body), () => socket.destroy());
}

/** The same for a request to upgrade the connection. */
export function refuseUpgrade(socket: Duplex, error: GatewayError): void {
  const body = plainErrorBody(error);
  // RFC 9110 §15.5.22, RFC 6455 §4.4: what is meant by 426.
  const due = error.status === 426 ? ['upgrade: websocket', 'sec-websocket-version: 13'] : [];
  socket.end(rawAnswer(error.status, due, body));
}

/** The last answer on a connection that is not, or no more, an HTTP server's. */
function rawAnswer(status: number, headers: readonly string[], body: string): string {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'content-type: application/json',
    ...headers,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
