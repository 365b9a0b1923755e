import type { Account, Secret, StoredAccount } from './account.ts';
import { type AccountEntry, parseEntry, serialiseEntry } from './account-entry.ts';
import {
  adoptCredential,
  findSame,
  mergeTokens,
  type NewTokens,
  type OwnerFields,
  patchOwnerFields,
  sameEntry,
} from './entry-changes.ts';
import type { Lock } from './file-lock.ts';
import { fingerprintOf } from './identity.ts';
import { createSerial } from './serial.ts';
import { type Vault, VaultError } from './vault.ts';

export interface AccountStoreOptions {
  vault: Vault;
  /** Told, in plain words and without secrets, of entries that cannot be used. */
  report: (message: string) => void;
  /** Keeps other processes of the same vault out while an entry is read, changed and written. */
  lock?: Lock;
}

export interface UpsertResult {
  account: Account;
  /** The account was known before. */
  updated: boolean;
}

const accountPrefix = 'account:';
const secretPrefix = 'secret:';

/**
 * All accounts and their secrets. Reads the vault once; a change is stored before it is visible, one change at a time,
 * each on top of what the vault holds by then, so that no writer loses what another one wrote.
 */
export class AccountStore {
  readonly #vault: Vault;
  readonly #report: (message: string) => void;
  readonly #lock: Lock;
  readonly #serial = createSerial();
  readonly #listeners = new Set<() => void>();
  #entries = new Map<string, AccountEntry>();
  #settings = new Map<string, StoredAccount>();
  #named = new Map<string, string>();
  #listed: Account[] | undefined;

  private constructor(options: AccountStoreOptions) {
    this.#vault = options.vault;
    this.#report = options.report;
    this.#lock = options.lock ?? ((_name, task) => task());
  }

  /** Loads everything. Rejects with VaultError when the vault cannot be read at all; single bad entries are reported. */
  static async open(options: AccountStoreOptions): Promise<AccountStore> {
    const store = new AccountStore(options);
    await store.reload();
    return store;
  }

  /** Accounts of the vault and of the settings, ordered by id. */
  list(): Account[] {
    this.#listed ??= inOrder(new Map([...this.#settings, ...this.#entries]));
    return [...this.#listed];
  }

  get(id: string): Account | undefined {
    return this.#find(id)?.account;
  }

  /** Throws when there is no such account. */
  secretOf(id: string): Secret {
    const stored = this.#find(id);
    if (!stored) throw new Error('There is no such account.');
    return stored.secret;
  }

  /**
   * Adds an account, or gives new tokens to the one of the same identity; what the owner set there (paused, priority,
   * prefix, label, proxy) stays. A credential that was brought before and rotated since does not replace its successor.
   */
  upsert(stored: StoredAccount): Promise<UpsertResult> {
    return this.#exclusively(async () => {
      const known = findSame(this.#entries.values(), stored);
      // Another process may have changed it, or added it first.
      if (known) await this.#readAgain(known.account.id);
      else await this.#isFree(stored.account.id);
      const same = findSame(this.#entries.values(), stored);
      const next = same ? adoptCredential(same, stored) : newEntry(await this.#freeId(stored.account.id), stored);
      await this.#put(next);
      return { account: next.account, updated: same !== undefined };
    });
  }

  /** Changes what the owner decides. Accounts of the settings keep the change until Fusebox stops. */
  update(id: string, patch: OwnerFields): Promise<void> {
    return this.#change(id, (stored) => ({ ...stored, account: patchOwnerFields(stored.account, patch) }));
  }

  /**
   * Stores refreshed tokens; absent fields keep their value. With `usedRefreshToken` the tokens are dropped when the
   * account has got other ones meanwhile (a new sign-in). Resolves to whether they are in force.
   */
  async updateTokens(id: string, tokens: NewTokens, usedRefreshToken?: string): Promise<boolean> {
    let applied = false;
    await this.#change(id, (stored) => {
      if (usedRefreshToken !== undefined && stored.secret.refreshToken !== usedRefreshToken) return undefined;
      applied = true;
      return mergeTokens(stored, tokens);
    });
    return applied;
  }

