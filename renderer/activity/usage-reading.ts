import { percentText } from '../../preload/readings.ts';
import {
  cacheHitShare,
  type UsageQuery,
  type UsageRow,
  type UsageSums,
  type UsageView,
} from '../../preload/usage-view.ts';
import { dayText, hourText, type Period, startOf, type Wishes } from './request-reading.ts';

export type Per = 'hour' | 'day';

/** A week still reads well by the hour. */
export function perOf(period: Period): Per {
  return period === 'day' || period === 'week' ? 'hour' : 'day';
}

/** The sums that belong to the wishes; outcome and text are none of theirs. */
export function usageQuestion(wishes: Wishes, now: number): UsageQuery {
  const { period, tool, account, model } = wishes;
  const chosen = Object.entries({ tool, account, model }).filter(([, value]) => value !== '');
  return { per: perOf(period), since: startOf(period, now) ?? 0, ...Object.fromEntries(chosen) };
}

export type Measure = 'requests' | 'tokens';

export const series = {
  requests: ['bySubscription', 'byApiKey', 'byAmpCredits', 'unserved'],
  tokens: ['inputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'outputTokens'],
} as const satisfies Record<Measure, readonly (keyof UsageSums)[]>;
export type Series = (typeof series)[Measure][number];

/** What one bar is made of, in the order of the series from the bottom up. */
export type Parts = readonly { name: Series; value: number }[];

/** An answer that broke off was paid for and yet not served: it counts as paid, so that every request stands in one part. */
export function partsOf(sums: UsageSums, measure: Measure): Parts {
  if (measure === 'tokens') return series.tokens.map((name) => ({ name, value: sums[name] }));
  const { requests, bySubscription, byApiKey, byAmpCredits } = sums;
  const unserved = Math.max(0, requests - bySubscription - byApiKey - byAmpCredits);
  return series.requests.map((name) => ({ name, value: name === 'unserved' ? unserved : sums[name] }));
}

export function sumOf(parts: Parts): number {
  return parts.reduce((sum, { value }) => sum + value, 0);
}

/** All tokens that went in and out. */
export function allTokens(sums: UsageSums): number {
  return sumOf(partsOf(sums, 'tokens'));
}

/** One bar: some hours or days side by side. Times in milliseconds since the Unix epoch. */
export interface Bar {
  at: number;
  parts: Parts;
  total: number;
}

const stepMs: Record<Per, number> = { hour: 3_600_000, day: 86_400_000 };
/** More bars than this could not be told from each other; a week of hours fits. */
const mostBars = 170;

/** The bars of the whole time, empty ones too. Without a beginning it begins with the first row. */
export function barsOf({ since, until, rows }: UsageView, per: Per, measure: Measure): Bar[] {
  const start = since === 0 ? rows[0]?.at : since;
  if (start === undefined) return [];
  // Days have 23 to 25 hours: rounding finds theirs.
  const placeOf = (at: number) => Math.round((at - start) / stepMs[per]);
  const steps = Math.max(1, Math.floor((until - start) / stepMs[per]) + 1);
  const width = Math.ceil(steps / mostBars);
  const bars = Array.from({ length: Math.ceil(steps / width) }, (_, place): UsageRow[] => {
    const [from, to] = [place * width, (place + 1) * width];
    return rows.filter(({ at }) => placeOf(at) >= from && placeOf(at) < to);
  });
  return bars.map((own, place) => barOf(own, start + place * width * stepMs[per], measure));
}

function barOf(rows: readonly UsageRow[], expectedAt: number, measure: Measure): Bar {
  const all = rows.map((row) => partsOf(row, measure));
  const parts = series[measure].map((name, place) => ({
    name,
    value: all.reduce((sum, one) => sum + (one[place]?.value ?? 0), 0),
  }));
  return { at: rows[0]?.at ?? expectedAt, parts, total: sumOf(parts) };
}

/** When a bar begins: `20 Nov`, by hours `20 Nov 14:00`. */
export function barTime({ at }: Pick<Bar, 'at'>, per: Per): string {
  return per === 'day' ? dayText(at) : `${dayText(at)} ${hourText(at)}`;
}

/** The lowest of 1, 2, 2.5 or 5 times a power of ten that reaches up to `highest`; at least 1. */
export function scaleTop(highest: number): number {
  if (highest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= highest) ?? 10) * power;
}

/** The heaviest first. */
export function ranked(rows: readonly UsageRow[]): UsageRow[] {
  return [...rows].sort((a, b) => b.requests - a.requests || allTokens(b) - allTokens(a));
}

/** `87 %`; undefined without input. */
export function cacheText(
  sums: Pick<UsageSums, 'inputTokens' | 'cacheReadTokens' | 'cacheWriteTokens'>,
): string | undefined {
  const share = cacheHitShare(sums);
  return share === undefined ? undefined : percentText(share);
}
