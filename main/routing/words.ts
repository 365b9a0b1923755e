import { causeText } from './breakers/block.ts';
import type { Candidate } from './model-index.ts';
import { type LeftOut, type Outlook, type OutlookInput, roomFor, type Verdict } from './outlook.ts';
import type { Step } from './steps.ts';

export interface AttemptWords {
  candidate: Candidate;
  /** Its place among the attempts for the same model. */
  index: number;
  look: { step: Extract<Step, { kind: 'model' }>; outlook: Outlook };
  verdict: Verdict;
  /** The conversation's own account, where it is asked first. */
  kept: Candidate | undefined;
  request: { model: string; sessionSource?: string | undefined };
  input: OutlookInput;
}

/** Why an account is asked at its place, in words of a closed list. */
export function attemptReason(words: AttemptWords): string {
  const { look, request } = words;
  const parts = [placeReason(words), probeReason(words)];
  if (look.step.why === 'chain') parts.unshift(`in the chain of ${request.model}`);
  if (look.step.why === 'preview') parts.unshift(`the preview of ${request.model}`);
  return parts.filter((part) => part !== '').join('; ');
}

function placeReason({ candidate, index, look, verdict, kept, request, input }: AttemptWords): string {
  if (candidate === kept) return `has served this ${request.sessionSource ?? 'conversation'} so far`;
  const only = look.outlook.usable.length === 1;
  if (only && look.outlook.leftOut.length === 0) return 'the only account that serves this model';
  if (only) return 'the only account that is available';
  if (index > 0) return 'next in order after a failure';
  const chosen = choiceReason(candidate, input);
  if (verdict === 'suspended') return `stands in for this conversation's account; ${chosen}`;
  return verdict === 'busy' ? `this conversation's account is busy; ${chosen}` : chosen;
}

function choiceReason(candidate: Candidate, input: OutlookInput): string {
  const { priority } = candidate.account;
  const prefix = priority === 0 ? '' : `highest priority (${priority}), `;
  switch (input.rules.strategy) {
    case 'round-robin':
      return `${prefix}next in turn`;
    case 'fill-first':
      return `${prefix}first in order`;
    case 'weighted':
      return `${prefix}next by weight (${candidate.weight})`;
    case 'most-room': {
      const { left, isKnown } = roomFor(candidate, input);
      return `${prefix}${isKnown ? `most room (${Math.round(left * 100)} % left)` : 'room not known, taken as half'}`;
    }
  }
}

function probeReason({ candidate, look }: AttemptWords): string {
  const cause = look.outlook.probing.get(candidate);
  return cause === undefined ? '' : `tried again after: ${causeText(cause)}`;
}

/** Why an account is not asked, with the time until it is expected to serve: "usage limit reached, for 2 h 5 min". */
export function leftOutText({ reason, until }: Pick<LeftOut, 'reason' | 'until'>, now: number): string {
  return until === undefined || until <= now ? reason : `${reason}, for ${durationText(until - now)}`;
}

/** A time span for people, rounded up: "45 s", "12 min", "2 h 5 min", "3 d 4 h". */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(hours, 'h', minutes % 60, 'min');
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}
