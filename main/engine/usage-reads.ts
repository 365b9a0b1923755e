import type { Account, Secret } from '../accounts/account.ts';
import type { Provider, ProviderEndpoints, QuotaWindow, UsageEndpoint } from '../providers/contract.ts';
import { EndpointRefusal } from '../providers/oauth/endpoint-call.ts';
import { retryHint } from '../providers/retry-hint.ts';

export interface UsageReadParts {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Answers from memory: no keychain is asked. */
  store: {
    list(): readonly Account[];
    get(id: string): Account | undefined;
    secretOf(id: string): Secret;
  };
  providerOf(account: Account): Provider;
  endpointsFor(account: Account): ProviderEndpoints;
  fetchFor(account: Account): typeof globalThis.fetch;
  /** When an account's limits were told last, by whatever source; milliseconds since the Unix epoch. */
  readAt(accountId: string): number | undefined;
  /** Called before each read; what it returns comes back with the windows. */
  begin(): number;
  onRead(account: Account, windows: readonly QuotaWindow[], ticket: number): void;
  log: { debug(fields: object, message: string): void };
}

/** Reads limits from providers' usage endpoints, as seldom as can be. */
export interface UsageReads {
  /** Somebody looks at limits, or waits for one: reads those that are not known freshly; of all accounts when none is named. */
  wanted(accountIds?: Iterable<string>): void;
  /** A request could not go to an account because of its limits; told for every request, so it costs next to nothing. */
  limited(accountId: string): void;
  /** Reads those of accounts that were added or signed in again since the last call. */
  accountsChanged(): void;
  /** Ends the reads under way. */
  close(): Promise<void>;
}

const mostAtOnce = 2;
/** Of all requests that a limit stops, one in this time asks whether there is something to read; in milliseconds. */
const limitedEveryMs = 5_000;
const minuteMs = 60_000;
/** After a refusal for asking too often: doubling up to an hour (reports of refusals that last for hours). */
const firstBackOffMs = 10 * minuteMs;
const longestBackOffMs = 60 * minuteMs;

interface Memory {
  /** Not before this time. */
  nextAt: number;
  refusals: number;
}

export function createUsageReads(parts: UsageReadParts): UsageReads {
  const reads = new UsageReadLoop(parts);
  return {
    wanted: (accountIds) => reads.wanted(accountIds ?? parts.store.list().map(({ id }) => id)),
    limited: (accountId) => reads.limited(accountId),
    accountsChanged: () => reads.accountsChanged(),
    close: () => reads.close(),
  };
}

class UsageReadLoop {
  readonly #parts: UsageReadParts;
  readonly #memories = new Map<string, Memory>();
  readonly #lastLimited = new Map<string, number>();
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #ending = new AbortController();
  #signedIn: ReadonlySet<string>;

  constructor(parts: UsageReadParts) {
    this.#parts = parts;
    this.#signedIn = this.#signedInNow();
  }

  wanted(accountIds: Iterable<string>): void {
    for (const id of accountIds) this.#waiting.add(id);
    this.#startNext();
  }

  limited(id: string): void {
    const now = this.#parts.now();
    const last = this.#lastLimited.get(id);
    if (last !== undefined && Math.abs(now - last) < limitedEveryMs) return;
    this.#lastLimited.set(id, now);
    this.wanted([id]);
  }

  accountsChanged(): void {
    for (const kept of [this.#memories, this.#lastLimited])
      for (const id of kept.keys()) if (!this.#parts.store.get(id)) kept.delete(id);
    const before = this.#signedIn;
    this.#signedIn = this.#signedInNow();
    this.wanted([...this.#signedIn].filter((id) => !before.has(id)));
  }

  async close(): Promise<void> {
    this.#ending.abort(new Error('Fusebox is stopping'));
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  #signedInNow(): ReadonlySet<string> {
    const accounts = this.#parts.store.list().filter(({ needsSignIn }) => needsSignIn === undefined);
    return new Set(accounts.map(({ id }) => id));
  }

  #startNext(): void {
    for (const id of this.#waiting) {
      if (this.#ending.signal.aborted || this.#running.size >= mostAtOnce) return;
      this.#waiting.delete(id);
      const account = this.#parts.store.get(id);
      const reader = account && this.#readerFor(account);
      if (!account || !reader || this.#running.has(id) || this.#isKnown(id, reader)) continue;
      const read = this.#read(account, reader).finally(() => {
        this.#running.delete(id);
        this.#startNext();
      });
      this.#running.set(id, read);
    }
  }

  #readerFor(account: Account): UsageEndpoint | undefined {
    const { providerOf, store, now } = this.#parts;
    const { usage } = providerOf(account);
    if (!usage || account.paused || account.withdrawn || account.needsSignIn !== undefined) return undefined;
    // A token that has run out would only be refused; its refresh is on its way.
    if (account.expiresAt !== undefined && account.expiresAt <= now()) return undefined;
    return usage.isFor(account, store.secretOf(account.id)) ? usage : undefined;
  }

  #isKnown(id: string, { everyMs }: UsageEndpoint): boolean {
    const now = this.#parts.now();
    const sinceMs = now - (this.#parts.readAt(id) ?? Number.NEGATIVE_INFINITY);
    const waitMs = (this.#memories.get(id)?.nextAt ?? now) - now;
    // A clock that was set back must not stop reads for longer than they ever wait.
    return (sinceMs >= 0 && sinceMs < everyMs) || (waitMs > 0 && waitMs <= longestBackOffMs);
  }

  /** Never rejects. */
  async #read(account: Account, reader: UsageEndpoint): Promise<void> {
    const { begin, endpointsFor, fetchFor, onRead, now, store } = this.#parts;
    const { id } = account;
    const ticket = begin();
    const { signal } = this.#ending;
    try {
      const context = { endpoints: endpointsFor(account), fetch: fetchFor(account), signal };
      const windows = await reader.read(account, store.secretOf(id), context);
      this.#memories.set(id, { nextAt: now() + reader.everyMs, refusals: 0 });
      if (store.get(id)) onRead(account, windows, ticket);
    } catch (error) {
      if (!signal.aborted) this.#failed(id, reader, error);
    }
  }

  #failed(id: string, reader: UsageEndpoint, error: unknown): void {
    const { now, log } = this.#parts;
    const memory = afterFailure(this.#memories.get(id), error, reader, now());
    this.#memories.set(id, memory);
    const status = error instanceof EndpointRefusal ? error.status : undefined;
    log.debug({ account: id, status, retryInMs: memory.nextAt - now() }, 'Limits could not be read');
  }
}

/** A refusal is waited out for long: nothing depends on the figures, and who asks on is refused for longer. */
function afterFailure(before: Memory | undefined, error: unknown, { everyMs }: UsageEndpoint, now: number): Memory {
  if (!(error instanceof EndpointRefusal)) return { nextAt: now + everyMs, refusals: before?.refusals ?? 0 };
  const refusals = (before?.refusals ?? 0) + 1;
  const step = error.status === 429 ? firstBackOffMs * 2 ** Math.min(refusals - 1, 10) : longestBackOffMs;
  const waitMs = Math.min(longestBackOffMs, Math.max(step, retryHint(error.headers, now) ?? 0));
  return { nextAt: now + (error.status >= 500 ? everyMs : waitMs), refusals };
}
