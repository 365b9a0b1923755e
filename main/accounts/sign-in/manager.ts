import type { SignInView } from '../../../preload/contract.ts';
import type { Clock } from '../../clock.ts';
import type { Account, StoredAccount } from '../account.ts';
import type { UpsertResult } from '../account-store.ts';
import type { CallbackHub } from './callback-hub.ts';
import { type SignInEndpoints, SignInError, type SignInFlow, type SignInMethod } from './flow.ts';
import { SignInSession } from './session.ts';

/** What a sign-in needs of a provider. */
export interface SignInProvider {
  id: string;
  label: string;
  signIns: readonly SignInFlow[];
}

/** The part of the account store that sign-ins need. */
export interface SignInStore {
  get(id: string): Account | undefined;
  upsert(stored: StoredAccount): Promise<UpsertResult>;
  update(id: string, patch: { label?: string; proxyUrl?: string }): Promise<void>;
}

export interface SignInManagerDeps {
  clock: Clock;
  /** Base64url text of so many random bytes. */
  random(bytes: number): string;
  providers: readonly SignInProvider[];
  endpointsFor(providerId: string): SignInEndpoints;
  /** Bound to a proxy setting; the global one when undefined. */
  fetchFor(proxyUrl: string | undefined): typeof globalThis.fetch;
  clientSecret(providerId: string): string | undefined;
  store: SignInStore;
  hub: Pick<CallbackHub, 'reserve' | 'close'>;
  /** Absent where nobody is in front of this machine. */
  openBrowser?: ((url: string) => Promise<boolean>) | undefined;
  learnSecret(value: string): void;
  onChange(): void;
  log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

export interface StartOptions {
  /** An account to sign in again; its proxy is used unless another is named. */
  accountId?: string | undefined;
  label?: string | undefined;
  proxyUrl?: string | undefined;
  /** False: whoever asks opens the page. */
  open?: boolean | undefined;
}

/** How a sign-in ended can be read for this long, in milliseconds. */
const keptMs = 10 * 60_000;
/** A vault that is locked for a moment must not cost the tokens: waits before each further attempt, in milliseconds. */
const storeRetriesMs = [1_000, 5_000, 15_000];

/** Every sign-in that runs or has just ended; any number at once, of one provider or several. */
export class SignInManager {
  readonly #deps: SignInManagerDeps;
  readonly #sessions = new Map<string, SignInSession>();
  readonly #forgetting = new Set<() => void>();
  #closed = false;

  constructor(deps: SignInManagerDeps) {
    this.#deps = deps;
  }

