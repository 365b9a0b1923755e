import type { Account } from '../accounts/account.ts';
import type { QuotaWindow } from '../providers/contract.ts';

/** A window in which an account has used as much as its owner allows. */
export interface Reserve {
  window: QuotaWindow;
  /** Fraction, 0 to 1 and above. */
  used: number;
  /** Percent, 1 to 99. */
  stopAt: number;
  /** When requests may go to it again, in milliseconds since the Unix epoch. */
  until: number;
}

/** A reading without reset holds for this long: nothing is kept back without an end. */
const holdsMs = 3_600_000;

/** Percent of each window that may be used of an account; 100 keeps nothing back. */
export function stopAtOf({ stopAt }: Pick<Account, 'stopAt'>, rules: { stopAt: number }): number {
  return stopAt ?? rules.stopAt;
}

/**
 * The window in which `stopAt` percent are reached for models of a family, the one that resets last where there are
 * several; undefined where the account may be asked. Without a family only windows that limit all models count.
 */
export function reserveOf(
  windows: readonly QuotaWindow[],
  family: string | undefined,
  stopAt: number,
  now: number,
): Reserve | undefined {
  if (stopAt >= 100) return undefined;
  let found: Reserve | undefined;
  for (const window of windows) {
    if (window.family !== undefined && window.family !== family) continue;
    const until = window.resetsAt ?? (window.readAt ?? now) + holdsMs;
    const used = usedOf(window);
    if (used === undefined || used < stopAt / 100 || until <= now) continue;
    if (!found || until > found.until) found = { window, used, stopAt, until };
  }
  return found;
}

function usedOf({ used, state }: QuotaWindow): number | undefined {
  return state === 'rejected' ? Math.max(used ?? 1, 1) : used;
}

/** For people: "reserve reached: 92 % of Week used, stop-at is 90". */
export function reserveText({ window, used, stopAt }: Reserve): string {
  return `reserve reached: ${Math.floor(used * 100)} % of ${window.label} used, stop-at is ${stopAt}`;
}
