import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useId, useState } from 'react';
import { text } from '../text/en.ts';
import { nextIndex } from './list-keys.ts';
import type { RequestFeed } from './request-feed.ts';
import { RequestHead, RequestRow, rowId } from './request-row.tsx';
import { useLatest } from './use-latest.ts';

export interface RequestListProps {
  feed: RequestFeed;
  /** The element that scrolls and has the focus. */
  scroller: RefObject<HTMLTableElement | null>;
  /** The request that is open beside the list. */
  openedId: string | undefined;
  now: number;
  /** `byKey`: the keyboard is in use, so what opens takes the focus. */
  onOpen(id: string, byKey: boolean): void;
  onScrolled(scrolled: boolean): void;
  onEnd(): void;
}

const rowHeight = 36;
const spareRows = 12;
/** Older requests are asked for when so many rows are left. */
const endRows = 60;
const words = text.activity.list;

/** Requests in a list of any length, of which only what is in view exists. Arrows move, Enter opens. */
export function RequestList({ feed, scroller, openedId, now, onOpen, onScrolled, onEnd }: RequestListProps) {
  const { rows } = feed;
  const hint = useId();
  const [activeId, setActiveId] = useState<string>();
  const active = rows.findIndex(({ id }) => id === activeId);
  const compact = openedId !== undefined;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: spareRows,
    // The active row stays, so that what the grid names is always there.
    rangeExtractor: (range) => withIndex(range, active),
    // Else React complains: the list is measured while it is put into the page.
    useFlushSync: false,
  });
  const { endIndex } = virtualizer.range ?? { endIndex: 0 };
  const nearEnd = feed.next !== undefined && endIndex > rows.length - endRows;
  useEffect(() => {
    if (nearEnd && rows.length > 0) onEnd();
  }, [nearEnd, rows.length, onEnd]);

  const latestOpen = useLatest(onOpen);
  const press = useCallback(
    (id: string) => {
      setActiveId(id);
      latestOpen.current(id, false);
    },
    [latestOpen],
  );
  // A list that is new is at its top.
  useEffect(() => onScrolled(false), [onScrolled]);

  const move = (index: number) => {
    const row = rows[index];
    if (!row) return;
    setActiveId(row.id);
    virtualizer.scrollToIndex(index);
    if (compact) onOpen(row.id, false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[active];
    if (event.key === 'Enter' && row) return onOpen(row.id, true);
    const pageRows = Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1;
    const next = nextIndex(event.key, active, rows.length, pageRows);
    if (next === undefined) return;
    event.preventDefault();
    move(next);
  };
  return (
    <table
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table may be a grid (w3.org/TR/html-aria).
      role="grid"
      tabIndex={0}
      aria-label={words.label}
      aria-describedby={hint}
      aria-rowcount={feed.next === undefined ? rows.length + 1 : -1}
      aria-activedescendant={active < 0 ? undefined : rowId(active)}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => onScrolled(currentTarget.scrollTop > 0)}
      className="group block h-full overflow-y-auto rounded-lg outline-offset-[-2px] [scrollbar-color:var(--line)_transparent] [scrollbar-width:thin]"
    >
      <caption id={hint} className="sr-only">
        {words.keys}
      </caption>
      <thead className="block sticky top-0 z-10 bg-surface">
        <RequestHead compact={compact} />
      </thead>
      <tbody className="relative block" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const request = rows[index];
          return request ? (
            <RequestRow
              key={request.id}
              request={request}
              index={index}
              offset={start}
              active={index === active}
              opened={request.id === openedId}
              compact={compact}
              now={now}
              onOpen={press}
            />
          ) : null;
        })}
      </tbody>
    </table>
  );
}

function withIndex(range: Range, index: number): number[] {
  const shown = defaultRangeExtractor(range);
  return index < 0 || shown.includes(index) ? shown : [...shown, index].sort((a, b) => a - b);
}
