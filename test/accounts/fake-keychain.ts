import type { Keychain } from '../../main/accounts/keychain-vault.ts';

/** A keychain in memory with a limit, by default that of Windows, which ends working ("the process is killed") after a number of calls. */
export class FakeKeychain implements Keychain {
  readonly stored = new Map<string, string>();
  /** Calls that still work. */
  callsLeft = Number.POSITIVE_INFINITY;
  calls = 0;
  /** Bytes of one entry, in UTF-16 or UTF-8, whichever is longer. */
  limit = 2560;

  async getPassword(_service: string, account: string): Promise<string | null> {
    this.#count();
    return this.stored.get(account) ?? null;
  }

  async setPassword(_service: string, account: string, password: string): Promise<void> {
    this.#count();
    if (Math.max(password.length * 2, Buffer.byteLength(password)) > this.limit)
      throw new Error('The stub received bad data');
    this.stored.set(account, password);
  }

  async deletePassword(_service: string, account: string): Promise<boolean> {
    this.#count();
    return this.stored.delete(account);
  }

  async findCredentials(_service: string): Promise<{ account: string; password: string }[]> {
    this.#count();
    return [...this.stored].map(([account, password]) => ({ account, password }));
  }

  #count(): void {
    if (this.callsLeft <= 0) throw new Error('killed');
    this.callsLeft--;
    this.calls++;
  }
}
