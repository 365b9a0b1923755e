import type { QuotaWindow } from './contract.ts';

/** Two resets this close are one and the same, reported with different rounding. */
const sameResetMs = 5_000;

/**
 * What is known after a newer reading: windows that it lacks are kept, windows whose reset has passed are dropped.
 * `now` in milliseconds since the Unix epoch.
 */
export function mergeWindows(known: readonly QuotaWindow[], newer: readonly QuotaWindow[], now: number): QuotaWindow[] {
  const merged = new Map(known.map((window) => [window.id, window]));
  for (const window of newer) merged.set(window.id, mergeWindow(merged.get(window.id), window));
  return [...merged.values()].filter(({ resetsAt }) => resetsAt === undefined || resetsAt > now);
}

function mergeWindow(known: QuotaWindow | undefined, newer: QuotaWindow): QuotaWindow {
  if (known?.resetsAt === undefined) return newer;
  if (newer.resetsAt !== undefined && Math.abs(newer.resetsAt - known.resetsAt) > sameResetMs) return newer;
  return { ...known, ...newer, resetsAt: known.resetsAt };
}
