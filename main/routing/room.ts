import type { QuotaWindow } from '../providers/contract.ts';

/** How much an account may still serve of a model. */
export interface Room {
  /** Fraction of the tightest window that is left, 0 to 1; a half where nothing is known. */
  left: number;
  isKnown: boolean;
  /** When the tightest window resets, in milliseconds since the Unix epoch. */
  resetsAt?: number;
}

const unknownRoom: Room = { left: 0.5, isKnown: false };

/** What is left for models of a family, in the tightest of the windows that limit it. */
export function roomOf(windows: readonly QuotaWindow[], family: string, now: number): Room {
  let least: number | undefined;
  let tightest: QuotaWindow | undefined;
  for (const window of windows) {
    if (window.family !== undefined && window.family !== family) continue;
    const left = leftIn(window, now);
    if (left === undefined || (least !== undefined && left >= least)) continue;
    least = left;
    tightest = window;
  }
  if (least === undefined) return unknownRoom;
  const resetsAt = tightest?.resetsAt;
  return resetsAt === undefined ? { left: least, isKnown: true } : { left: least, isKnown: true, resetsAt };
}

/** A reading that is older than its reset says nothing any more: the window is whole again. */
function leftIn({ used, state, resetsAt }: QuotaWindow, now: number): number | undefined {
  if (resetsAt !== undefined && resetsAt <= now) return used === undefined && state === undefined ? undefined : 1;
  if (state === 'rejected') return 0;
  return used === undefined ? undefined : Math.min(1, Math.max(0, 1 - used));
}
