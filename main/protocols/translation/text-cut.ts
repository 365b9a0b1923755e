import type { AnswerNotes } from '../translator.ts';

/** Ends an answer where the upstream would not: at a stop sequence, or after so many tokens. */
export interface TextCut {
  /** What may be shown of the text now. `isOver`: nothing after it may be; with the sequence that ended it, if one did. */
  push(part: number, text: string): { text: string; isOver: boolean; stopSequence?: string };
  /** What was held back of a part, because it could have been the beginning of a stop sequence. */
  release(part: number): string;
}

/** Characters of English or code to a token, roughly; the limit is an estimate and says so in docs/translation.md. */
const charactersPerToken = 4;

/** Undefined where nothing has to be cut. */
export function createTextCut({ stop = [], maxOutputTokens }: AnswerNotes): TextCut | undefined {
  const sequences = stop.filter((sequence) => sequence !== '');
  if (sequences.length === 0 && maxOutputTokens === undefined) return undefined;
  const limit = maxOutputTokens === undefined ? Number.POSITIVE_INFINITY : maxOutputTokens * charactersPerToken;
  const held = new Map<number, string>();
  let shown = 0;
  return {
    push(part, text) {
      const pending = (held.get(part) ?? '') + text;
      held.delete(part);
      const found = earliest(pending, sequences);
      const kept = found ? 0 : longestBeginning(pending, sequences);
      const ready = pending.slice(0, found?.at ?? pending.length - kept);
      if (shown + ready.length > limit) return { text: ready.slice(0, limit - shown), isOver: true };
      shown += ready.length;
      if (found) return { text: ready, isOver: true, stopSequence: found.sequence };
      if (kept > 0) held.set(part, pending.slice(-kept));
      return { text: ready, isOver: false };
    },
    release(part) {
      const rest = held.get(part) ?? '';
      held.delete(part);
      return rest;
    },
  };
}

/** The sequence that is whole first, as a server that looks after each token sees it; of two that end there, the longer. */
function earliest(text: string, sequences: readonly string[]): { at: number; sequence: string } | undefined {
  return sequences
    .map((sequence) => ({ at: text.indexOf(sequence), sequence }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at + a.sequence.length - (b.at + b.sequence.length) || a.at - b.at)[0];
}

/** Length of the longest end of the text that begins a sequence. */
function longestBeginning(text: string, sequences: readonly string[]): number {
  const most = Math.min(text.length, Math.max(0, ...sequences.map(({ length }) => length - 1)));
  for (let length = most; length > 0; length--) {
    const end = text.slice(-length);
    if (sequences.some((sequence) => sequence.startsWith(end))) return length;
  }
  return 0;
}
