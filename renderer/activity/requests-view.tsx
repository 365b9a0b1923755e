import { ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useCallback, useRef, useState } from 'react';
import type { RequestFilter } from '../../preload/journal-view.ts';
import { Button } from '../shell/button.tsx';
import { LinkButton } from '../shell/link-button.tsx';
import { useCopyUrl } from '../shell/use-copy-url.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { useNow } from '../state/now.ts';
import { showDetail } from '../state/page.ts';
import { text } from '../text/en.ts';
import { RequestList } from './request-list.tsx';
import { Trail } from './trail.tsx';
import { useLatest } from './use-latest.ts';
import { useOpened } from './use-opened.ts';
import { useRequests } from './use-requests.ts';

export interface RequestsViewProps {
  filter: RequestFilter;
  /** Whether the journal has any; undefined until that is known. */
  hasRequests: boolean | undefined;
  openedId: string | undefined;
  onShowAll(): void;
}

const words = text.activity;
/** Rows show clock times, which change their look at midnight. */
const renewMs = 60_000;

/** The list of requests, and beside it the one that is open. */
export function RequestsView({ filter, hasRequests, openedId, onShowAll }: RequestsViewProps) {
  const now = useNow(renewMs);
  const scroller = useRef<HTMLTableElement>(null);
  const [scrolled, setScrolled] = useState(false);
  // Reached by a link: the keyboard goes on in what was linked to.
  const [focusRound, setFocusRound] = useState(openedId === undefined ? 0 : 1);
  const requests = useRequests(filter, scrolled || openedId !== undefined);
  const { feed, problem, hasNewer, reload } = requests;
  const opened = useOpened(openedId, feed?.rows ?? []);
  const latestLoad = useLatest(requests.loadOlder);
  const loadOlder = useCallback(() => latestLoad.current(), [latestLoad]);
  const open = (id: string, byKey: boolean) => {
    showDetail('activity', id);
    setFocusRound((round) => (byKey ? round + 1 : 0));
  };
  const close = () => {
    showDetail('activity', undefined);
    scroller.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && openedId !== undefined) close();
  };
  const showNewer = () => {
    scroller.current?.scrollTo({ top: 0 });
    reload();
    scroller.current?.focus();
  };
  if (!feed) return problem === undefined ? null : <Failure problem={problem} onRetry={reload} />;
  const isEmpty = feed.rows.length === 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what is open, wherever in it the focus is.
    <div
      onKeyDown={onKeyDown}
      className={`relative grid h-full min-h-70 grid-rows-[minmax(0,1fr)] gap-3 ${openedId === undefined ? '' : 'min-[880px]:grid-cols-[minmax(0,1fr)_340px]'}`}
    >
      <div
        className={`relative min-h-0 rounded-lg border border-line bg-surface ${openedId === undefined ? '' : 'max-[879px]:invisible'}`}
      >
        {problem === undefined ? null : <Failure problem={problem} onRetry={reload} />}
        {isEmpty && hasRequests ? <NoMatch onShowAll={onShowAll} /> : null}
        {isEmpty && hasRequests === false ? <NoRequests /> : null}
        {isEmpty ? null : (
          <RequestList
            key={JSON.stringify(filter)}
            feed={feed}
            scroller={scroller}
            openedId={openedId}
            now={now}
            onOpen={open}
            onScrolled={setScrolled}
            onEnd={loadOlder}
          />
        )}
        <div role="status" className="absolute inset-x-0 top-10 z-20 flex justify-center empty:hidden">
          {hasNewer ? (
            <Button onClick={showNewer} className="shadow-sm">
              <ArrowUp aria-hidden="true" className="size-3.5" />
              {words.list.newer}
            </Button>
          ) : null}
        </div>
      </div>
      {openedId === undefined ? null : (
        <div className="min-h-0 max-[879px]:absolute max-[879px]:inset-0">
          <Trail request={opened.request} missing={opened.missing} focusRound={focusRound} onClose={close} />
        </div>
      )}
    </div>
  );
}

function Failure({ problem, onRetry }: { problem: string; onRetry(): void }) {
  return (
    <p role="alert" className="px-4 py-3 text-sm text-bad">
      {words.list.failed} {problem} <LinkButton onClick={onRetry}>{words.list.retry}</LinkButton>
    </p>
  );
}

function NoMatch({ onShowAll }: { onShowAll(): void }) {
  return (
    <p className="flex gap-2 px-4 py-4 text-sm text-soft">
      {words.empty.noMatch}
      <LinkButton onClick={onShowAll}>{words.empty.showAll}</LinkButton>
    </p>
  );
}

function NoRequests() {
  const { state } = useFusebox();
  const { copied, copy } = useCopyUrl();
  return (
    <div className="grid h-full place-content-center justify-items-center gap-2 p-6 text-center text-sm">
      <h2 className="font-semibold text-base">{words.empty.heading}</h2>
      <p className="max-w-105 text-soft">{words.empty.body}</p>
      <p className="flex items-center gap-3">
        <span className="font-medium select-text">{state.gateway.url}</span>
        <LinkButton aria-label={text.endpoint.copyLabel} onClick={copy}>
          {copied ? text.endpoint.copied : text.endpoint.copy}
        </LinkButton>
      </p>
    </div>
  );
}
