import { useCallback, useEffect, useRef, useState } from 'react';
import type { PageQuery, RequestFilter, RequestPage } from '../../preload/journal-view.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { followed, hasNewer, type RequestFeed, withOlder } from './request-feed.ts';
import { useLatest } from './use-latest.ts';

const firstRows = 100;
const olderRows = 500;
const newerRows = 50;
/** A busy gateway is looked at as often as this, in milliseconds. */
const followMs = 250;

export interface Requests {
  /** Undefined until it has been read. */
  feed: RequestFeed | undefined;
  /** Requests that fit have ended and are not in the list, because its reader was further down. */
  hasNewer: boolean;
  problem: string | undefined;
  loadOlder(): void;
  /** Begins again with the latest. */
  reload(): void;
}

/** The requests that a filter means, latest first. New ones come in by themselves but while `reading`. */
export function useRequests(filter: RequestFilter, reading: boolean): Requests {
  const { state, attempt } = useFusebox();
  const [feed, setFeed] = useState<RequestFeed>();
  const [newer, setNewer] = useState(false);
  const [problem, setProblem] = useState<string>();
  const now = useLatest({ feed, reading });
  // Answers to what is no longer asked for are dropped.
  const round = useRef(0);
  const loadingOlder = useRef(false);

  const read = useCallback(
    async (question: Partial<PageQuery>, use: (page: RequestPage) => void) => {
      const asked = round.current;
      const result = await attempt('journal.page', { limit: firstRows, ...filter, ...question });
      if (asked !== round.current) return;
      setProblem(result.ok ? undefined : result.error.message);
      if (result.ok) use(result.value);
    },
    [attempt, filter],
  );
  const reload = useCallback(() => {
    round.current++;
    void read({}, ({ requests, next }) => {
      setFeed({ rows: requests, next });
      setNewer(false);
    });
  }, [read]);
  const follow = useCallback(() => {
    void read({ limit: newerRows }, (page) => {
      const { feed: before = { rows: [] }, reading: held } = now.current;
      if (!hasNewer(before, page)) return;
      if (held) setNewer(true);
      else setFeed(followed(before, page));
    });
  }, [read, now]);
  const loadOlder = () => {
    const { feed: before } = now.current;
    if (before?.next === undefined || loadingOlder.current) return;
    loadingOlder.current = true;
    const done = read({ limit: olderRows, before: before.next }, (page) =>
      setFeed((current) => current && withOlder(current, page)),
    );
    void done.finally(() => {
      loadingOlder.current = false;
    });
  };

  const { kind } = state.journal;
  // Places in the file and in memory have nothing to do with each other.
  useEffect(() => {
    if (kind) reload();
  }, [kind, reload]);
  useEffect(() => {
    if (!reading && newer) reload();
  }, [reading, newer, reload]);
  useOnRequests(state.recent[0]?.id, followMs, follow);
  return { feed, hasNewer: newer, problem, loadOlder, reload };
}

/** Calls back when requests have ended, at most once in `everyMs` milliseconds. */
export function useOnRequests(latestId: string | undefined, everyMs: number, act: () => void): void {
  const latestAct = useLatest(act);
  const seen = useRef(latestId);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (seen.current === latestId) return;
    seen.current = latestId;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latestAct.current();
    }, everyMs);
  }, [latestId, everyMs, latestAct]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}
