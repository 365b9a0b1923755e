import type { RequestRecord } from '../../main/journal/record.ts';
import type { JournalChoices, RequestFilter } from '../../preload/journal-view.ts';
import type { Outcome } from '../../preload/outcome.ts';
import { outcomeOf } from '../../preload/outcome.ts';
import type { Locale } from '../../preload/readings.ts';
import { tokensText } from '../models/model-reading.ts';
import { text } from '../text/en.ts';

const words = text.activity;

/** What the owner looks for; empty texts filter nothing. */
export interface Wishes {
  period: Period;
  tool: string;
  account: string;
  model: string;
  outcome: Outcome | '';
  text: string;
}

export const periods = ['day', 'week', 'month', 'all'] as const;
export type Period = (typeof periods)[number];

export const noWishes: Wishes = { period: 'month', tool: '', account: '', model: '', outcome: '', text: '' };

const dayMs = 86_400_000;
const periodMs: Record<Exclude<Period, 'all'>, number> = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs };

/** Start of a period in milliseconds since the Unix epoch; undefined for everything. */
export function startOf(period: Period, now: number): number | undefined {
  return period === 'all' ? undefined : now - periodMs[period];
}

/** The wishes as the journal takes them. */
export function filterOf({ period, text: said, ...wishes }: Wishes, now: number): RequestFilter {
  const chosen = Object.entries({ ...wishes, text: said.trim() }).filter(([, value]) => value !== '');
  const since = startOf(period, now);
  return { ...Object.fromEntries(chosen), ...(since === undefined ? {} : { since }) };
}

/** Whether anything but the time is asked for. */
export function isNarrowed({ period: _, ...wishes }: Wishes): boolean {
  return Object.values(wishes).some((value) => value.trim() !== '');
}

/** Whether a request has a value that filters cannot be set to yet. */
export function isUnknown(choices: JournalChoices, { tool, accountLabel, modelAsked }: RequestRecord): boolean {
  const lacks = (list: readonly string[], value: string | undefined) => value !== undefined && !list.includes(value);
  return lacks(choices.tools, tool) || lacks(choices.accounts, accountLabel) || lacks(choices.models, modelAsked);
}

/** `Served`, or how it ended with its status: `Failed · 502`. */
export function outcomeText(request: Pick<RequestRecord, 'status' | 'route' | 'attempts'>): string {
  const outcome = outcomeOf(request);
  const word = words.outcomes[outcome];
  return outcome === 'served' || outcome === 'gone' ? word : words.withStatus(word, request.status);
}

/** Tokens in and out: `12k → 450`. */
export function tokenPair({ usage }: Pick<RequestRecord, 'usage'>): string | undefined {
  if (!usage) return undefined;
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
  return `${tokensText(inputTokens + cacheReadTokens + cacheWriteTokens)} → ${tokensText(outputTokens)}`;
}

/** The gateway's reason in words; accounts and routes give theirs in words already. */
export function reasonText({ route, reason }: Pick<RequestRecord, 'route' | 'reason'>): string {
  return route === 'refused' ? (words.refusals[reason] ?? reason.replaceAll('_', ' ')) : reason;
}

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const day = { day: 'numeric', month: 'short' } as const;

/** Ways to write a time. They are made once: making one costs more than a row. */
export function timeFormats({ language = 'en-GB', timeZone }: Locale = {}) {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, ...(timeZone ? { timeZone } : {}) });
  return {
    clock: format(clock),
    seconds: format({ ...clock, second: '2-digit' }),
    day: format(day),
    date: format({ ...day, year: 'numeric' }),
    exact: format({ ...day, ...clock, second: '2-digit', weekday: 'short', year: 'numeric' }),
  };
}

const ownFormats = timeFormats();

/** `14:05:09` today, `20 Nov 14:05` before; of a moment in milliseconds since the Unix epoch. */
export function rowTime(at: number, now: number, formats = ownFormats): string {
  const isToday = formats.date.format(at) === formats.date.format(now);
  return isToday ? formats.seconds.format(at) : `${formats.day.format(at)} ${formats.clock.format(at)}`;
}

/** Day and time to the second: `Sun, 22 Nov 2026, 14:05:09`. */
export function exactTime(at: number, formats = ownFormats): string {
  return formats.exact.format(at);
}

/** `20 Nov`. */
export function dayText(at: number): string {
  return ownFormats.day.format(at);
}

/** `14:00`, the start of an hour. */
export function hourText(at: number): string {
  return ownFormats.clock.format(at);
}

/** `620 ms`, `9.9 s`, `42 s`, `2 m 5 s`: of milliseconds, as exact as it matters. */
export function tookText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (ms < 1000) return words.took.milliseconds(Math.round(ms));
  if (ms < 9_950) return words.took.seconds((ms / 1000).toFixed(1));
  return seconds < 60
    ? words.took.seconds(String(seconds))
    : words.took.minutes(Math.floor(seconds / 60), seconds % 60);
}

/** How long the parts of an answer took, in milliseconds. */
export interface Timing {
  firstByteMs?: number | undefined;
  /** From the first byte to the end. */
  restMs?: number | undefined;
  totalMs: number;
}

export function timingOf({ firstByteMs, totalMs }: Pick<RequestRecord, 'firstByteMs' | 'totalMs'>): Timing {
  if (firstByteMs === undefined) return { totalMs };
  return { firstByteMs, restMs: Math.max(0, totalMs - firstByteMs), totalMs };
}
