import type { QuotaWindow } from '../providers/contract.ts';

/** How much an account may still serve of a model. */
export interface Room {
  /** Fraction of the tightest window that is left, 0 to 1; a half where nothing is known. */
  left: number;
  isKnown: boolean;
  /** When the tightest window resets, in milliseconds since the Unix epoch. */
  resetsAt?: number;
}

/** What counts where nothing is known. */
export const unknownLeft = 0.5;

const unknownRoom: Room = { left: unknownLeft, isKnown: false };

/** What is left for models of a family, in the tightest of the windows that limit it. */
export function roomOf(windows: readonly QuotaWindow[], family: string, now: number): Room {
  const tightest = tightestOf(windows, family, now);
  const left = tightest && leftIn(tightest, now);
  if (left === undefined) return unknownRoom;
  const resetsAt = tightest?.resetsAt;
  return resetsAt === undefined ? { left, isKnown: true } : { left, isKnown: true, resetsAt };
}

/** The fraction alone; undefined where nothing is known. Hundreds of accounts are compared by it for one request. */
export function leftOf(windows: readonly QuotaWindow[], family: string, now: number): number | undefined {
  const tightest = tightestOf(windows, family, now);
  return tightest && leftIn(tightest, now);
}

function tightestOf(windows: readonly QuotaWindow[], family: string, now: number): QuotaWindow | undefined {
  let least = Number.POSITIVE_INFINITY;
  let tightest: QuotaWindow | undefined;
  for (const window of windows) {
    if (window.family !== undefined && window.family !== family) continue;
    const left = leftIn(window, now);
    if (left === undefined || left >= least) continue;
    least = left;
    tightest = window;
  }
  return tightest;
}

/** A reading that is older than its reset says nothing any more: the window is whole again. */
function leftIn({ used, state, resetsAt }: QuotaWindow, now: number): number | undefined {
  if (resetsAt !== undefined && resetsAt <= now) return used === undefined && state === undefined ? undefined : 1;
  if (state === 'rejected') return 0;
  if (used === undefined) return undefined;
  return used <= 0 ? 1 : used >= 1 ? 0 : 1 - used;
}
