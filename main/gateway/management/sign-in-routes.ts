import { callSchemas, type SignInView } from '../../../preload/contract.ts';
import type { SignInMethod } from '../../accounts/sign-in/flow.ts';
import type { StartOptions } from '../../accounts/sign-in/manager.ts';
import { NotKnown } from './arguments.ts';
import type { Handlers, RouteSpec } from './route.ts';

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

const group = 'Sign-ins';
const view = { status: 200, about: 'SignInView' } as const;

export const signInSpecs = {
  list: {
    ...{
      method: 'GET',
      path: '/sign-ins',
      group,
      summary: 'Sign-ins under way, and those that ended within ten minutes',
    },
    answer: { status: 200, about: 'A list of SignInView' },
  },
  start: {
    ...{ method: 'POST', path: '/sign-ins', group, summary: 'Starts to sign in to a provider' },
    body: callSchemas['sign-in.start'],
    answer: { status: 201, about: 'SignInView' },
  },
  get: {
    ...{ method: 'GET', path: '/sign-ins/{id}', group, summary: 'How a sign-in stands' },
    answer: view,
  },
  paste: {
    ...{ method: 'POST', path: '/sign-ins/{id}/paste', group, summary: 'The address or code that the browser brought' },
    body: callSchemas['sign-in.paste'].omit({ id: true }),
    answer: view,
  },
  submit: {
    ...{ method: 'POST', path: '/sign-ins/{id}/submit', group, summary: 'An API key or the text of a key file' },
    body: callSchemas['sign-in.submit'].omit({ id: true }),
    answer: view,
  },
  answer: {
    ...{ method: 'POST', path: '/sign-ins/{id}/answer', group, summary: 'A project or a name' },
    body: callSchemas['sign-in.answer'].omit({ id: true }),
    answer: view,
  },
  cancel: {
    ...{ method: 'DELETE', path: '/sign-ins/{id}', group, summary: 'Cancels a sign-in' },
    answer: view,
  },
} as const satisfies Record<string, RouteSpec>;

/** The calls of the window, checked by the same schemas. */
export function signInHandlers(signIns: SignInCalls): Handlers<typeof signInSpecs> {
  const known = ({ id = '' }: Record<string, string>): string => {
    if (signIns.get(id)) return id;
    throw new NotKnown('There is no such sign-in');
  };
  return {
    list: () => signIns.list(),
    start({ body: { provider, method, ...options } }) {
      return signIns.start(provider, method, options);
    },
    get: ({ params }) => signIns.get(known(params)),
    paste: ({ params, body }) => signIns.paste(known(params), body.text),
    submit: ({ params, body }) => signIns.submit(known(params), body.fields),
    answer: ({ params, body }) => signIns.answer(known(params), body.value),
    cancel: ({ params }) => signIns.cancel(known(params)),
  };
}
