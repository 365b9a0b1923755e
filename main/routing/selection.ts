import type { Candidate } from './model-index.ts';
import { type Room, unknownLeft } from './room.ts';
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
  /** The same as a fraction alone; undefined where nothing is known. */
  left(candidate: Candidate): number | undefined;
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

const hasPlace = -1;
const nothingLeft = 1e9;

/**
 * The candidates to ask, best first: those with quota and a free place, then by priority, then by strategy. `usable`
 * comes in a stable order, highest priority first. Only as many as are wanted are sorted, and the others are looked at
 * no closer than needed: there may be hundreds.
 */
export function inOrder(usable: readonly Candidate[], input: SelectionInput): Candidate[] {
  const best: Ranked[] = [];
  const start = input.strategy === 'round-robin' ? longestWaiting(usable, input.turns) : 0;
  for (let at = 0; at < usable.length; at += 1) {
    const candidate = usable[(start + at) % usable.length];
    if (!candidate) continue;
    const last = best.length >= input.count ? best.at(-1) : undefined;
    const first = firstOf(candidate, input);
    if (last && isBehind(candidate, first, last, input)) continue;
    const ranked = rank(candidate, first, input);
    if (last && compare(ranked, last) >= 0) continue;
    if (last) best.pop();
    insert(best, ranked);
  }
  return best.map(({ candidate }) => candidate);
}

/**
 * Where turns have come to: beginning with the best, nobody behind it has to be looked at closely. The first of equals
 * among the highest priority, so that the stable order holds.
 */
function longestWaiting(usable: readonly Candidate[], { last }: Turns): number {
  const priority = usable[0]?.account.priority;
  let [found, turn] = [0, Number.POSITIVE_INFINITY];
  for (const [index, { account, target }] of usable.entries()) {
    if (account.priority !== priority) break;
    const own = last.get(target.accountId) ?? 0;
    if (own < turn) [found, turn] = [index, own];
    if (own === 0) break;
  }
  return found;
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

/** Whether a candidate comes after another one whatever its load and quota are, so that nobody need ask for them. */
function isBehind({ account }: Candidate, first: number, other: Ranked, { strategy }: SelectionInput): boolean {
  if (other.full !== hasPlace) return false;
  const difference = other.candidate.account.priority - account.priority || first - other.first;
  return difference > 0 || (difference === 0 && strategy !== 'most-room');
}

function firstOf(candidate: Candidate, { strategy, turns, left }: SelectionInput): number {
  switch (strategy) {
    case 'round-robin':
      return turns.last.get(candidate.target.accountId) ?? 0;
    case 'weighted':
      return -candidate.weight - (turns.owed.get(candidate.target.accountId) ?? 0);
    case 'most-room':
      return -Math.round((left(candidate) ?? unknownLeft) * 100);
    case 'fill-first':
      return 0;
  }
}

function rank(candidate: Candidate, first: number, input: SelectionInput): Ranked {
  const { accountId } = candidate.target;
  const load = input.load(accountId);
  const room = input.room(candidate);
  const full = room.left <= 0 ? nothingLeft : load >= input.streamsPerAccount ? load : hasPlace;
  if (input.strategy !== 'most-room') return { candidate, full, first, second: 0, third: 0 };
  const third = load * 1e12 + (input.turns.last.get(accountId) ?? 0);
  return { candidate, full, first, second: room.resetsAt ?? Number.MAX_VALUE, third };
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
