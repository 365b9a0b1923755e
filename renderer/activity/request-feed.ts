import type { JournaledRequest, RequestPage } from '../../preload/journal-view.ts';

/** The part of the journal that the list holds. */
export interface RequestFeed {
  /** Latest first. */
  rows: readonly JournaledRequest[];
  /** Goes into `before` for the ones that follow; absent when the oldest is here. */
  next?: number | undefined;
}

/** Rows that are kept while requests keep arriving: older ones are read again when they are scrolled to. */
const mostFollowed = 500;

export function withOlder(feed: RequestFeed, page: RequestPage): RequestFeed {
  const oldest = feed.rows.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  return { rows: [...feed.rows, ...page.requests.filter(({ seq }) => seq < oldest)], next: page.next };
}

/** Whether the latest page has something that the list has not. */
export function hasNewer({ rows: [latest] }: RequestFeed, page: RequestPage): boolean {
  const [newest] = page.requests;
  return newest !== undefined && newest.id !== latest?.id;
}

/** The list with the latest page before it; the page alone where requests between the two are not known. */
export function followed(feed: RequestFeed, page: RequestPage): RequestFeed {
  const known = new Set(feed.rows.map(({ id }) => id));
  const fresh = page.requests.filter(({ id }) => !known.has(id));
  if (fresh.length === page.requests.length && page.next !== undefined) return { rows: page.requests, next: page.next };
  const rows = [...fresh, ...feed.rows];
  if (rows.length <= mostFollowed) return { rows, next: feed.next };
  const kept = rows.slice(0, mostFollowed);
  return { rows: kept, next: kept.at(-1)?.seq };
}
