import type { AccountView, CooldownView } from '../../preload/contract.ts';
import { clockText, type Locale, percentText, tightestWindow } from '../../preload/readings.ts';

/** How an account stands, in words for a terminal: "ready; cooling for gpt-5 until 14:05 (too many requests)". */
export function standingText(account: AccountView, now: number, locale: Locale = {}): string {
  const { status, reason, reserve, cooldowns } = account;
  const until = (at: number) => clockText(at, now, locale);
  const whole = cooldowns.filter(({ only }) => only === undefined);
  const partly = cooldowns.filter(({ only }) => only !== undefined);
  const [longest] = [...whole].sort((a, b) => b.until - a.until);
  const parts = [statusWords[status] + (reason ? `: ${reason}` : '')];
  if (longest) parts.push(`back at ${until(longest.until)} (${longest.reason})`);
  if (reserve) parts.push(reserveText(reserve, until));
  return [...parts, ...partly.map((one) => partlyText(one, until))].join('; ');
}

/** What is left of the window that has the least: `62 % (5 hours)`; undefined where nothing is reported. */
export function leftText({ windows }: AccountView, now: number): string | undefined {
  const tightest = tightestWindow(windows, now);
  return tightest && `${percentText(tightest.left)} (${tightest.window.label})`;
}

const statusWords: Record<AccountView['status'], string> = {
  ready: 'ready',
  serving: 'serving',
  cooling: 'cooling',
  reserve: 'reserve reached',
  paused: 'paused',
  'needs-sign-in': 'needs sign-in',
};

function partlyText({ only, reason, until }: CooldownView, clock: (at: number) => string): string {
  return `cooling for ${only} until ${clock(until)} (${reason})`;
}

function reserveText(reserve: NonNullable<AccountView['reserve']>, clock: (at: number) => string): string {
  const { only, label, used, stopAt, until } = reserve;
  const what = `${Math.floor(used * 100)} % of ${label} used, stops at ${stopAt} %`;
  return `${only === undefined ? '' : `reserve reached for ${only}: `}${what}, back at ${clock(until)}`;
}
