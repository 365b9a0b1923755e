/** Which account a conversation is served by. */
export interface Binding {
  accountId: string;
  /** Milliseconds since the Unix epoch. */
  usedAt: number;
  /** Since when its account has been blocked, while others stand in for it. */
  suspendedAt?: number;
}

/** Without a request for this long a conversation is over, and the provider's prompt cache with it. */
const livesMs = 60 * 60_000;
/** An account that is blocked for longer loses its conversations. */
const longestSuspensionMs = 5 * 60_000;

/** Conversations and their accounts; the least recently used one goes when the table is full. */
export class AffinityTable {
  readonly #bindings = new Map<string, Binding>();
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  get size(): number {
    return this.#bindings.size;
  }

  /** The living binding of a conversation. Times in milliseconds since the Unix epoch. */
  get(key: string, now: number): Binding | undefined {
    const binding = this.#bindings.get(key);
    return binding && now - binding.usedAt <= livesMs ? binding : undefined;
  }

  /** An account has served the conversation and keeps it. */
  bind(key: string, accountId: string, now: number): void {
    this.#put(key, { accountId, usedAt: now });
  }

  /** Another account stands in; the binding is kept for a while, for the sake of the prompt cache there. */
  suspend(key: string, now: number): void {
    const binding = this.get(key, now);
    if (binding) this.#put(key, { ...binding, usedAt: now, suspendedAt: binding.suspendedAt ?? now });
  }

  #put(key: string, binding: Binding): void {
    this.#bindings.delete(key);
    this.#bindings.set(key, binding);
    for (const oldest of this.#bindings.keys()) {
      if (this.#bindings.size <= this.#most) break;
      this.#bindings.delete(oldest);
    }
  }
}

/** Whether a suspended binding has waited long enough for its account. A clock set back does not prolong it. */
export function isSuspensionOver({ suspendedAt }: Binding, now: number): boolean {
  return suspendedAt !== undefined && Math.abs(now - suspendedAt) > longestSuspensionMs;
}
