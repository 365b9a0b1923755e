import type { SignInView } from '../../preload/contract.ts';
import { SignInError } from '../accounts/sign-in/flow.ts';
import { problemOf } from '../accounts/sign-in/problem.ts';
import type { Engine } from '../engine.ts';
import { type CallHandlers, CallRefused } from './call-handlers.ts';

type SignInCalls =
  | 'account.update'
  | 'sign-in.start'
  | 'sign-in.paste'
  | 'sign-in.submit'
  | 'sign-in.answer'
  | 'sign-in.cancel'
  | 'sign-in.open'
  | 'clipboard.copy-sign-in-link';

/** The calls that add accounts and change them. */
export function signInHandlers(engine: Engine, copy: (text: string) => void): Pick<CallHandlers, SignInCalls> {
  const { signIns } = engine;
  return {
    'account.update': async ({ id, ...patch }) => {
      await engine.updateAccount(id, patch);
      return null;
    },
    'sign-in.start': ({ provider, method, ...options }) => inWords(() => signIns.start(provider, method, options)),
    'sign-in.paste': ({ id, text }) => inWords(() => signIns.paste(id, text)),
    'sign-in.submit': ({ id, fields }) => inWords(() => signIns.submit(id, fields)),
    'sign-in.answer': ({ id, value }) => inWords(() => signIns.answer(id, value)),
    'sign-in.cancel': ({ id }) => inWords(() => signIns.cancel(id)),
    'sign-in.open': async ({ id }) => {
      if (!(await inWords(() => signIns.open(id))))
        throw new CallRefused('not_opened', 'No browser could be opened.', 'Copy the link and open it yourself.');
      return null;
    },
    'clipboard.copy-sign-in-link': ({ id }) => {
      const link = inWords(() => signIns.link(id));
      if (link === undefined) throw new CallRefused('no_link', 'This sign-in has no link at the moment.');
      copy(link);
      return null;
    },
  };
}

function inWords<T extends SignInView | Promise<boolean> | string | undefined>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    const { code, message, fix } = problemOf(error);
    throw new CallRefused(code, `${message}.`, fix);
  }
}
