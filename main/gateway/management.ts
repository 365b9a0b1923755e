import { timingSafeEqual } from 'node:crypto';
import { json, type NextFunction, type Request, type Response, Router } from 'express';
import { type ModelRulesChange, type ModelsView, modelRules } from '../../preload/models-view.ts';
import { type RouteQuestion, type RouteView, routeQuestion } from '../../preload/route-view.ts';
import { SignInError } from '../accounts/sign-in/flow.ts';
import { problemOf } from '../accounts/sign-in/problem.ts';
import { VaultError } from '../accounts/vault.ts';
import { isLoopbackAddress } from '../net/peer.ts';
import { SettingsError } from '../settings/problem.ts';
import { type AccountCalls, accountRoutes } from './management/account-routes.ts';
import { InvalidArgument, NotKnown, read } from './management/arguments.ts';
import { type JournalCalls, journalRoutes, usageRoutes } from './management/journal-routes.ts';
import { type SignInCalls, signInRoutes } from './management/sign-in-routes.ts';

export const managementPrefix = '/v0/management';

const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** Whether the router below answers a path, which is then guarded by its own token instead of a key. */
export function isManagementPath(path: string): boolean {
  return path === managementPrefix || path.startsWith(`${managementPrefix}/`);
}

export interface ManagementDeps extends AccountCalls {
  /** The one-time token of this run; kept in a file that only the owner can read. */
  token: string;
  signIns: SignInCalls;
  /** Where a request would go now and why. */
  explainRoute(question: RouteQuestion): RouteView;
  models: {
    view(): ModelsView;
    save(change: ModelRulesChange): Promise<void>;
  };
  journal: JournalCalls;
  /** The Prometheus text format. */
  metrics(): Promise<string>;
}

/** Control of a running gateway by the command line of the same machine. */
export function createManagement(deps: ManagementDeps): Router {
  const router = Router();
  router.use((req, res, next) => admit(req, res, next, deps.token));
  router.use(json({ limit: '256kb' }));
  router.get('/state', (_req, res) => void res.json(deps.state()));
  router.get('/route', (req, res) => {
    const question = Object.fromEntries(new URL(req.url, 'http://local').searchParams);
    res.json(deps.explainRoute(read(routeQuestion, question)));
  });
  router.get('/models', (_req, res) => void res.json(deps.models.view()));
  router.put('/models/rules', async (req, res) => {
    await deps.models.save(read(modelRules, req.body));
    res.status(204).end();
  });
  router.use('/accounts', accountRoutes(deps));
  router.use('/sign-ins', signInRoutes(deps.signIns));
  router.use('/journal', journalRoutes(deps.journal));
  router.use('/usage', usageRoutes(deps.journal));
  router.get('/metrics', async (_req, res) => void res.type(metricsType).send(await deps.metrics()));
  router.use((_req, res) => void res.status(404).json({ error: 'No such management route', code: 'not_found' }));
  router.use(refused);
  return router;
}

/** Refusals in the shape of these routes; what is none goes on to the gateway's own handler. */
function refused(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  if (error instanceof InvalidArgument) res.status(400).json({ error: error.message, code: 'invalid_field' });
  else if (error instanceof VaultError) res.status(400).json({ error: error.message, code: 'invalid_field' });
  else if (error instanceof SettingsError) res.status(400).json({ error: error.message, code: 'invalid_field' });
  else if (error instanceof NotKnown) res.status(404).json({ error: error.message, code: 'not_found' });
  else if (error instanceof SignInError) {
    const { code, message, fix } = problemOf(error);
    res.status(400).json({ error: `${message}. ${fix}`, code });
  } else next(error);
}

function admit(req: Request, res: Response, next: NextFunction, token: string): void {
  if (!isLoopbackAddress(req.socket.remoteAddress)) {
    res
      .status(403)
      .json({ error: 'Access denied: management is for this machine only', code: 'management_restricted' });
  } else if (!sameToken(req.headers.authorization ?? '', `Bearer ${token}`)) {
    res.status(401).json({ error: 'Missing or wrong management token', code: 'invalid_api_key' });
  } else next();
}

function sameToken(given: string, wanted: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(wanted);
  return left.length === right.length && timingSafeEqual(left, right);
}
