import { type Request, Router } from 'express';
import { z } from 'zod';
import { type AppState, type CallArgument, callSchemas, type ImportReport } from '../../../preload/contract.ts';
import { NotKnown, read, withId } from './arguments.ts';

/** What scripts and the command line do with accounts. */
export interface AccountCalls {
  state(): AppState;
  importAccounts(path: string, passphrase: string | undefined): Promise<ImportReport>;
  /** Resolves to how many were written. */
  exportAccounts(path: string, passphrase: string): Promise<number>;
  pauseAccount(id: string, paused: boolean): Promise<void>;
  removeAccount(id: string): Promise<void>;
  resetAccount(id: string): Promise<void>;
  readUsage(): void;
  updateAccount(id: string, patch: Omit<CallArgument<'account.update'>, 'id'>): Promise<void>;
}

const path = z.string('must be a non-empty string').min(1).max(4096);
const passphrase = z.string('must be a string').max(1000);
const importArgument = z.strictObject({ path, passphrase: passphrase.optional() });
const exportArgument = z.strictObject({ path, passphrase });

/** `/v0/management/accounts`. Ids stand in the path, percent-encoded. */
export function accountRoutes(calls: AccountCalls): Router {
  const router = Router();
  const known = (req: Request<{ id: string }>) => {
    const found = calls.state().accounts.some(({ id }) => id === req.params.id);
    if (!found) throw new NotKnown('There is no such account');
  };
  router.get('/', (_req, res) => void res.json(calls.state().accounts));
  router.post('/usage', (_req, res) => {
    calls.readUsage();
    res.status(202).end();
  });
  router.post('/import', async (req, res) => {
    const given = read(importArgument, req.body);
    res.json(await calls.importAccounts(given.path, given.passphrase));
  });
  router.post('/export', async (req, res) => {
    const given = read(exportArgument, req.body);
    res.json({ exported: await calls.exportAccounts(given.path, given.passphrase) });
  });
  router.post('/:id/pause', async (req, res) => {
    known(req);
    const { id, paused } = read(callSchemas['account.pause'], withId(req));
    await calls.pauseAccount(id, paused);
    res.status(204).end();
  });
  router.post('/:id/reset', async (req, res) => {
    known(req);
    await calls.resetAccount(req.params.id);
    res.status(204).end();
  });
  router.patch('/:id', async (req, res) => {
    known(req);
    const { id, ...patch } = read(callSchemas['account.update'], withId(req));
    await calls.updateAccount(id, patch);
    res.status(204).end();
  });
  router.delete('/:id', async (req, res) => {
    known(req);
    await calls.removeAccount(req.params.id);
    res.status(204).end();
  });
  return router;
}
