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
  /** In the stable order, which decides between equals. */
  place: number;
}

const hasPlace = -1;
const nothingLeft = 1e9;

/**
 * The candidates to ask, best first: those with quota and a free place, then by priority, then by strategy. `usable`
 * comes in a stable order, highest priority first. Only as many as are wanted are sorted, and the others are looked at
 * no closer than needed: there may be hundreds.
 */
export function inOrder(usable: readonly Candidate[], input: SelectionInput): Candidate[] {
  const firsts = usable.map((candidate) => firstOf(candidate, input));
  // Beginning with the best, hardly anybody behind it has to be looked at closely.
  const start = bestAt(usable, firsts);
  const best: Ranked[] = [];
  for (let step = 0; step < usable.length; step += 1) {
    const place = (start + step) % usable.length;
    const candidate = usable[place];
    const first = firsts[place];
    if (!candidate || first === undefined) continue;
    const last = best.length >= input.count ? best.at(-1) : undefined;
    if (last && isBehind(candidate, place, first, last, input)) continue;
    const ranked = rank(candidate, place, first, input);
    if (last && compare(ranked, last) >= 0) continue;
    if (last) best.pop();
    insert(best, ranked);
  }
  return best.map(({ candidate }) => candidate);
}

/** The best of the highest priority, as far as the strategy's first figure tells. */
function bestAt(usable: readonly Candidate[], firsts: readonly number[]): number {
  const priority = usable[0]?.account.priority;
  let found = 0;
  for (let at = 1; usable[at]?.account.priority === priority && at < usable.length; at += 1)
    if ((firsts[at] ?? 0) < (firsts[found] ?? 0)) found = at;
  return found;
}

function insert(best: Ranked[], ranked: Ranked): void {
  let at = best.length;
  for (let before = best[at - 1]; before && compare(ranked, before) < 0; before = best[at - 1]) {
    best[at] = before;
    at -= 1;
  }
  best[at] = ranked;
}

/** Whether a candidate comes after another one whatever its load and quota are, so that nobody need ask for them. */
function isBehind(
  { account }: Candidate,
  place: number,
  first: number,
  other: Ranked,
  { strategy }: SelectionInput,
): boolean {
  if (other.full !== hasPlace) return false;
  const difference = other.candidate.account.priority - account.priority || first - other.first;
  return difference > 0 || (difference === 0 && strategy !== 'most-room' && place > other.place);
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

function rank(candidate: Candidate, place: number, first: number, input: SelectionInput): Ranked {
  const { accountId } = candidate.target;
  const load = input.load(accountId);
  const room = input.room(candidate);
  const full = room.left <= 0 ? nothingLeft : load >= input.streamsPerAccount ? load : hasPlace;
  if (input.strategy !== 'most-room') return { candidate, full, first, second: 0, third: 0, place };
  const third = load * 1e12 + (input.turns.last.get(accountId) ?? 0);
  return { candidate, full, first, second: room.resetsAt ?? Number.MAX_VALUE, third, place };
}

function compare(a: Ranked, b: Ranked): number {
  return (
    a.full - b.full ||
    b.candidate.account.priority - a.candidate.account.priority ||
    a.first - b.first ||
    a.second - b.second ||
    a.third - b.third ||
    a.place - b.place
  );
}
