import type { Clock } from '../clock.ts';
import type { Account, Secret } from './account.ts';
import { DueHeap } from './due-heap.ts';
import type { NewTokens } from './entry-changes.ts';
import { type Lock, LockTimeout } from './file-lock.ts';
import { isFinal, messageOf, retryAfterOf, withoutSecrets } from './refresh-failure.ts';
import {
  canRefresh,
  checkEveryMs,
  dueTime,
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
  onChange(listener: () => void): () => void;
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

/**
 * Keeps access tokens fresh, by due times on a heap that is looked at every 5 s: those of paused accounts too, or they would
 * be dead when they are wanted again.
 *
 * Providers replace a refresh token when they answer, so a process that is killed between their answer and its storing
 * loses the account; nothing on this side can close that gap. It is kept to what storing takes: the answer goes to the
 * vault before anything else is done with it, and the vault has been read by then.
 */
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
  readonly #due = new DueHeap();
  /** The accounts, or their times, are no longer those on the heap. */
  #outdated = true;
  #unfollow: (() => void) | undefined;
  #cancelCheck: (() => void) | undefined;
  #checkedAt: number | undefined;

  constructor(options: RefresherOptions<E>) {
    this.#options = options;
    this.#store = options.store;
    this.#clock = options.clock;
  }

  start(): void {
    if (this.#cancelCheck) return;
    this.#outdated = true;
    this.#unfollow = this.#store.onChange(() => {
      this.#outdated = true;
    });
    this.#check();
  }

  async stop(): Promise<void> {
    this.#cancelCheck?.();
    this.#cancelCheck = undefined;
    this.#unfollow?.();
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
    this.#noteJump(now);
    this.#checkedAt = now;
    if (this.#outdated) this.#plan(now);
    this.#startDue(now);
    this.#cancelCheck = this.#clock.after(checkEveryMs, () => this.#check());
  }

  /** A gap means that the machine slept or its clock was set; a server has nobody else to tell. */
  #noteJump(now: number): void {
    const passed = this.#checkedAt === undefined ? 0 : now - this.#checkedAt;
    if (passed > 6 * checkEveryMs) this.#spread(now);
    if (passed < 0) this.#outdated = true;
  }

  #plan(now: number): void {
    this.#outdated = false;
    this.#forgetRemoved();
    this.#due.clear();
    for (const account of this.#store.list()) this.#schedule(account, now);
  }

  #schedule(account: Account, now: number): void {
    const at = this.#dueTime(account, now);
    if (at !== undefined) this.#due.set(account.id, at);
  }

  /** The most urgent first. What became due later than the heap says goes back there. */
  #startDue(now: number): void {
    let free = mostAtOnce - [...this.#states.values()].filter((state) => state.running).length;
    while (free > 0) {
      const id = this.#due.takeDue(now);
      if (id === undefined) return;
      const account = this.#store.get(id);
      const state = this.#stateOf(id);
      if (!account || state.running) continue;
      if ((this.#dueTime(account, now) ?? Number.POSITIVE_INFINITY) > now) {
        this.#schedule(account, now);
        continue;
      }
      free--;
      void this.#run(id, state, undefined);
    }
  }

  /** Undefined when it is never due. */
  #dueTime(account: Account, now: number): number | undefined {
    if (!this.#refreshable(account)) return undefined;
    const state = this.#stateOf(account.id);
    const leadMs = this.#options.providerOf(account)?.refreshLeadMs ?? 0;
    return dueTime(account, { leadMs, unsaved: state.unsaved !== undefined, memory: state, now });
  }

  #spread(now: number): void {
    for (const account of this.#store.list()) {
      const at = this.#dueTime(account, now);
      if (at !== undefined && at <= now)
        this.#stateOf(account.id).quietUntil = now + this.#options.random() * wakeSpreadMs;
    }
    this.#outdated = true;
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
      const account = this.#store.get(id);
      if (account) this.#schedule(account, this.#clock.now());
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
