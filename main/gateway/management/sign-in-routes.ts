import { Router } from 'express';
import { callSchemas, type SignInView } from '../../../preload/contract.ts';
import type { SignInMethod } from '../../accounts/sign-in/flow.ts';
import type { StartOptions } from '../../accounts/sign-in/manager.ts';
import { NotKnown, read, withId } from './arguments.ts';

/** The part of the sign-in manager that scripts and the command line use. */
export interface SignInCalls {
  start(provider: string, method: SignInMethod | undefined, options: StartOptions): SignInView;
  list(): SignInView[];
  get(id: string): SignInView | undefined;
  paste(id: string, text: string): SignInView;
  submit(id: string, fields: Readonly<Record<string, string>>): SignInView;
  answer(id: string, value: string): SignInView;
  cancel(id: string): SignInView;
}

/** `/v0/management/sign-ins`: the calls of the window, checked by the same schemas. */
export function signInRoutes(signIns: SignInCalls): Router {
  const router = Router();
  router.param('id', (_req, _res, next, id: string) => {
    if (!signIns.get(id)) throw new NotKnown('There is no such sign-in');
    next();
  });
  router.get('/', (_req, res) => void res.json(signIns.list()));
  router.post('/', (req, res) => {
    const { provider, method, ...options } = read(callSchemas['sign-in.start'], req.body);
    res.status(201).json(signIns.start(provider, method, options));
  });
  router.get('/:id', (req, res) => void res.json(signIns.get(req.params.id)));
  router.post('/:id/paste', (req, res) => {
    const { id, text } = read(callSchemas['sign-in.paste'], withId(req));
    res.json(signIns.paste(id, text));
  });
  router.post('/:id/submit', (req, res) => {
    const { id, fields } = read(callSchemas['sign-in.submit'], withId(req));
    res.json(signIns.submit(id, fields));
  });
  router.post('/:id/answer', (req, res) => {
    const { id, value } = read(callSchemas['sign-in.answer'], withId(req));
    res.json(signIns.answer(id, value));
  });
  router.delete('/:id', (req, res) => void res.json(signIns.cancel(req.params.id)));
  return router;
}