  /** Throws SignInError when there is no such provider, method or account. */
  start(providerId: string, method?: SignInMethod, options: StartOptions = {}): SignInView {
    if (this.#closed) throw new SignInError('cancelled', 'Fusebox is stopping');
    const { clock, random, store, endpointsFor, fetchFor, clientSecret, openBrowser } = this.#deps;
    const { provider, flow } = this.#flowOf(providerId, method);
    const known = options.accountId === undefined ? undefined : this.#accountOf(options.accountId, provider.id);
    const proxyUrl = options.proxyUrl ?? known?.proxyUrl;
    const session = new SignInSession({
      id: random(12),
      provider,
      flow,
      ...(known ? { accountId: known.id } : {}),
      endpoints: endpointsFor(provider.id),
      fetch: fetchFor(proxyUrl),
      clock,
      random,
      clientSecret: () => clientSecret(provider.id),
      hub: this.#deps.hub,
      openBrowser,
      autoOpen: options.open !== false,
      store: (stored) => keep(stored, { options, proxyUrl, clock, store, known }),
      learnSecret: this.#deps.learnSecret,
      onChange: this.#deps.onChange,
      onEnd: (view, defect) => this.#ended(view, defect),
    });
    this.#sessions.set(session.id, session);
    this.#deps.onChange();
    return session.view();
  }

  /** The oldest first. */
  list(): SignInView[] {
    return [...this.#sessions.values()].map((session) => session.view());
  }

  /** Undefined when it never was, or ended more than ten minutes ago. */
  get(id: string): SignInView | undefined {
    return this.#sessions.get(id)?.view();
  }

  /** Throws SignInError: the sign-in goes on waiting then. */
  paste(id: string, text: string): SignInView {
    return this.#with(id, (session) => session.paste(text));
  }

  /** Throws SignInError that names the field: the sign-in goes on waiting then. */
  submit(id: string, fields: Readonly<Record<string, string>>): SignInView {
    return this.#with(id, (session) => session.submit(fields));
  }

  answer(id: string, value: string): SignInView {
    return this.#with(id, (session) => session.answer(value));
  }

  cancel(id: string): SignInView {
    return this.#with(id, (session) => session.cancel());
  }

  /** Resolves to whether a browser was opened. Rejects with SignInError when there is no such sign-in. */
  async open(id: string): Promise<boolean> {
    return this.#sessionOf(id).open();
  }

  /** Where its page is. Throws SignInError when there is no such sign-in. */
  link(id: string): string | undefined {
    return this.#sessionOf(id).link();
  }

  /** Cancels everything; resolves when what had been exchanged is stored and every port is free. */
  async close(): Promise<void> {
    this.#closed = true;
    const sessions = [...this.#sessions.values()];
    for (const session of sessions) session.cancel();
    await Promise.all(sessions.map(({ finished }) => finished));
    for (const cancel of this.#forgetting) cancel();
    await this.#deps.hub.close();
  }

  #flowOf(providerId: string, method: SignInMethod | undefined): { provider: SignInProvider; flow: SignInFlow } {
    const provider = this.#deps.providers.find(({ id }) => id === providerId);
    if (!provider) throw new SignInError('method_unavailable', `there is no provider ${providerId.slice(0, 40)}`);
    const flow = provider.signIns.find((one) => method === undefined || one.method === method);
    if (!flow) throw new SignInError('method_unavailable', `${provider.label} accounts cannot be added that way`);
    return { provider, flow };
  }

  #accountOf(id: string, providerId: string): Account {
    const account = this.#deps.store.get(id);
    if (account?.provider === providerId) return account;
    throw new SignInError('bad_input', 'there is no such account of this provider');
  }

  #sessionOf(id: string): SignInSession {
    const session = this.#sessions.get(id);
    if (!session) throw new SignInError('expired', 'there is no such sign-in any more');
    return session;
  }

  #with(id: string, act: (session: SignInSession) => void): SignInView {
    const session = this.#sessionOf(id);
    act(session);
    return session.view();
  }

  #ended(view: SignInView, defect: unknown): void {
    const { id, provider, method, phase, problem, outcome } = view;
    const fields = { provider, method, ...(problem ? { code: problem.code, reason: problem.message } : {}) };
    if (defect !== undefined) this.#deps.log.error({ ...fields, err: defect }, 'A sign-in failed by a defect');
    else if (phase === 'failed') this.#deps.log.warn(fields, 'A sign-in failed');
    else
      this.#deps.log.info({ ...fields, ...(outcome ? { account: outcome.accountId } : {}) }, `A sign-in is ${phase}`);
    const cancel = this.#deps.clock.after(keptMs, () => {
      this.#forgetting.delete(cancel);
      this.#sessions.delete(id);
      this.#deps.onChange();
    });
    this.#forgetting.add(cancel);
  }
}

interface Keeping {
  options: StartOptions;
  proxyUrl: string | undefined;
  clock: Clock;
  store: SignInStore;
  known: Account | undefined;
}

/** Stores the account: what the owner set before stays, unless they said otherwise with this sign-in. */
async function keep(stored: StoredAccount, keeping: Keeping): Promise<NonNullable<SignInView['outcome']>> {
  const { store, known, options, proxyUrl } = keeping;
  const said = {
    ...(options.label ? { label: options.label } : {}),
    ...(options.proxyUrl ? { proxyUrl: options.proxyUrl } : {}),
  };
  const fresh = { ...stored.account, ...(proxyUrl ? { proxyUrl } : {}), ...said };
  const { account, updated } = await upsertPatiently({ ...stored, account: fresh }, keeping);
  // The tokens are safe by now; a label that could not be written is no failed sign-in.
  if (updated && Object.keys(said).length > 0) await store.update(account.id, said).catch(() => {});
  return {
    accountId: account.id,
    label: store.get(account.id)?.label ?? account.label,
    updated,
    otherAccount: known !== undefined && known.id !== account.id,
  };
}

async function upsertPatiently(stored: StoredAccount, { store, clock }: Keeping): Promise<UpsertResult> {
  for (const waitMs of storeRetriesMs) {
    try {
      return await store.upsert(stored);
    } catch {
      await new Promise<void>((resolve) => clock.after(waitMs, resolve));
    }
  }
  return store.upsert(stored).catch((error: unknown) => {
    throw new SignInError('storing_failed', error instanceof Error ? error.message : undefined);
  });
}
