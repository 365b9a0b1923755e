import type { AccountView, AppState } from '../../preload/contract.ts';
import { clockText, type Locale, leftOf, percentText } from '../../preload/readings.ts';
import type { QuotaWindow } from '../providers/contract.ts';
import type { AccountNotice } from './sign-out-notices.ts';

/** Less than this fraction of a window is little. */
const little = 0.1;

type AccountsView = Pick<AppState, 'accounts'>;

interface LowWindow {
  key: string;
  account: AccountView;
  window: QuotaWindow;
  left: number;
}

/**
 * Turns states into notices: one for each quota window that falls below a tenth, and no other until more is left of it
 * again. Windows that were low when `first` was taken are not told of. `now` in milliseconds since the Unix epoch.
 */
export function quotaNotices(
  first: AccountsView,
  now: () => number,
  notify: (notice: AccountNotice) => void,
  locale: Locale = {},
): (state: AccountsView) => void {
  let told = new Set(lowWindows(first, now()).map(({ key }) => key));
  return (state) => {
    const low = lowWindows(state, now());
    const fresh = low.filter(({ key }) => !told.has(key));
    const seen = new Set(state.accounts.flatMap((account) => account.windows.map((window) => keyOf(account, window))));
    // An account that is gone for a moment, or reports nothing, has not recovered.
    told = new Set([...low.map(({ key }) => key), ...[...told].filter((key) => !seen.has(key))]);
    for (const one of fresh) notify(noticeOf(one, now(), locale));
  };
}

/** Of accounts that their owner uses. */
function lowWindows({ accounts }: AccountsView, now: number): LowWindow[] {
  const used = accounts.filter(({ status }) => status !== 'paused');
  return used.flatMap((account) =>
    account.windows.flatMap((window) => {
      const left = leftOf(window, now);
      return left === undefined || left >= little ? [] : [{ key: keyOf(account, window), account, window, left }];
    }),
  );
}

function keyOf({ id }: AccountView, window: QuotaWindow): string {
  return `${id} ${window.id}`;
}

function noticeOf({ account, window, left }: LowWindow, now: number, locale: Locale): AccountNotice {
  const reset = window.resetsAt === undefined ? '' : ` It resets ${clockText(window.resetsAt, now, locale)}.`;
  return {
    accountId: account.id,
    title: `${account.label} is running low`,
    body: `${account.providerLabel}, ${window.label}: ${percentText(left)} left.${reset}`,
  };
}
