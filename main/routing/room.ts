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

/** A window of one family of models has its name behind the length: `7d_opus`. */
export function isFamilyWindow({ id }: QuotaWindow): boolean {
  return familyIn(id) !== undefined;
}

/** What is left for models of a family. A window of a family with a name of the upstream's own concerns no known one. */
export function roomOf(windows: readonly QuotaWindow[], family: string, now: number): Room {
  let tightest = unknownRoom;
  for (const window of windows) {
    const left = leftIn(window, now);
    if (left === undefined || (familyIn(window.id) ?? family) !== family) continue;
    if (tightest.isKnown && left >= tightest.left) continue;
    const { resetsAt } = window;
    tightest = { left, isKnown: true, ...(resetsAt === undefined ? {} : { resetsAt }) };
  }
  return tightest;
}

/** A reading that is older than its reset says nothing any more: the window is whole again. */
function leftIn({ used, state, resetsAt }: QuotaWindow, now: number): number | undefined {
  if (resetsAt !== undefined && resetsAt <= now) return used === undefined && state === undefined ? undefined : 1;
  if (state === 'rejected') return 0;
  return used === undefined ? undefined : Math.min(1, Math.max(0, 1 - used));
}

function familyIn(id: string): string | undefined {
  if (id.length < 4) return undefined;
  return /^\d+[hd][_-](.+)$/.exec(id)?.[1];
}
