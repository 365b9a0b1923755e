import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorRenderers } from '../protocols/index.ts';
import type { RenderableError } from '../protocols/wire-format.ts';
import type { RequestContext } from './context.ts';
import type { GatewayError } from './errors.ts';
import { formatOfPath } from './format-of-path.ts';

/** A gateway error as the wire formats' renderers take it. */
export function renderable(error: GatewayError): RenderableError {
  return {
    status: error.status,
    code: error.code,
    message: `${error.message}. ${error.fix}`,
    ...(error.param === undefined ? {} : { param: error.param }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
}

/** The body for callers that speak none of the model APIs, such as Amp's account routes. */
export function plainErrorBody(error: GatewayError): string {
  return JSON.stringify({ error: error.message, code: error.code, fix: error.fix });
}

/** Answers a request that is not served, in the shape that its path lets the caller expect. */
export function refuse(ctx: RequestContext, error: GatewayError): void {
  const { req, res } = ctx;
  if (res.headersSent) return void res.destroy();
  const format = formatOfPath(ctx.path);
  const body = format ? errorRenderers[format].body(renderable(error), ctx.id) : plainErrorBody(error);
  res.writeHead(error.status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-fusebox-request-id': ctx.id,
    ...(error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) }),
    // What is left of an unread body would be taken for the next request.
    ...(hasUnreadBody(ctx) ? { connection: 'close' } : {}),
  });
  res.end(req.method === 'HEAD' ? undefined : body);
}

function hasUnreadBody({ req }: RequestContext): boolean {
  if (req.complete) return false;
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}

/** The same for a request to upgrade the connection. */
export function refuseUpgrade(socket: Duplex, error: GatewayError): void {
  const body = plainErrorBody(error);
  socket.end(
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? 'Error'}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
