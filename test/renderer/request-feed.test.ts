import { expect, test } from 'vitest';
import type { JournaledRequest } from '../../preload/journal-view.ts';
import { followed, hasNewer, withOlder } from '../../renderer/activity/request-feed.ts';

function requestOf(seq: number): JournaledRequest {
  return {
    seq,
    id: `id-${seq}`,
    startedAt: seq,
    tool: 'Amp',
    path: '/v1/messages',
    route: 'local',
    reason: '',
    attempts: [],
    status: 200,
    totalMs: 1,
  };
}

/** From `first` down to `last`. */
function span(first: number, last: number): JournaledRequest[] {
  return Array.from({ length: first - last + 1 }, (_, back) => requestOf(first - back));
}

const places = (rows: readonly JournaledRequest[]) => rows.map(({ seq }) => seq);

test('older requests come to the end, each once', () => {
  const feed = withOlder({ rows: span(10, 8), next: 8 }, { requests: span(8, 6), next: 6 });
  expect(places(feed.rows)).toEqual([10, 9, 8, 7, 6]);
  expect(feed.next).toBe(6);
  expect(withOlder(feed, { requests: span(5, 1) }).next).toBeUndefined();
});

test('new requests come to the front, and what follows stays to be read', () => {
  const feed = followed({ rows: span(10, 8), next: 8 }, { requests: span(12, 9), next: 9 });
  expect(places(feed.rows)).toEqual([12, 11, 10, 9, 8]);
  expect(feed.next).toBe(8);
});

test('the first requests of all come into an empty list', () => {
  expect(places(followed({ rows: [] }, { requests: span(2, 1) }).rows)).toEqual([2, 1]);
});

test('where requests between the list and the latest page are not known, the list begins anew', () => {
  const feed = followed({ rows: span(10, 1) }, { requests: span(100, 51), next: 51 });
  expect(places(feed.rows)).toEqual(places(span(100, 51)));
  expect(feed.next).toBe(51);
});

test('a list that follows for long stays short, and knows where it ends', () => {
  const feed = followed({ rows: span(500, 1) }, { requests: span(510, 461), next: 461 });
  expect(feed.rows).toHaveLength(500);
  expect(feed.rows.at(-1)?.seq).toBe(11);
  expect(feed.next).toBe(11);
});

test('a page has something newer when its first request is another one', () => {
  expect(hasNewer({ rows: span(3, 1) }, { requests: span(3, 1) })).toBe(false);
  expect(hasNewer({ rows: span(3, 1) }, { requests: span(4, 1) })).toBe(true);
  expect(hasNewer({ rows: [] }, { requests: [] })).toBe(false);
});
