import { timingSafeEqual } from 'node:crypto';
import { json, type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { AppState, ImportReport } from '../../preload/contract.ts';
import { isLoopbackAddress } from '../net/peer.ts';

export const managementPrefix = '/v0/management';

/** Whether the router below answers a path, which is then guarded by its own token instead of a key. */
export function isManagementPath(path: string): boolean {
  return path === managementPrefix || path.startsWith(`${managementPrefix}/`);
}

export interface ManagementDeps {
  /** The one-time token of this run; kept in a file that only the owner can read. */
  token: string;
  state(): AppState;
  importAccounts(path: string): Promise<ImportReport>;
}

const importArgument = z.strictObject({ path: z.string().min(1).max(4096) });

/** Control of a running gateway by the command line of the same machine. */
export function createManagement(deps: ManagementDeps): Router {
  const router = Router();
  router.use((req, res, next) => admit(req, res, next, deps.token));
  router.get('/state', (_req, res) => void res.json(deps.state()));
  router.post('/accounts/import', json({ limit: '16kb' }), async (req, res) => {
    const argument = importArgument.safeParse(req.body);
    if (!argument.success)
      return void res.status(400).json({ error: 'path: must be a non-empty string', code: 'invalid_field' });
    res.json(await deps.importAccounts(argument.data.path));
  });
  router.use((_req, res) => void res.status(404).json({ error: 'No such management route', code: 'not_found' }));
  return router;
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
