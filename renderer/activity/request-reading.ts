import type { RequestRecord } from '../../main/journal/record.ts';
import type { JournalChoices, Outcome, RequestFilter } from '../../preload/journal-view.ts';
import { outcomeOf } from '../../preload/journal-view.ts';
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

/** `14:05:09` today, `20 Nov 14:05` before; of a moment in milliseconds since the Unix epoch. */
export function rowTime(at: number, now: number, locale: Locale = {}): string {
  const isToday = dayText(at, locale) === dayText(now, locale);
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  if (isToday) return format(at, { ...clock, second: '2-digit' }, locale);
  return `${format(at, { day: 'numeric', month: 'short' }, locale)} ${format(at, clock, locale)}`;
}

/** Day and time to the second: `Sun, 22 Nov 2026, 14:05:09`. */
export function exactTime(at: number, locale: Locale = {}): string {
  const options: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  };
  return format(at, options, locale);
}

/** `20 Nov`. */
export function dayText(at: number, locale: Locale = {}): string {
  return format(at, { day: 'numeric', month: 'short' }, locale);
}

/** `14:00`, the start of an hour. */
export function hourText(at: number, locale: Locale = {}): string {
  return format(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, locale);
}

function format(at: number, options: Intl.DateTimeFormatOptions, { language, timeZone }: Locale): string {
  return new Intl.DateTimeFormat(language ?? 'en-GB', { ...options, ...(timeZone ? { timeZone } : {}) }).format(at);
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
