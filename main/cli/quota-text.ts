import { burnRateOf } from '../../preload/burn-rate.ts';
import type { AccountView } from '../../preload/contract.ts';
import { clockText, durationText, type Locale, leftOf, percentText } from '../../preload/readings.ts';
import { textTable } from './text-table.ts';

type Reported = Pick<AccountView, 'providerLabel' | 'label' | 'windows'>;

/**
 * A line for each quota window of which something is known: what is left of it and of its time, and how fast it is used
 * up. None where nothing is known. `now` in milliseconds since the Unix epoch.
 */
export function quotaLines(
  accounts: readonly Reported[],
  now: number,
  width: number | undefined,
  locale: Locale = {},
): string[] {
  const rows = accounts.flatMap(({ providerLabel, label, windows }) =>
    windows.flatMap((window) => {
      const left = leftOf(window, now);
      if (left === undefined) return [];
      const timeLeft = window.resetsAt === undefined ? '-' : durationText(window.resetsAt - now);
      return [[providerLabel, label, window.label, percentText(left), timeLeft, burnText(window, now, locale)]];
    }),
  );
  if (rows.length === 0) return [];
  return textTable([['Provider', 'Account', 'Quota', 'Left', 'Resets in', 'Burn rate'], ...rows], { width });
}

/** `1.4; empty at 14:05`: used quota by elapsed time, and when nothing is left if it goes on like this. */
function burnText(window: AccountView['windows'][number], now: number, locale: Locale): string {
  const burn = burnRateOf(window, now);
  if (!burn) return '-';
  const end = burn.emptyAt === undefined ? '' : `; empty at ${clockText(burn.emptyAt, now, locale)}`;
  return `${burn.rate.toFixed(1)}${end}`;
}
