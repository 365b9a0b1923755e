import type { Clock } from '../clock.ts';
import type { Account, Secret } from './account.ts';
import type { NewTokens } from './entry-changes.ts';
import { type Lock, LockTimeout } from './file-lock.ts';
import {
  canRefresh,
  checkEveryMs,
  failureWait,
  isBefore,
  isDue,
  mostAtOnce,
  newMemory,
  pendingBackoffMs,
  quietAfterSuccess,
  type RefreshMemory,
  renewing,
  settleMs,
  wakeSpreadMs,
} from './refresh-schedule.ts';

interface RefreshContext<E> {
  endpoints: E;
  fetch: typeof globalThis.fetch;
  now(): number;
  clientSecret(): string | undefined;
}

/** The part of a provider that refreshing needs; `E` is its endpoints. */
interface RefreshingProvider<E> {
  refreshLeadMs: number;
  /** Rejects; an error whose `final` is true means that only a new sign-in helps. Must end by itself: it is never aborted. */
  refresh?(account: Account, secret: Secret, context: RefreshContext<E>): Promise<NewTokens>;
}

/** The part of the account store that refreshing needs. */
interface RefreshStore {
  list(): Account[];
  get(id: string): Account | undefined;
  secretOf(id: string): Secret;
  reread(id: string): Promise<void>;
  updateTokens(id: string, tokens: NewTokens, usedRefreshToken?: string): Promise<boolean>;
  markNeedsSignIn(id: string, reason: string, usedRefreshToken?: string): Promise<boolean>;
}

export interface RefresherOptions<E> {
  store: RefreshStore;
  /** Undefined for accounts of a provider that this version does not know. */
  providerOf(account: Account): RefreshingProvider<E> | undefined;
  endpointsFor(account: Account): E;
  /** Bound to the account's proxy. */
  fetchFor(account: Account): typeof globalThis.fetch;
  /** The secret that the owner configured for the account's provider. */
  clientSecretFor(account: Account): string | undefined;
  clock: Clock;
  /** 0 to 1. */
  random: () => number;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** Keeps a second process from using the same refresh token. */
  lock: Lock;
  /** Called once for each account that stops working until its owner signs in again. */
  onNeedsSignIn?(account: Account): void;
}

export interface Refresher {
  start(): void;
  /** Resolves when the refreshes under way have ended: their tokens must not be lost. */
  stop(): Promise<void>;
  /** After the machine slept: overdue accounts are refreshed soon, but not all at once. */
  wake(): void;
  /**
   * After the provider refused `usedAccessToken`. Resolves to whether another token is in force, so that one more try
   * makes sense. Joins a refresh under way. Never rejects.
   */
  refreshNow(id: string, usedAccessToken: string | undefined): Promise<boolean>;
}

interface State extends RefreshMemory {
  running?: Promise<void>;
  /** Fresh tokens that the vault did not take yet. The old refresh token is spent, so these are all there is. */
  unsaved?: { tokens: NewTokens; usedRefreshToken: string | undefined };
}

/** Keeps access tokens fresh: those of paused accounts too, or they would be dead when they are wanted again. */
export function createRefresher<E>(options: RefresherOptions<E>): Refresher {
  const loop = new RefreshLoop(options);
  return {
    start: () => loop.start(),
    stop: () => loop.stop(),
    wake: () => loop.wake(),
    refreshNow: (id, usedAccessToken) => loop.refreshNow(id, usedAccessToken),
  };
}

class RefreshLoop<E> implements Refresher {
  readonly #options: RefresherOptions<E>;
  readonly #store: RefreshStore;
  readonly #clock: Clock;
  readonly #states = new Map<string, State>();
  #cancelCheck: (() => void) | undefined;
  #checkedAt: number | undefined;

  constructor(options: RefresherOptions<E>) {
    this.#options = options;
    this.#store = options.store;
    this.#clock = options.clock;
  }

