import type { QuotaWindow } from '../main/providers/contract.ts';
import type { AccountView } from './contract.ts';

/** How quotas and times are read, the same in tray and window: quotas always count what is left. */

/**
 * Fraction of the window that is left, 0 to 1. Undefined when the provider reports none, and once the window has been
 * reset since the report: what was true before says nothing now. `now` in milliseconds since the Unix epoch.
 */
export function leftOf(window: QuotaWindow, now: number): number | undefined {
  if (window.used === undefined || (window.resetsAt !== undefined && window.resetsAt <= now)) return undefined;
  return Math.min(1, Math.max(0, 1 - window.used));
}

/** `62 %`. Rounds down, so that 0 % is shown only when nothing is left to speak of, and 100 % only when all is. */
export function percentText(fraction: number): string {
  return `${Math.floor(fraction * 100 + 1e-9)} %`;
}

/** A window with a known reading. */
export interface Reading {
  window: QuotaWindow;
  /** Fraction, 0 to 1. */
  left: number;
}

/** The window with the least left; windows without a report are not considered. */
export function tightestWindow(windows: readonly QuotaWindow[], now: number): Reading | undefined {
  return windows
    .flatMap((window) => {
      const left = leftOf(window, now);
      return left === undefined ? [] : [{ window, left }];
    })
    .sort((a, b) => a.left - b.left)[0];
}

/** The account whose tightest window has the least left, among those that may serve. */
export function tightestAccount(
  accounts: readonly AccountView[],
  now: number,
): (Reading & { account: AccountView }) | undefined {
  return accounts
    .filter((account) => account.status !== 'paused' && account.status !== 'needs-sign-in')
    .flatMap((account) => {
      const reading = tightestWindow(account.windows, now);
      return reading ? [{ account, ...reading }] : [];
    })
    .sort((a, b) => a.left - b.left)[0];
}

/** Language and time zone; the system's own when absent. */
export interface Locale {
  language?: string;
  timeZone?: string;
}

const dayMs = 24 * 60 * 60_000;

/** Clock time of a moment, milliseconds since the Unix epoch: `14:05`, with the day when it is more than 12 hours off. */
export function clockText(at: number, now: number, locale: Locale = {}): string {
  const far = Math.abs(at - now) > dayMs / 2;
  const options: Intl.DateTimeFormatOptions = {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(far ? { weekday: 'short' } : {}),
    ...(Math.abs(at - now) > 6 * dayMs ? { day: 'numeric', month: 'short' } : {}),
    ...(locale.timeZone ? { timeZone: locale.timeZone } : {}),
  };
  return new Intl.DateTimeFormat(locale.language ?? 'en-GB', options).format(at);
}

/** A duration in milliseconds, two units at most: `2 d 3 h`, `2 h 10 m`, `4 m`, `under 1 m`. */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'under 1 m';
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts =
    days > 0
      ? [`${days} d`, hours > 0 ? `${hours} h` : '']
      : hours > 0
        ? [`${hours} h`, rest > 0 ? `${rest} m` : '']
        : [`${rest} m`];
  return parts.filter(Boolean).join(' ');
}
