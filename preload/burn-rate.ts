import type { QuotaWindow } from '../main/providers/contract.ts';

/** How fast a quota window is used up, compared with how fast its time passes. */
export interface BurnRate {
  /** Fraction of the window's time that has passed, 0 to 1. */
  elapsed: number;
  /** Used quota by elapsed time: above 1 it does not last until the reset, if it goes on like this. */
  rate: number;
  /** When nothing is left, if it goes on like this and that is before the reset. Milliseconds since the Unix epoch. */
  emptyAt?: number;
}

/** Before this fraction of its time a window's rate says nothing. */
const leastElapsed = 0.01;

/**
 * Undefined where the provider does not report what is used, when the window ends or how long it is, and when it has
 * just begun or is over. `now` in milliseconds since the Unix epoch.
 */
export function burnRateOf({ used, resetsAt, lengthMs }: QuotaWindow, now: number): BurnRate | undefined {
  if (used === undefined || resetsAt === undefined || !lengthMs || resetsAt <= now) return undefined;
  const elapsed = Math.min(1, 1 - (resetsAt - now) / lengthMs);
  if (elapsed < leastElapsed) return undefined;
  const rate = used / elapsed;
  if (rate <= 1) return { elapsed, rate };
  const begin = resetsAt - lengthMs;
  return { elapsed, rate, emptyAt: Math.max(now, Math.round(begin + lengthMs / rate)) };
}
