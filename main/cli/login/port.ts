import type { ProviderView, SignInView } from '../../../preload/contract.ts';
import type { SignInMethod } from '../../accounts/sign-in/flow.ts';
import { problemOf } from '../../accounts/sign-in/problem.ts';
import { systemClock as clock } from '../../clock.ts';
import type { Instance } from '../../engine/instance-file.ts';
import { createSignIns, providerViews } from '../../engine/sign-in-parts.ts';
import { deleteJson, getJson, postJson } from '../instance-client.ts';
import type { Standalone } from '../standalone.ts';

export interface SignInWish {
  provider: string;
  method?: SignInMethod;
  label?: string;
  proxyUrl?: string;
}

/** Signing in, wherever it is done. Every call rejects in words for people. */
export interface SignInPort {
  providers(): Promise<readonly ProviderView[]>;
  start(wish: SignInWish): Promise<SignInView>;
  get(id: string): Promise<SignInView>;
  paste(id: string, text: string): Promise<SignInView>;
  submit(id: string, fields: Record<string, string>): Promise<SignInView>;
  answer(id: string, value: string): Promise<SignInView>;
  cancel(id: string): Promise<SignInView>;
  /** Frees everything; what was exchanged is stored first. */
  close(): Promise<void>;
}

/** In the running instance: its account list knows the account at once. Pages are opened here. */
export function remotePort(instance: Instance): SignInPort {
  const at = (id: string, action = '') => `/sign-ins/${encodeURIComponent(id)}${action}`;
  const view = (answer: Promise<unknown>) => answer as Promise<SignInView>;
  return {
    providers: async () => ((await getJson(instance, '/state')) as { providers: ProviderView[] }).providers,
    start: (wish) => view(postJson(instance, '/sign-ins', { ...wish, open: false })),
    get: (id) => view(getJson(instance, at(id))),
    paste: (id, text) => view(postJson(instance, at(id, '/paste'), { text })),
    submit: (id, fields) => view(postJson(instance, at(id, '/submit'), { fields })),
    answer: (id, value) => view(postJson(instance, at(id, '/answer'), { value })),
    cancel: (id) => view(deleteJson(instance, at(id))),
    close: async () => {},
  };
}

/** In this process, straight on the vault. */
export function localPort(standalone: Standalone): SignInPort {
  const { providers, settings, upstreams, store, secrets, log } = standalone;
  const signIns = createSignIns({
    clock,
    platform: process.platform,
    settings: () => settings.current(),
    providers,
    upstreams,
    store,
    secrets,
    onChange: () => {},
    log: log.logger,
  });
  return {
    providers: async () => providerViews(providers),
    start: ({ provider, method, ...options }) => inWords(() => signIns.start(provider, method, options)),
    get: async (id) => signIns.get(id) ?? gone(),
    paste: (id, text) => inWords(() => signIns.paste(id, text)),
    submit: (id, fields) => inWords(() => signIns.submit(id, fields)),
    answer: (id, value) => inWords(() => signIns.answer(id, value)),
    cancel: (id) => inWords(() => signIns.cancel(id)),
    async close() {
      await signIns.close();
      await standalone.close();
    },
  };
}

/** The same words that a running instance answers with. */
async function inWords(act: () => SignInView): Promise<SignInView> {
  try {
    return act();
  } catch (error) {
    const { message, fix } = problemOf(error);
    throw new Error(`${message}. ${fix}`);
  }
}

function gone(): never {
  throw new Error('There is no such sign-in any more.');
}
