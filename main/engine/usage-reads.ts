import type { Account, Secret } from '../accounts/account.ts';
import type { Provider, ProviderEndpoints, QuotaWindow, UsageReader } from '../providers/contract.ts';
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
  /** Reads those of accounts that were added or signed in again since the last call. */
  accountsChanged(): void;
  /** Ends the reads under way. */
  close(): Promise<void>;
}

const mostAtOnce = 2;
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
  const memories = new Map<string, Memory>();
  const waiting = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const ending = new AbortController();

  const signedIn = () => parts.store.list().filter(({ needsSignIn }) => needsSignIn === undefined);
  let known = new Set(signedIn().map(({ id }) => id));

  const readerFor = (account: Account): UsageReader | undefined => {
    const { usage } = parts.providerOf(account);
    if (!usage || account.paused || account.withdrawn || account.needsSignIn !== undefined) return undefined;
    // A token that has run out would only be refused; its refresh is on its way.
    if (account.expiresAt !== undefined && account.expiresAt <= parts.now()) return undefined;
    return usage.isFor(account, parts.store.secretOf(account.id)) ? usage : undefined;
  };
  const isKnown = (id: string, { everyMs }: UsageReader): boolean => {
    const now = parts.now();
    const sinceMs = now - (parts.readAt(id) ?? Number.NEGATIVE_INFINITY);
    const waitMs = (memories.get(id)?.nextAt ?? now) - now;
    // A clock that was set back must not stop reads for longer than they ever wait.
    return (sinceMs >= 0 && sinceMs < everyMs) || (waitMs > 0 && waitMs <= longestBackOffMs);
  };
  const startNext = (): void => {
    for (const id of waiting) {
      if (ending.signal.aborted || running.size >= mostAtOnce) return;
      waiting.delete(id);
      const account = parts.store.get(id);
      const reader = account && readerFor(account);
      if (!account || !reader || running.has(id) || isKnown(id, reader)) continue;
      const read = readOne(account, reader).finally(() => {
        running.delete(id);
        startNext();
      });
      running.set(id, read);
    }
  };
  const readOne = async (account: Account, reader: UsageReader): Promise<void> => {
    const { id } = account;
    const ticket = parts.begin();
    const context = {
      endpoints: parts.endpointsFor(account),
      fetch: parts.fetchFor(account),
      signal: ending.signal,
    };
    try {
      const windows = await reader.read(account, parts.store.secretOf(id), context);
      memories.set(id, { nextAt: parts.now() + reader.everyMs, refusals: 0 });
      if (parts.store.get(id)) parts.onRead(account, windows, ticket);
    } catch (error) {
      if (ending.signal.aborted) return;
      const memory = afterFailure(memories.get(id), error, reader, parts.now());
      memories.set(id, memory);
      const status = error instanceof EndpointRefusal ? error.status : undefined;
      parts.log.debug({ account: id, status, retryInMs: memory.nextAt - parts.now() }, 'Limits could not be read');
    }
  };
  const wanted: UsageReads['wanted'] = (accountIds) => {
    for (const id of memories.keys()) if (!parts.store.get(id)) memories.delete(id);
    for (const id of accountIds ?? parts.store.list().map((account) => account.id)) waiting.add(id);
    startNext();
  };
  return {
    wanted,
    accountsChanged() {
      const before = known;
      known = new Set(signedIn().map(({ id }) => id));
      const added = [...known].filter((id) => !before.has(id));
      if (added.length > 0) wanted(added);
    },
    async close() {
      ending.abort(new Error('Fusebox is stopping'));
      waiting.clear();
      await Promise.all(running.values());
    },
  };
}

/** A refusal is waited out for long: nothing depends on the figures, and who asks on is refused for longer. */
function afterFailure(before: Memory | undefined, error: unknown, { everyMs }: UsageReader, now: number): Memory {
  if (!(error instanceof EndpointRefusal)) return { nextAt: now + everyMs, refusals: before?.refusals ?? 0 };
  const refusals = (before?.refusals ?? 0) + 1;
  const step = error.status === 429 ? firstBackOffMs * 2 ** Math.min(refusals - 1, 10) : longestBackOffMs;
  const waitMs = Math.min(longestBackOffMs, Math.max(step, retryHint(error.headers, now) ?? 0));
  return { nextAt: now + (error.status >= 500 ? everyMs : waitMs), refusals };
}
