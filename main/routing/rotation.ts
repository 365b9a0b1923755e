import type { Candidate } from './model-index.ts';
import type { Strategy } from './rules.ts';

/** Who was chosen when, among the accounts that serve one model. */
export interface Turns {
  /** The turn at which an account was last chosen; absent when it never was. */
  last: ReadonlyMap<string, number>;
  /** What accounts are owed by the strategy `weighted`. */
  owed: ReadonlyMap<string, number>;
}

/** A choice for a new conversation, to be counted. */
export interface Choice {
  pool: string;
  strategy: Strategy;
  chosen: Candidate;
  /** All that could have been chosen. */
  among: readonly Candidate[];
}

const noTurns: Turns = { last: new Map(), owed: new Map() };

/** Names of models come from clients; the pool that was used least recently goes. */
const mostPools = 500;

/** Counts turns, by model. */
export class Rotation {
  readonly #pools = new Map<string, Pool>();
  #turn = 0;

  of(pool: string): Turns {
    return this.#pools.get(pool) ?? noTurns;
  }

  count({ pool, strategy, chosen, among }: Choice): void {
    this.#turn += 1;
    const turns = this.#pools.get(pool) ?? this.#added(pool);
    turns.usedAt = this.#turn;
    turns.last.set(chosen.target.accountId, this.#turn);
    if (strategy === 'weighted') settle(turns, chosen, among);
  }

  #added(pool: string): Pool {
    if (this.#pools.size >= mostPools) this.#pools.delete(this.#oldest());
    const made: Pool = { last: new Map(), owed: new Map(), weights: new Map(), usedAt: 0 };
    this.#pools.set(pool, made);
    return made;
  }

  #oldest(): string {
    let [oldest, since] = ['', Number.POSITIVE_INFINITY];
    for (const [pool, { usedAt }] of this.#pools) if (usedAt < since) [oldest, since] = [pool, usedAt];
    return oldest;
  }
}

interface Pool {
  last: Map<string, number>;
  owed: Map<string, number>;
  weights: Map<string, number>;
  /** The turn at which it was last used. */
  usedAt: number;
}

/**
 * Smooth weighted turns, as nginx takes them: everybody earns their weight, and who is chosen pays for all. New weights
 * start from nothing.
 */
function settle(
  { owed, weights }: { owed: Map<string, number>; weights: Map<string, number> },
  chosen: Candidate,
  among: readonly Candidate[],
): void {
  if (among.some(({ target, weight }) => (weights.get(target.accountId) ?? weight) !== weight)) owed.clear();
  let sum = 0;
  for (const { target, weight } of among) {
    sum += weight;
    weights.set(target.accountId, weight);
    owed.set(target.accountId, (owed.get(target.accountId) ?? 0) + weight);
  }
  const { accountId } = chosen.target;
  owed.set(accountId, (owed.get(accountId) ?? 0) - sum);
}