  start(): void {
    if (!this.#cancelCheck) this.#check();
  }

  async stop(): Promise<void> {
    this.#cancelCheck?.();
    this.#cancelCheck = undefined;
    this.#checkedAt = undefined;
    await Promise.all([...this.#states.values()].map((state) => state.running));
    await Promise.all(
      [...this.#states].map(([id, state]) => (state.unsaved ? this.#run(id, state, undefined) : undefined)),
    );
  }

  wake(): void {
    if (!this.#cancelCheck) return;
    this.#cancelCheck();
    this.#spread(this.#clock.now());
    this.#checkedAt = this.#clock.now();
    this.#check();
  }

  async refreshNow(id: string, usedAccessToken: string | undefined): Promise<boolean> {
    const account = this.#store.get(id);
    if (!account || !this.#refreshable(account)) return false;
    if (this.#accessToken(id) !== usedAccessToken) return true;
    const state = this.#stateOf(id);
    if (state.running) await state.running;
    else if (state.unsaved || !isBefore(state.blockedUntil, this.#clock.now()))
      await this.#run(id, state, usedAccessToken);
    const token = this.#accessToken(id);
    return token !== undefined && token !== usedAccessToken;
  }

  #check(): void {
    const now = this.#clock.now();
    // A gap means that the machine slept or its clock jumped; a server has nobody else to tell.
    if (this.#checkedAt !== undefined && now - this.#checkedAt > 6 * checkEveryMs) this.#spread(now);
    this.#checkedAt = now;
    this.#forgetRemoved();
    const free = mostAtOnce - [...this.#states.values()].filter((state) => state.running).length;
    const ready = this.#overdue(now).filter(({ id }) => mayStart(this.#stateOf(id), now));
    for (const { id } of ready.slice(0, Math.max(free, 0))) void this.#run(id, this.#stateOf(id), undefined);
    this.#cancelCheck = this.#clock.after(checkEveryMs, () => this.#check());
  }

  /** Accounts whose token ends within the lead or waits to be stored, the most urgent first. */
  #overdue(now: number): Account[] {
    const due = (account: Account) =>
      this.#stateOf(account.id).unsaved !== undefined ||
      isDue(account, this.#options.providerOf(account)?.refreshLeadMs ?? 0, now);
    const accounts = this.#store.list().filter((account) => this.#refreshable(account) && due(account));
    return accounts.sort((a, b) => (a.expiresAt ?? 0) - (b.expiresAt ?? 0));
  }

  #spread(now: number): void {
    for (const { id } of this.#overdue(now)) this.#stateOf(id).quietUntil = now + this.#options.random() * wakeSpreadMs;
  }

  #forgetRemoved(): void {
    for (const [id, state] of this.#states) {
      if (!state.running && !state.unsaved && !this.#store.get(id)) this.#states.delete(id);
    }
  }

  /** Single flight: whoever comes while it runs joins it. Never rejects. */
  #run(id: string, state: State, refusedToken: string | undefined): Promise<void> {
    state.running ??= this.#attempt(id, state, refusedToken).finally(() => {
      delete state.running;
    });
    return state.running;
  }

  async #attempt(id: string, state: State, refusedToken: string | undefined): Promise<void> {
    try {
      if (state.unsaved) await this.#save(id, state);
      else await this.#options.lock(`refresh-${id}`, () => this.#refresh(id, state, refusedToken));
    } catch (error) {
      this.#failed(id, state, error);
    }
  }

  async #refresh(id: string, state: State, refusedToken: string | undefined): Promise<void> {
    // Whoever held the lock before may have refreshed. Nothing is sent when the vault cannot even be read.
    await this.#store.reread(id);
    const account = this.#store.get(id);
    const provider = account && this.#options.providerOf(account);
    if (!account || !provider?.refresh || !this.#refreshable(account)) return;
    const secret = this.#store.secretOf(id);
    if (!this.#wanted(account, secret, provider.refreshLeadMs, refusedToken)) return;
    try {
      const tokens = await provider.refresh(account, secret, this.#contextFor(account));
      state.unsaved = { tokens, usedRefreshToken: secret.refreshToken };
    } catch (error) {
      if (!isFinal(error)) throw error;
      return await this.#refused(account, secret, state, error);
    }
    await this.#save(id, state);
    const now = this.#clock.now();
    state.quietUntil = now + quietAfterSuccess(this.#store.get(id)?.expiresAt, provider.refreshLeadMs, now);
  }

  #wanted(account: Account, secret: Secret, leadMs: number, refusedToken: string | undefined): boolean {
    if (secret.accessToken === undefined) return true;
    if (refusedToken !== undefined) return secret.accessToken === refusedToken;
    return isDue(account, leadMs, this.#clock.now());
  }

  #contextFor(account: Account): RefreshContext<E> {
    const { endpointsFor, fetchFor, clientSecretFor } = this.#options;
    return {
      endpoints: endpointsFor(account),
      fetch: fetchFor(account),
      now: () => this.#clock.now(),
      clientSecret: () => clientSecretFor(account),
    };
  }

  /** Stored before they are used: until this ends, requests go on with the old access token. */
  async #save(id: string, state: State): Promise<void> {
    if (!state.unsaved) return;
    await this.#store.updateTokens(id, state.unsaved.tokens, state.unsaved.usedRefreshToken);
    delete state.unsaved;
    state.failures = 0;
    state.blockedUntil = this.#clock.now() + settleMs;
  }

  async #refused(account: Account, secret: Secret, state: State, error: Error): Promise<void> {
    const reason = withoutSecrets(error.message, secret);
    // Remembered here too, in case the vault does not take the mark: no further call with this token.
    const credential = renewing(secret);
    if (credential !== undefined) state.deadToken = credential;
    const marked = await this.#store.markNeedsSignIn(account.id, reason, secret.refreshToken);
    if (!marked) return;
    this.#options.log.warn({ account: account.id, reason }, 'An account needs a new sign-in');
    this.#options.onNeedsSignIn?.({ ...account, needsSignIn: reason });
  }

  #failed(id: string, state: State, error: unknown): void {
    const now = this.#clock.now();
    if (error instanceof LockTimeout) {
      state.blockedUntil = now + pendingBackoffMs;
      return;
    }
    const wait = state.unsaved ? settleMs : failureWait(retryAfterOf(error), this.#options.random);
    state.failures++;
    state.blockedUntil = now + wait;
    this.#logFailure(id, state, error, wait);
  }

  /** Quiet before the third failure: a network that comes and goes is no news. */
  #logFailure(id: string, state: State, error: unknown, wait: number): void {
    const secret = this.#store.get(id) ? this.#store.secretOf(id) : {};
    const reason = withoutSecrets(messageOf(error), secret, state.unsaved?.tokens ?? {});
    const fields = { account: id, reason, retryInMs: Math.round(wait) };
    if (state.unsaved) this.#options.log.warn(fields, 'A refreshed token could not be stored');
    else if (state.failures < 3) this.#options.log.info(fields, 'A token could not be refreshed');
    else this.#options.log.warn(fields, 'A token could not be refreshed');
  }

  #stateOf(id: string): State {
    const state = this.#states.get(id) ?? newMemory();
    this.#states.set(id, state);
    return state;
  }

  #refreshable(account: Account): boolean {
    if (account.source === 'settings' || !this.#options.providerOf(account)?.refresh) return false;
    return canRefresh(account, this.#store.secretOf(account.id), this.#stateOf(account.id));
  }

  #accessToken(id: string): string | undefined {
    return this.#store.get(id) ? this.#store.secretOf(id).accessToken : undefined;
  }
}

function mayStart(state: State, now: number): boolean {
  return !state.running && !isBefore(state.blockedUntil, now) && !isBefore(state.quietUntil, now);
}

function isFinal(error: unknown): error is Error {
  return error instanceof Error && 'final' in error && error.final === true;
}

function retryAfterOf(error: unknown): number | undefined {
  const wait = error instanceof Error && 'retryAfterMs' in error ? error.retryAfterMs : undefined;
  return typeof wait === 'number' ? wait : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}

/** Providers' words are shown and logged; one that quotes a token back must not get it there. */
function withoutSecrets(text: string, ...holders: (Secret | Partial<NewTokens>)[]): string {
  const values = holders
    .flatMap((holder) => Object.values(holder))
    .filter((value) => typeof value === 'string' && value !== '');
  return values.reduce<string>((clean, value) => clean.replaceAll(value, '[token]'), text);
}
