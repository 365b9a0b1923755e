import type { Fault, QuotaWindow } from '../../main/providers/contract.ts';

const secondMs = 1000;
const hourMs = 3_600_000;

/** Chance that a test can repeat (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface AccountState {
  /** Requests in the running five hours. */
  allowance: number;
  used: number;
  windowEndsAt: number;
  /** What it says of its reset is as many times too long. */
  lies: number;
  burst: Map<string, { second: number; count: number }>;
}

/** Upstreams with five-hour allowances, limits on bursts, outages, and resets that are not as announced. */
export class UpstreamWorld {
  readonly #accounts = new Map<string, AccountState>();
  readonly #random: () => number;
  #outage = { model: '', endsAt: 0 };

  constructor(accountIds: readonly string[], now: number, seed: number) {
    this.#random = seededRandom(seed);
    for (const id of accountIds) {
      const [allowance, lies] = [60 + this.#random() * 140, this.#random() < 0.2 ? 30 : 1];
      const windowEndsAt = now + this.#random() * 5 * hourMs;
      this.#accounts.set(id, { allowance, used: 0, windowEndsAt, lies, burst: new Map() });
    }
  }

  /** Time passes: now and then a model is overloaded for a minute. */
  tick(now: number, models: readonly string[]): void {
    if (now < this.#outage.endsAt || this.#random() > 0.002) return;
    const model = models[Math.floor(this.#random() * models.length)] ?? '';
    this.#outage = { model, endsAt: now + 60 * secondMs };
  }

  /** What an account answers: nothing is wrong, or a fault. */
  call(accountId: string, model: string, now: number): Fault | undefined {
    const account = this.#accounts.get(accountId);
    if (!account) throw new Error(`There is no account ${accountId}`);
    if (this.#outage.model === model && now < this.#outage.endsAt)
      return { scope: 'model', kind: 'overload', status: 529, message: 'Overloaded' };
    if (now >= account.windowEndsAt) Object.assign(account, { used: 0, windowEndsAt: now + 5 * hourMs });
    if (account.used >= account.allowance) {
      const retryAfterMs = (account.windowEndsAt - now) * account.lies;
      return { scope: 'credential', kind: 'quota', status: 429, message: 'Usage limit', retryAfterMs };
    }
    if (isBurst(account, model, now)) return { scope: 'model', kind: 'quota', status: 429, message: 'Slow down' };
    account.used += 1;
    return undefined;
  }

  /** What the headers of an answer tell of the account's limit. */
  reading(accountId: string): QuotaWindow[] {
    const account = this.#accounts.get(accountId);
    if (!account) return [];
    const { used, allowance, windowEndsAt } = account;
    return [{ id: '5h', label: '5 hours', lengthMs: 5 * hourMs, used: used / allowance, resetsAt: windowEndsAt }];
  }
}

function isBurst({ burst }: AccountState, model: string, now: number): boolean {
  const second = Math.floor(now / secondMs);
  const seen = burst.get(model);
  const count = seen?.second === second ? seen.count + 1 : 1;
  burst.set(model, { second, count });
  return count > 3;
}
