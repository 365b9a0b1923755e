import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { wayBack } from '../../main/accounts/sign-in/authorize-url.ts';
import {
  type BrowserFlow,
  type CodeGrant,
  type DeviceFlow,
  type FlowContext,
  type KeyFlow,
  SignInError,
  type SignInFlow,
  type SignInMethod,
} from '../../main/accounts/sign-in/flow.ts';
import { newPkce } from '../../main/accounts/sign-in/pkce.ts';
import { type Provider, type ProviderEndpoints, RefreshError } from '../../main/providers/contract.ts';
import { FakeClock } from '../fakes/clock.ts';

export interface Stage {
  clock: FakeClock;
  context: FlowContext;
  /** How long the flow waited, each time, in milliseconds. */
  waits: number[];
  /** What the owner was told is being done. */
  steps: string[];
  cancel(): void;
}

export interface StageOptions {
  clock?: FakeClock;
  /** What the owner types when asked. */
  answer?: string;
  clientSecret?: string;
  /** Called before each wait, with how many there were. */
  onWait?(count: number): void;
}

/** What a flow runs in: a clock that a wait moves on, and an owner who answers at once. */
export function stage(endpoints: ProviderEndpoints, options: StageOptions = {}): Stage {
  const clock = options.clock ?? new FakeClock();
  const abort = new AbortController();
  const waits: number[] = [];
  const steps: string[] = [];
  const context: FlowContext = {
    endpoints,
    fetch,
    now: () => clock.now(),
    random: (bytes) => randomBytes(bytes).toString('base64url'),
    async wait(delayMs) {
      options.onWait?.(waits.length);
      abort.signal.throwIfAborted();
      waits.push(delayMs);
      clock.advance(delayMs);
    },
    signal: abort.signal,
    clientSecret: () => options.clientSecret,
    progress: (step) => steps.push(step),
    ask: async () => options.answer ?? '',
  };
  return { clock, context, waits, steps, cancel: () => abort.abort(new SignInError('cancelled')) };
}

/** What a refresh runs in. */
export function refreshContext(endpoints: ProviderEndpoints, now: () => number, clientSecret?: string) {
  return { endpoints, fetch, now, clientSecret: () => clientSecret };
}

export function flowOf<M extends SignInMethod>(provider: Provider, method: M): Extract<SignInFlow, { method: M }> {
  const flow = provider.signIns.find((one): one is Extract<SignInFlow, { method: M }> => one.method === method);
  if (!flow) throw new Error(`${provider.id} has no ${method} flow`);
  return flow;
}

/** The browser's part: opens the page, is sent back, and brings the code. Rejects when the page refuses. */
export async function comeBack(flow: BrowserFlow, { context }: Stage, port = flow.ports[0]): Promise<CodeGrant> {
  const pkce = newPkce(context.random);
  const redirectUri = `http://localhost:${port}${flow.callbackPath}`;
  const way = wayBack(flow, context.endpoints.authorize, redirectUri, {
    state: context.random(32),
    challenge: pkce.challenge,
  });
  const response = await fetch(way.url, { redirect: 'manual' });
  if (response.status !== 302) throw new Error(`the page answered ${response.status}: ${await response.text()}`);
  const back = new URL(response.headers.get('location') ?? '');
  expect(`${back.origin}${back.pathname}`).toBe(redirectUri);
  expect(back.searchParams.get('state')).toBe(way.state);
  const code = back.searchParams.get('code') ?? '';
  return { code, state: way.state, redirectUri, codeVerifier: pkce.verifier };
}

/** The whole browser sign-in. */
export async function signInByBrowser(flow: BrowserFlow, on: Stage, port?: number) {
  const tokens = await flow.exchange(await comeBack(flow, on, port), on.context);
  return flow.finish(tokens, on.context);
}

/** The whole device sign-in; `approve` is the owner, who acts before the first poll. */
export async function signInByDevice(flow: DeviceFlow, on: Stage, approve: () => void) {
  const grant = await flow.begin(on.context);
  approve();
  return flow.finish(await grant.tokens(on.context), on.context);
}

export function signInByKey(flow: KeyFlow, on: Stage, input: Record<string, string>) {
  return flow.finish(input, on.context);
}

/** The SignInError that a flow ends in; fails when it shows a secret. */
export async function problemOf(attempt: Promise<unknown>, secrets: Iterable<string> = []): Promise<SignInError> {
  const error = await reasonOf(attempt);
  if (!(error instanceof SignInError)) throw error;
  mustNotShow(error, secrets);
  return error;
}

/** The RefreshError that a refresh ends in; fails when it shows a secret. */
export async function refusalOf(
  attempt: Promise<unknown> | undefined,
  secrets: Iterable<string>,
): Promise<RefreshError> {
  const error = await reasonOf(attempt);
  if (!(error instanceof RefreshError)) throw error;
  mustNotShow(error, secrets);
  return error;
}

async function reasonOf(attempt: Promise<unknown> | undefined): Promise<unknown> {
  return Promise.resolve(attempt).then(
    () => new Error('it worked'),
    (reason: unknown) => reason,
  );
}

function mustNotShow(error: Error, secrets: Iterable<string>): void {
  const shown = `${error.message}\n${JSON.stringify(error)}\n${String(error.cause ?? '')}`;
  // Its beginning too: the words of a service are cut.
  for (const secret of secrets) expect(shown).not.toContain(secret.slice(0, 24));
}
