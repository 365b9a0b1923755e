import type { StoredAccount } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Clock } from '../clock.ts';

/** A removal can be taken back for this long, in milliseconds; until then its tokens stay in memory. */
const undoMs = 30_000;

export interface Removals {
  /** Removes an account at once. Rejects when there is none, or when it comes from the settings file. */
  remove(id: string): Promise<void>;
  /** Puts an account back that has just been removed. Resolves to whether it was still there to put back. */
  restore(id: string): Promise<boolean>;
  close(): void;
}

/** Removing accounts, with a way back: a click must not cost a sign-in. */
export function createRemovals(
  store: Pick<AccountStore, 'get' | 'secretOf' | 'remove' | 'upsert'>,
  clock: Clock,
): Removals {
  const removed = new Map<string, { stored: StoredAccount; forget: () => void }>();
  const take = (id: string) => {
    const found = removed.get(id);
    found?.forget();
    removed.delete(id);
    return found?.stored;
  };
  return {
    async remove(id) {
      const account = store.get(id);
      const stored = account && { account, secret: store.secretOf(id) };
      await store.remove(id);
      take(id);
      if (stored) removed.set(id, { stored, forget: clock.after(undoMs, () => removed.delete(id)) });
    },
    async restore(id) {
      const stored = take(id);
      if (stored) await store.upsert(stored);
      return stored !== undefined;
    },
    close() {
      for (const id of [...removed.keys()]) take(id);
    },
  };
}
