export type VaultKind = 'keychain' | 'file' | 'memory';

/** A place for secrets: names to values. Every method may reject with a VaultError; none ever puts a value in an error. */
export interface Vault {
  readonly kind: VaultKind;
  /** Which vault this is and why, in plain words. */
  readonly note?: string;
  /** Everything that can be read; unreadable entries are reported, left out and left alone. */
  entries(): Promise<Map<string, string>>;
  get(name: string): Promise<string | undefined>;
  /** Resolves when the value is safe; a crash before that leaves the old value whole. */
  set(name: string, value: string): Promise<void>;
  /** No error when there is no such entry. */
  delete(name: string): Promise<void>;
}

/** Why secrets cannot be read or written, in words for the owner. Holds no value and no key. */
export class VaultError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VaultError';
  }
}

/** Keeps nothing beyond the process: for tests and trials. */
export class MemoryVault implements Vault {
  readonly kind = 'memory';
  readonly note = 'Accounts are kept in memory only and are forgotten when Fusebox stops.';
  readonly #values = new Map<string, string>();

  async entries(): Promise<Map<string, string>> {
    return new Map(this.#values);
  }

  async get(name: string): Promise<string | undefined> {
    return this.#values.get(name);
  }

  async set(name: string, value: string): Promise<void> {
    this.#values.set(name, value);
  }

  async delete(name: string): Promise<void> {
    this.#values.delete(name);
  }
}
