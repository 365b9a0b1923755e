import { json, type NextFunction, type Request, type Response, Router } from 'express';
import { SignInError } from '../../accounts/sign-in/flow.ts';
import { problemOf } from '../../accounts/sign-in/problem.ts';
import { VaultError } from '../../accounts/vault.ts';
import { SettingsError, type SettingsProblem } from '../../settings/problem.ts';
import { GatewayError } from '../errors.ts';
import { type AdmissionDeps, admit } from './admission.ts';
import { NotKnown, questionOf, read } from './arguments.ts';
import type { Input, Route, RouteSpec } from './route.ts';

const mostBody = '256kb';

/** A router that lets callers in, checks arguments by the table, and refuses in one shape. */
export function createDispatcher(routes: readonly Route[], door: AdmissionDeps): Router {
  const router = Router({ caseSensitive: true });
  // Whatever it is called: CLIProxyAPI's callers send JSON under curl's own type. The key is no cookie, so no page can.
  const body = json({ limit: mostBody, type: () => true });
  const admitted = new WeakMap<Request, Input['by']>();
  router.use(async (req, _res, next) => {
    admitted.set(req, await admit(req, door));
    next();
  });
  const methods = new Map<string, RouteSpec['method'][]>();
  for (const { spec, handle } of routes) {
    const path = spec.path.replaceAll(/\{(\w+)\}/g, ':$1');
    methods.set(path, [...(methods.get(path) ?? []), spec.method]);
    register(router, spec.method, path, body, async (req, res) => {
      const by = admitted.get(req) ?? 'key';
      if (spec.onlyLocal && by !== 'token') throw new GatewayError('management_local');
      const query = spec.query && read(spec.query, questionOf(req.url));
      const given = spec.body && read(spec.body, req.body);
      answer(spec, res, await handle({ params: paramsOf(req), query, body: given, by, req, res } as Input));
    });
  }
  for (const [path, allowed] of methods) router.all(path, (_req, res) => refuseMethod(res, allowed));
  router.use(() => {
    throw new GatewayError('not_found');
  });
  router.use(refused);
  return router;
}

type Method = RouteSpec['method'];
type Step = (req: Request, res: Response) => Promise<void>;

function register(router: Router, method: Method, path: string, body: ReturnType<typeof json>, step: Step): void {
  const route = router.route(path);
  if (method === 'GET') route.get(step);
  else if (method === 'POST') route.post(body, step);
  else if (method === 'PUT') route.put(body, step);
  else if (method === 'PATCH') route.patch(body, step);
  else route.delete(body, step);
}

function paramsOf(req: Request): Record<string, string> {
  return Object.fromEntries(Object.entries(req.params).map(([name, value]) => [name, String(value)]));
}

function answer({ answer: { status } }: RouteSpec, res: Response, value: unknown): void {
  if (res.headersSent || res.destroyed) return;
  res.setHeader('cache-control', 'no-store');
  if (value === undefined) res.status(status).end();
  else res.status(status).json(value);
}

function refuseMethod(res: Response, allowed: readonly Method[]): void {
  res.setHeader('allow', allowed.join(', '));
  throw new GatewayError('method_not_allowed', { detail: `use ${allowed.join(' or ')}` });
}

/** What every refusal says. */
interface Refusal {
  error: string;
  code: string;
  fix?: string;
  /** Of settings that were refused, one for each. */
  problems?: Omit<SettingsProblem, 'file'>[];
}

/** Refusals in one shape; what is a defect goes on to the gateway's own handler. */
function refused(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  const found = refusalOf(error);
  if (!found || res.headersSent) return next(error);
  if (error instanceof GatewayError && error.retryAfterMs !== undefined)
    res.setHeader('retry-after', String(Math.ceil(error.retryAfterMs / 1000)));
  res.status(found.status).json(found.refusal);
}

function refusalOf(error: unknown): { status: number; refusal: Refusal } | undefined {
  if (error instanceof SettingsError) {
    const problems = error.problems.map(({ file: _, ...problem }) => problem);
    return { status: 400, refusal: { error: error.message, code: 'invalid_setting', problems } };
  }
  if (error instanceof NotKnown) return { status: 404, refusal: { error: error.message, code: 'not_found' } };
  if (error instanceof VaultError) return { status: 400, refusal: { error: error.message, code: 'vault' } };
  if (error instanceof SignInError) {
    const { code, message, fix } = problemOf(error);
    return { status: 400, refusal: { error: `${message}. ${fix}`, code, fix } };
  }
  const known = error instanceof GatewayError ? error : callersMistake(error);
  return known && { status: known.status, refusal: { error: known.message, code: known.code, fix: known.fix } };
}

/** Express and its body parser mark a caller's own mistake with a 4xx status. */
function callersMistake(error: unknown): GatewayError | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 413) return new GatewayError('body_too_large', { detail: `more than ${mostBody}` });
  if (status === 415) return new GatewayError('unsupported_encoding');
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return new GatewayError('invalid_json');
}
