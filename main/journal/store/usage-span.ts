import type { UsageQuery } from '../../../preload/usage-view.ts';
import { hourOf, localDayOf, startOfDay, startOfHour } from './time-buckets.ts';

const dayMs = 86_400_000;

/** How far a question looks back that does not say so. */
const lookBackMs = { hour: dayMs, day: 30 * dayMs, total: 30 * dayMs };

/** The hours or days that a question is about, from `first` to `last`. */
export interface UsageSpan {
  bucketOf(time: number): number;
  startOf(bucket: number): number;
  first: number;
  last: number;
  /** Milliseconds since the Unix epoch: the start of the first one. */
  since: number;
  until: number;
}

/** `now` in milliseconds since the Unix epoch. */
export function usageSpan({ per, since, until: end }: UsageQuery, now: number): UsageSpan {
  const until = end ?? now;
  const [bucketOf, startOf] = per === 'hour' ? [hourOf, startOfHour] : [localDayOf, startOfDay];
  const first = bucketOf(since ?? until - lookBackMs[per]);
  return { bucketOf, startOf, first, last: bucketOf(until), since: startOf(first), until };
}
