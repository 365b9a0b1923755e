import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import type { StoredAccount } from '../../../main/accounts/account.ts';
import { AccountStore } from '../../../main/accounts/account-store.ts';
import { CallbackHub } from '../../../main/accounts/sign-in/callback-hub.ts';
import {
  type BrowserFlow,
  type SignInEndpoints,
  SignInError,
  type SignInFlow,
  type TokenAnswer,
} from '../../../main/accounts/sign-in/flow.ts';
import { SignInManager, type SignInManagerDeps } from '../../../main/accounts/sign-in/manager.ts';
import { newAccount, secretOf } from '../../../main/accounts/sign-in/new-account.ts';
import { MemoryVault, type Vault } from '../../../main/accounts/vault.ts';
import type { SignInView } from '../../../preload/contract.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { type Visited, visit } from './browser.ts';

export interface Stand {
  manager: SignInManager;
  store: AccountStore;
  hub: CallbackHub;
  clock: FakeClock;
  /** Pages that were opened. */
  opened: string[];
  /** Everything that was logged, as text. */
  logged: string[];
  secrets: Set<string>;
  /** Resolves with the view once it is as wanted. */
  until(id: string, wanted: (view: SignInView) => boolean): Promise<SignInView>;
  /** Resolves when it is over. */
  end(id: string): Promise<SignInView>;
}

export interface StandOptions {
  flows?: Record<string, readonly SignInFlow[]>;
  endpoints?: SignInEndpoints;
  vault?: Vault;
  clock?: FakeClock;
  deps?: Partial<SignInManagerDeps>;
  platform?: NodeJS.Platform;
}

/** A sign-in manager on real sockets and a real account store, with time standing still. Closed when the test ends. */
export async function signInStand(options: StandOptions = {}): Promise<Stand> {
  const clock = options.clock ?? new FakeClock();
  const store = await AccountStore.open({ vault: options.vault ?? new MemoryVault(), report: () => {} });
  const random = (bytes: number) => randomBytes(bytes).toString('base64url');
  const platform = options.platform ?? process.platform;
  const hub = new CallbackHub({ clock, platform, random, holderOf: async (port) => `holder of ${port}` });
  const opened: string[] = [];
  const logged: string[] = [];
  const secrets = new Set<string>();
  const waiting = new Set<() => void>();
  const log = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const flows = options.flows ?? { test: [await testFlow()] };
  const manager = new SignInManager({
    clock,
    random,
    providers: Object.entries(flows).map(([id, signIns]) => ({ id, label: `The ${id}`, signIns })),
    endpointsFor: () => options.endpoints ?? testEndpoints,
    fetchFor: () => fetch,
    clientSecret: () => undefined,
    store,
    hub,
    openBrowser: async (url) => {
      opened.push(url);
      return true;
    },
    learnSecret: (value) => void secrets.add(value),
    onChange: () => {
      for (const wake of [...waiting]) wake();
    },
    log: { info: log, warn: log, error: log },
    ...options.deps,
  });
  const until = (id: string, wanted: (view: SignInView) => boolean) =>
    new Promise<SignInView>((resolve) => {
      const look = () => {
        const view = manager.get(id);
        if (!view || !wanted(view)) return;
        waiting.delete(look);
        resolve(view);
      };
      waiting.add(look);
      look();
    });
  onTestFinished(() => manager.close());
  return { manager, store, hub, clock, opened, logged, secrets, until, end: (id) => until(id, isOver) };
}

export const isOver = ({ phase }: SignInView) => ['done', 'failed', 'cancelled'].includes(phase);

const testEndpoints = {
  api: 'https://api.example',
  authorize: 'https://login.example/authorize?tenant=1',
  token: 'https://api.example/token',
};

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('there is no port');
  return address.port;
}

/** Takes a port of 127.0.0.1 or ::1 until the test ends, or until the returned function is called. */
export async function occupy(port: number, host: '127.0.0.1' | '::1' = '127.0.0.1'): Promise<() => Promise<void>> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ port, host }, resolve));
  const free = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(free);
  return free;
}

/** Whether anybody listens there. */
export async function isListening(port: number, host: '127.0.0.1' | '::1' = '127.0.0.1'): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(true));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(false)));
  });
}

/** A browser flow whose provider agrees with everything: the code `who` makes the account `who`. */
export async function testFlow(changes: Partial<BrowserFlow> = {}): Promise<BrowserFlow> {
  return {
    method: 'browser',
    clientId: 'client',
    scope: 'a b',
    ports: [await freePort()],
    anyPort: false,
    callbackPath: '/callback',
    authorizeFields: { prompt: 'login' },
    exchange: async ({ code }) => tokensOf(code),
    finish: async (tokens) => accountOf(tokens),
    ...changes,
  };
}

export function tokensOf(who: string): TokenAnswer {
  if (who === 'bad') throw new SignInError('exchange_failed', 'invalid_grant');
  return { accessToken: `access-token-of-${who}`, refreshToken: `refresh-token-of-${who}`, raw: { who } };
}

export function accountOf(tokens: TokenAnswer, provider = 'test'): StoredAccount {
  const email = `${tokens.raw.who}@example.com`;
  return newAccount({ provider, email, accountId: `id-${tokens.raw.who}` }, secretOf(tokens));
}

/** Where the browser is sent back to when the owner agrees. */
export function landing(view: SignInView, fields: Record<string, string> = { code: 'ada' }): string {
  const url = new URL(view.browser?.url ?? '');
  const state = url.searchParams.get('state') ?? '';
  return `${url.searchParams.get('redirect_uri')}?${new URLSearchParams({ state, ...fields })}`;
}

/** The owner is in the browser now. */
export const isWaiting = ({ phase, browser }: SignInView) => phase === 'waiting' && browser !== undefined;

/** What the page shows in the end; it may have been there from the first look on. */
export async function lastBody(page: Visited): Promise<string> {
  return page.headers.refresh === undefined ? page.body : (await visit(page.url)).body;
}

/** Something that is waited for until the test lets it go on. */
export function gate() {
  let open = () => {};
  let reached = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const pass = () => {
    reached();
    return opened;
  };
  return { open, arrived, pass };
}
