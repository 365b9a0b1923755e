import { expect, test } from 'vitest';
import type { UsageRow, UsageSums } from '../../preload/usage-view.ts';
import { noWishes } from '../../renderer/activity/request-reading.ts';
import {
  allTokens,
  barsOf,
  cacheText,
  partsOf,
  perOf,
  ranked,
  scaleTop,
  usageQuestion,
} from '../../renderer/activity/usage-reading.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse('2026-11-01T00:00:00Z');

function sums(changes: Partial<UsageSums> = {}): UsageSums {
  return {
    requests: 0,
    unserved: 0,
    bySubscription: 0,
    byApiKey: 0,
    byAmpCredits: 0,
    ampCreditsSaved: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    subscriptionTokens: 0,
    ...changes,
  };
}

const row = (at: number, changes: Partial<UsageRow> = {}): UsageRow => ({ at, ...sums({ requests: 1 }), ...changes });

const view = (since: number, until: number, rows: UsageRow[]) => ({ since, until, rows, total: sums() });

test('sums are asked for over the time, for what they can be narrowed to', () => {
  const wishes = { ...noWishes, period: 'week', tool: 'Amp', outcome: 'failed', text: 'opus' } as const;
  expect(usageQuestion(wishes, start + 8 * day)).toEqual({ per: 'hour', since: start + day, tool: 'Amp' });
  expect(usageQuestion({ ...noWishes, period: 'all' }, start)).toEqual({ per: 'day', since: 0 });
  expect(perOf('month')).toBe('day');
});

test('every request stands in one part of its bar, though an answer that broke off was paid for and not served', () => {
  const parts = partsOf(sums({ requests: 10, bySubscription: 7, byAmpCredits: 1, unserved: 3 }), 'requests');
  expect(parts.map(({ value }) => value)).toEqual([7, 0, 1, 2]);
  expect(partsOf(sums({ requests: 1, bySubscription: 1, unserved: 1 }), 'requests').at(-1)?.value).toBe(0);
});

test('tokens are those in, cached and out; reasoning is part of those out', () => {
  const tokens = { inputTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3, outputTokens: 4, reasoningTokens: 4 };
  expect(allTokens(sums(tokens))).toBe(10);
});

test('hours without requests have a bar too', () => {
  const bars = barsOf(
    view(start, start + 4 * hour + 5, [row(start + hour), row(start + 3 * hour)]),
    'hour',
    'requests',
  );
  expect(bars.map(({ total }) => total)).toEqual([0, 1, 0, 1, 0]);
  expect(bars.map(({ at }) => (at - start) / hour)).toEqual([0, 1, 2, 3, 4]);
});

test('days of 23 and 25 hours find their places', () => {
  const rows = [row(start), row(start + day - hour), row(start + 2 * day + hour)];
  expect(barsOf(view(start, start + 3 * day, rows), 'day', 'requests').map(({ total }) => total)).toEqual([1, 1, 1, 0]);
});

test('the whole time begins with its first request', () => {
  const bars = barsOf(view(0, start + day, [row(start), row(start + day)]), 'day', 'requests');
  expect(bars.map(({ at }) => at)).toEqual([start, start + day]);
  expect(barsOf(view(0, start, []), 'day', 'requests')).toEqual([]);
});

test('bars of many days are put together, and lose nothing', () => {
  const rows = Array.from({ length: 1000 }, (_, place) => row(start + place * day));
  const bars = barsOf(view(0, start + 999 * day, rows), 'day', 'requests');
  expect(bars.length).toBeLessThanOrEqual(170);
  expect(bars.reduce((sum, { total }) => sum + total, 0)).toBe(1000);
});

test.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [9, 10],
  [10, 10],
  [11, 20],
  [230, 250],
  [350, 500],
  [1_200_000, 2_000_000],
])('a scale for %d reaches up to %d', (highest, top) => {
  expect(scaleTop(highest)).toBe(top);
});

test('the heaviest come first', () => {
  const rows = [row(0, { key: 'a' }), row(0, { key: 'b', requests: 9 }), row(0, { key: 'c', outputTokens: 5 })];
  expect(ranked(rows).map(({ key }) => key)).toEqual(['b', 'c', 'a']);
});

test('without input there is no share of the cache', () => {
  expect(cacheText({ inputTokens: 1, cacheReadTokens: 3, cacheWriteTokens: 0 })).toBe('75 %');
  expect(cacheText({ inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 })).toBeUndefined();
});
