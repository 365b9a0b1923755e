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
interface Ranked {
  candidate: Candidate;
  /** Running requests where they are too many; beyond all where nothing is left. Nobody is refused for either. */
  full: number;
  first: number;
  second: number;
  third: number;
}

const nothingLeft = 1e9;

/**
 * The candidates to ask, best first: those with quota and a free place, then by priority, then by strategy. `usable` comes in a
 * stable order, highest priority first. Only as many as are wanted are sorted.
 */
export function inOrder(usable: readonly Candidate[], input: SelectionInput): Candidate[] {
  const best: Ranked[] = [];
  for (const candidate of usable) {
    const ranked = rank(candidate, input);
    const last = best.length >= input.count ? best.at(-1) : undefined;
    if (last && compare(ranked, last) >= 0) continue;
    if (last) best.pop();
    insert(best, ranked);
  }
  return best.map(({ candidate }) => candidate);
}

/** Behind those that are as good: what comes first in the stable order stays first. */
function insert(best: Ranked[], ranked: Ranked): void {
  let at = best.length;
  for (let before = best[at - 1]; before && compare(ranked, before) < 0; before = best[at - 1]) {
    best[at] = before;
    at -= 1;
  }
  best[at] = ranked;
}

function rank(candidate: Candidate, input: SelectionInput): Ranked {
  const { accountId } = candidate.target;
  const load = input.load(accountId);
  const room = input.room(candidate);
  const full = room.left <= 0 ? nothingLeft : load >= input.streamsPerAccount ? load : -1;
  switch (input.strategy) {
    case 'round-robin':
      return { candidate, full, first: input.turns.last.get(accountId) ?? 0, second: 0, third: 0 };
    case 'weighted': {
      const earned = candidate.weight + (input.turns.owed.get(accountId) ?? 0);
      return { candidate, full, first: -earned, second: 0, third: 0 };
    }
    case 'most-room': {
      const { left, resetsAt = Number.MAX_VALUE } = room;
      const third = load * 1e12 + (input.turns.last.get(accountId) ?? 0);
      return { candidate, full, first: -Math.round(left * 100), second: resetsAt, third };
    }
    case 'fill-first':
      return { candidate, full, first: 0, second: 0, third: 0 };
  }
}

function compare(a: Ranked, b: Ranked): number {
  return (
    a.full - b.full ||
    b.candidate.account.priority - a.candidate.account.priority ||
    a.first - b.first ||
    a.second - b.second ||
    a.third - b.third
  );
}
