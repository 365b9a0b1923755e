import type { QuotaWindow } from '../../main/providers/contract.ts';
import type { AccountView, CooldownView, ProviderView, SignInView } from '../../preload/contract.ts';
import { clockText, durationText, type Locale, leftOf, percentText } from '../../preload/readings.ts';
import { text } from '../text/en.ts';

/** Whether a cooling account may be tried by the next request. */
export function isProbing({ status, cooldowns }: Pick<AccountView, 'status' | 'cooldowns'>, now: number): boolean {
  const whole = cooldowns.filter(({ only }) => only === undefined);
  return status === 'cooling' && whole.length > 0 && whole.every(({ nextProbeAt }) => nextProbeAt <= now);
}

/** The word that tells an account's state. */
export function stateWord({ status, serving }: Pick<AccountView, 'status' | 'serving'>): string {
  return status === 'serving' ? text.circuits.state.serving(serving) : text.circuits.state[status];
}

/** What holds an account back, wholly or for some models, until when, and why; undefined when nothing does. */
export function holdText(
  { status, cooldowns, reserve }: Pick<AccountView, 'status' | 'cooldowns' | 'reserve'>,
  now: number,
  locale: Locale = {},
): string | undefined {
  const at = (time: number) => clockText(time, now, locale);
  const [widest, ...others] = cooldowns;
  if (reserve && (status === 'reserve' || !widest)) {
    const words = text.circuits.reserve(percentText(reserve.used), reserve.label, reserve.stopAt, at(reserve.until));
    return reserve.only === undefined ? words : text.circuits.reserveFor(reserve.only, words);
  }
  if (!widest) return undefined;
  const { only, until, reason } = widest;
  if (isProbing({ status, cooldowns }, now)) return text.circuits.probingUntil(at(until), reason);
  const left = durationText(Math.max(0, until - now));
  if (only === undefined) return text.circuits.coolingUntil(at(until), left, reason);
  return text.circuits.coolingFor(only, at(until), reason, others.length);
}

/** Why a breaker tripped, line by line: what cools down, until when, when it is tried, and the upstream's words. */
export function cooldownLines(
  { only, reason, until, nextProbeAt, said }: CooldownView,
  now: number,
  locale: Locale = {},
): { heading: string; times: string; said: string } {
  const words = text.circuits.why;
  const at = (time: number) => clockText(time, now, locale);
  const probe = nextProbeAt <= now ? words.probeNow : words.probeAt(at(nextProbeAt));
  return {
    heading: only === undefined ? words.whole(reason) : words.model(only, reason),
    times: words.times(at(until), durationText(Math.max(0, until - now)), probe),
    said: said.trim(),
  };
}

/** Accounts that can serve. */
export function ableAccounts(accounts: readonly AccountView[], providers: readonly ProviderView[]): number {
  return accounts.filter(
    (account) => (account.status === 'ready' || account.status === 'serving') && isServed(account, providers),
  ).length;
}

/** Whether requests can be sent through the account's provider; some accounts are only kept signed in. */
export function isServed({ provider }: Pick<AccountView, 'provider'>, providers: readonly ProviderView[]): boolean {
  return providers.some(({ id, serves }) => id === provider && serves);
}

/** How the account is signed in again: the recommended way of its kind; undefined when there is none. */
export function signInMethodOf(
  { provider, kind }: Pick<AccountView, 'provider' | 'kind'>,
  providers: readonly ProviderView[],
): SignInView['method'] | undefined {
  const methods = providers.find(({ id }) => id === provider)?.methods.map(({ method }) => method) ?? [];
  const ofKind = kind === 'api-key' ? ['api-key', 'file'] : ['browser', 'device', 'file'];
  return methods.find((method) => ofKind.includes(method));
}

/** A report up to this old is as good as live, in milliseconds. */
const freshForMs = 30 * 60_000;

export type Level = 'good' | 'warn' | 'bad';

/** Good above 30 % left, a warning from 10 %, bad below. */
export function levelOf(left: number): Level {
  if (left > 0.3) return 'good';
  return left >= 0.1 ? 'warn' : 'bad';
}

/** One quota window as the meter shows it. */
export interface MeterReading {
  label: string;
  /** The same in one word, where there is no room. */
  shortLabel: string;
  /** Fraction, 0 to 1; undefined when unknown. */
  left: number | undefined;
  /** `62 %`, or the words for unknown. */
  leftText: string;
  /** Fraction of the window's time that has passed, when its length and end are known. */
  elapsed: number | undefined;
  /** `2 h 10 m`, while there is a reset ahead. */
  countdown: string | undefined;
  /** How old the report is, once it is old enough to matter. */
  age: string | undefined;
  /** Lines of the tooltip: what is left until when, and how that compares with the time passed. */
  details: string[];
}

/** Reads one window; times in milliseconds since the Unix epoch. */
export function meterReading(window: QuotaWindow, windowsAt: number | undefined, now: number): MeterReading {
  const left = leftOf(window, now);
  const ahead = window.resetsAt !== undefined && window.resetsAt > now ? window.resetsAt - now : undefined;
  const elapsed =
    ahead !== undefined && window.lengthMs ? Math.min(1, Math.max(0, 1 - ahead / window.lengthMs)) : undefined;
  const percent = left === undefined ? undefined : percentText(left);
  const ageMs = windowsAt === undefined ? undefined : now - windowsAt;
  return {
    label: window.label,
    shortLabel: shortLabelOf(window),
    left,
    leftText: percent ?? text.meter.unknown,
    elapsed,
    countdown: ahead === undefined ? undefined : durationText(ahead),
    age: ageMs !== undefined && ageMs > freshForMs ? durationText(ageMs) : undefined,
    details: [
      [percent === undefined ? text.meter.unknown : text.meter.left(percent), resetText(window.resetsAt, now)].join(
        ' · ',
      ),
      ...(elapsed === undefined ? [] : [text.meter.elapsed(percentText(elapsed))]),
    ],
  };
}

/** A window of some models goes by their name; its time is in the tooltip. */
function shortLabelOf({ label, family }: QuotaWindow): string {
  return family === undefined ? label : family.charAt(0).toUpperCase() + family.slice(1);
}

function resetText(resetsAt: number | undefined, now: number): string {
  if (resetsAt === undefined) return text.meter.noReset;
  return resetsAt > now ? text.meter.resetsAt(clockText(resetsAt, now)) : text.meter.hasReset(clockText(resetsAt, now));
}
