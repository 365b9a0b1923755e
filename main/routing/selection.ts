import type { Candidate } from './model-index.ts';
import type { Room } from './room.ts';
import type { Turns } from './rotation.ts';
import type { Strategy } from './rules.ts';

export interface SelectionInput {
  strategy: Strategy;
  turns: Turns;
  /** Requests that an account serves now. */
  load(accountId: string): number;
  /** From this many on, others are preferred. */
  streamsPerAccount: number;
  room(candidate: Candidate): Room;
  /** How many to choose at most. */
  count: number;
}

/** What decides between two candidates, from first to last; less is better. */
interface Ranks {
  busy: Float64Array;
  first: Float64Array;
  second: Float64Array;
  third: Float64Array;
}

/**
 * The candidates to ask, best first: those with a free place, then by priority, then by strategy. `usable` comes in a
 * stable order, highest priority first. Only as many as are wanted are sorted out.
 */
export function inOrder(usable: readonly Candidate[], input: SelectionInput): Candidate[] {
  const ranks = rankAll(usable, input);
  const chosen: Candidate[] = [];
  const isTaken = new Uint8Array(usable.length);
  const count = Math.min(input.count, usable.length);
  while (chosen.length < count) {
    const best = bestOf(usable, ranks, isTaken);
    const candidate = usable[best];
    if (!candidate) break;
    isTaken[best] = 1;
    chosen.push(candidate);
  }
  return chosen;
}

function rankAll(usable: readonly Candidate[], input: SelectionInput): Ranks {
  const size = usable.length;
  const ranks: Ranks = {
    busy: new Float64Array(size),
    first: new Float64Array(size),
    second: new Float64Array(size),
    third: new Float64Array(size),
  };
  for (let i = 0; i < size; i += 1) {
    const candidate = usable[i];
    if (candidate) rank(ranks, i, candidate, input);
  }
  return ranks;
}

function rank(ranks: Ranks, at: number, candidate: Candidate, input: SelectionInput): void {
  const { accountId } = candidate.target;
  const load = input.load(accountId);
  // Beyond the limit the least loaded one is best: a request is never refused for it.
  ranks.busy[at] = load >= input.streamsPerAccount ? load : -1;
  switch (input.strategy) {
    case 'round-robin':
      ranks.first[at] = input.turns.last.get(accountId) ?? 0;
      return;
    case 'weighted':
      ranks.first[at] = -(candidate.weight + (input.turns.owed.get(accountId) ?? 0));
      return;
    case 'most-room': {
      const room = input.room(candidate);
      ranks.first[at] = -Math.round(room.left * 100);
      ranks.second[at] = room.resetsAt ?? Number.MAX_VALUE;
      ranks.third[at] = load * 1e12 + (input.turns.last.get(accountId) ?? 0);
      return;
    }
    case 'fill-first':
      return;
  }
}

/** Index of the best one that is not taken; -1 without. */
function bestOf(usable: readonly Candidate[], ranks: Ranks, isTaken: Uint8Array): number {
  let best = -1;
  for (let i = 0; i < usable.length; i += 1) {
    if (!isTaken[i] && (best < 0 || compare(usable, ranks, i, best) < 0)) best = i;
  }
  return best;
}

function compare(usable: readonly Candidate[], { busy, first, second, third }: Ranks, a: number, b: number): number {
  return (
    at(busy, a) - at(busy, b) ||
    (usable[b]?.account.priority ?? 0) - (usable[a]?.account.priority ?? 0) ||
    at(first, a) - at(first, b) ||
    at(second, a) - at(second, b) ||
    at(third, a) - at(third, b)
  );
}

function at(ranks: Float64Array, index: number): number {
  return ranks[index] ?? 0;
}
