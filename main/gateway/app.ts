import type { IncomingMessage } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import type { RequestContext } from './context.ts';
import { GatewayError } from './errors.ts';
import { managementPrefix } from './management/path.ts';
import { answerModelRequest, type ModelsDeps } from './models-routes.ts';
import { refuse } from './refuse.ts';

export interface AppDeps {
  contextOf(req: IncomingMessage): RequestContext;
  models: ModelsDeps;
  management: Router;
  /** Takes a request that belongs to Amp's server; false when it does not. */
  amp(ctx: RequestContext): boolean;
  log: { error(fields: object, message: string): void };
}

/** Every route but inference. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.get('/healthz', (_req, res) => void res.json({ status: 'ok' }));
  app.use(managementPrefix, deps.management);
  app.use((req: Request, _res: Response, next: NextFunction) => {
    const ctx = deps.contextOf(req);
    if (answerModelRequest(ctx, deps.models) || deps.amp(ctx)) return;
    next(new GatewayError('not_found', { detail: `${req.method} ${ctx.path.slice(0, 200)}` }));
  });
  app.use((error: unknown, req: Request, res: Response, _next: NextFunction) => {
    const known = error instanceof GatewayError ? error : fromExpress(error);
    if (known.code === 'internal_error') deps.log.error({ err: error }, 'Request failed');
    if (res.headersSent) res.destroy();
    else refuse(deps.contextOf(req), known);
  });
  return app;
}

/** Express and its body parser mark a caller's own mistake with a 4xx status. */
function fromExpress(error: unknown): GatewayError {
  const status = (error as { status?: unknown })?.status;
  if (status === 413) return new GatewayError('body_too_large', { cause: error });
  if (status === 415) return new GatewayError('unsupported_encoding', { cause: error });
  return new GatewayError(status === 400 ? 'invalid_json' : 'internal_error', { cause: error });
}