  /** Forgets the account and its secrets. */
  remove(id: string): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#settings.has(id)) throw new VaultError('This account comes from the settings file; remove it there.');
      await this.#vault.delete(accountPrefix + id);
      if (this.#entries.delete(id)) this.#notify();
    });
  }

  /** With `usedRefreshToken`: not when the account has got other tokens meanwhile. Resolves to whether it is marked now. */
  async markNeedsSignIn(id: string, reason: string, usedRefreshToken?: string): Promise<boolean> {
    let marked = false;
    await this.#change(id, (stored) => {
      if (usedRefreshToken !== undefined && stored.secret.refreshToken !== usedRefreshToken) return undefined;
      marked = true;
      return { ...stored, account: { ...stored.account, needsSignIn: reason } };
    });
    return marked;
  }

  /** Takes an account out of rotation because its file is gone; bringing the file back undoes it. */
  withdraw(id: string): Promise<void> {
    return this.#change(id, (stored) => ({ ...stored, account: { ...stored.account, withdrawn: true } }));
  }

  /** Replaces the accounts that the settings file declares. They are never stored; a pause set meanwhile stays. */
  setSettingsAccounts(accounts: readonly StoredAccount[]): void {
    const before = this.#settings;
    const keepPause = (stored: StoredAccount): StoredAccount =>
      before.get(stored.account.id)?.account.paused
        ? { ...stored, account: { ...stored.account, paused: true } }
        : stored;
    this.#settings = new Map(accounts.map((stored) => [stored.account.id, keepPause(stored)]));
    this.#notify();
  }

  /** A secret that belongs to no account, such as the Amp token set in the window. */
  namedSecret(name: string): string | undefined {
    return this.#named.get(name);
  }

  /** Undefined forgets it. */
  setNamedSecret(name: string, value: string | undefined): Promise<void> {
    return this.#exclusively(async () => {
      if (value === undefined) await this.#vault.delete(secretPrefix + name);
      else await this.#vault.set(secretPrefix + name, value);
      if (value === undefined) this.#named.delete(name);
      else this.#named.set(name, value);
      this.#notify();
    });
  }

  /** Called after every visible change. The returned function ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the vault again: another process may have changed it. */
  reload(): Promise<void> {
    return this.#serial(async () => {
      if (await this.#refreshEntries()) this.#notify();
    });
  }

  /** Reads one account again: another process may have refreshed it. Rejects with VaultError when it cannot be read. */
  reread(id: string): Promise<void> {
    return this.#serial(async () => {
      if (!this.#settings.has(id)) await this.#readAgain(id);
    });
  }

  #find(id: string): StoredAccount | undefined {
    return this.#entries.get(id) ?? this.#settings.get(id);
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#serial(() => this.#lock('accounts', task));
  }

  /** Undefined from `edit` means no change. An account that another process removed meanwhile stays removed. */
  #change(id: string, edit: (stored: StoredAccount) => StoredAccount | undefined): Promise<void> {
    return this.#exclusively(async () => {
      const ofSettings = this.#settings.get(id);
      if (ofSettings) return this.#changeInSettings(id, edit(ofSettings));
      const current = await this.#readAgain(id);
      const edited = current && edit(current);
      if (edited) await this.#put({ ...edited, origins: current.origins });
    });
  }

  #changeInSettings(id: string, edited: StoredAccount | undefined): void {
    if (!edited) return;
    this.#settings.set(id, edited);
    this.#notify();
  }

  /** Rejects with VaultError when the entry cannot be read: what is known of it stays as it is. */
  async #readAgain(id: string): Promise<AccountEntry | undefined> {
    const text = await this.#vault.get(accountPrefix + id);
    const entry = text === undefined ? undefined : parseEntry(text);
    if (text !== undefined && entry?.account.id !== id) throw unreadable(id);
    const known = this.#entries.get(id);
    if (entry) this.#entries.set(id, entry);
    else this.#entries.delete(id);
    const changed = known && entry ? !sameEntry(known, entry) : known !== entry;
    if (changed) this.#notify();
    return entry;
  }

  /** Whether the id is free: unreadable entries keep theirs, so that nothing is written over them. */
  async #isFree(id: string): Promise<boolean> {
    if (this.#find(id)) return false;
    try {
      return (await this.#readAgain(id)) === undefined;
    } catch (error) {
      if (error instanceof VaultError) return false;
      throw error;
    }
  }

  async #put(entry: AccountEntry): Promise<void> {
    await this.#vault.set(accountPrefix + entry.account.id, serialiseEntry(entry));
    this.#entries.set(entry.account.id, entry);
    this.#notify();
  }

  async #freeId(wanted: string): Promise<string> {
    let id = wanted;
    for (let copy = 2; !(await this.#isFree(id)); copy++) id = `${wanted}~${copy}`;
    return id;
  }

  /** Resolves to whether anything differs from before. */
  async #refreshEntries(): Promise<boolean> {
    const entries = new Map<string, AccountEntry>();
    const named = new Map<string, string>();
    for (const [name, text] of await this.#vault.entries()) {
      if (name.startsWith(secretPrefix)) named.set(name.slice(secretPrefix.length), text);
      if (!name.startsWith(accountPrefix)) continue;
      const id = name.slice(accountPrefix.length);
      const entry = parseEntry(text);
      if (entry?.account.id === id) entries.set(id, entry);
      else this.#report(unreadable(id).message);
    }
    const changed = !sameMap(entries, this.#entries, sameEntry) || !sameMap(named, this.#named, Object.is);
    this.#entries = entries;
    this.#named = named;
    return changed;
  }

  #notify(): void {
    this.#listed = undefined;
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch {
        this.#report('A listener of the account list failed.');
      }
    }
  }
}

function inOrder(all: Map<string, StoredAccount>): Account[] {
  return [...all.values()].map((stored) => stored.account).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function newEntry(id: string, stored: StoredAccount): AccountEntry {
  const print = fingerprintOf(stored.secret);
  return { account: { ...stored.account, id, source: 'vault' }, secret: stored.secret, origins: print ? [print] : [] };
}

function unreadable(id: string): VaultError {
  return new VaultError(`The vault entry of account ${id} cannot be read. It was left as it is.`);
}

function sameMap<T>(a: Map<string, T>, b: Map<string, T>, same: (x: T, y: T) => boolean): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !same(value, other)) return false;
  }
  return true;
}
