import type { QuotaWindow } from './contract.ts';

const hourMs = 3_600_000;

/** A window by its length, `5h` or `7d`, with a name for people; of all models or of those of a family. */
export function windowOfLength(lengthMs: number, family?: string): QuotaWindow & { lengthMs: number } {
  const hours = Math.round(lengthMs / hourMs);
  const isDays = hours % 24 === 0;
  const id = isDays ? `${hours / 24}d` : `${hours}h`;
  const label = hours === 168 ? 'Week' : hours === 24 ? 'Day' : isDays ? `${hours / 24} days` : `${hours} hours`;
  if (family === undefined) return { id, label, lengthMs };
  return { id: `${id}_${family}`, label: `${label} (${family})`, lengthMs, family };
}

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

/** A limit may have one name in headers and another one at a usage endpoint: there is one of a length for the same models. */
function isSame(one: QuotaWindow, other: QuotaWindow): boolean {
  if (one.id === other.id) return true;
  return one.lengthMs !== undefined && one.lengthMs === other.lengthMs && one.family === other.family;
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
