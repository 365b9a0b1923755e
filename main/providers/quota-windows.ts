import type { QuotaWindow } from './contract.ts';

/** Two resets this close are one and the same, reported with different rounding. */
const sameResetMs = 5_000;

/**
 * What is known after a newer reading: windows that it lacks are kept, windows whose reset has passed are dropped.
 * `now` in milliseconds since the Unix epoch.
 */
export function mergeWindows(known: readonly QuotaWindow[], newer: readonly QuotaWindow[], now: number): QuotaWindow[] {
  const merged = [...known];
  for (const window of newer) {
    const at = merged.findIndex((one) => isSame(one, window));
    const before = merged[at];
    if (before) merged[at] = mergeWindow(before, window);
    else merged.push(window);
  }
  return merged.filter(({ resetsAt }) => resetsAt === undefined || resetsAt > now);
}

/** One limit may have a name in headers and another one at a usage endpoint: a family has one of a length. */
function isSame(one: QuotaWindow, other: QuotaWindow): boolean {
  if (one.id === other.id) return true;
  return one.family !== undefined && one.family === other.family && one.lengthMs === other.lengthMs;
}

/** It keeps the name by which it was known first. */
function mergeWindow(known: QuotaWindow, newer: QuotaWindow): QuotaWindow {
  const { id, resetsAt } = known;
  const isOther = newer.resetsAt !== undefined && Math.abs(newer.resetsAt - (resetsAt ?? 0)) > sameResetMs;
  if (resetsAt === undefined || isOther) return { ...newer, id };
  const { state, ...rest } = known;
  // A reading without state that shows room again takes the refusal back.
  const isRefuted = state === 'rejected' && newer.used !== undefined && newer.used < 1;
  return { ...rest, ...(state === undefined || isRefuted ? {} : { state }), ...newer, id, resetsAt };
}
