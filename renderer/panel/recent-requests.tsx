import type { RequestRecord } from '../../main/journal/record.ts';
import { outcomeOf } from '../../preload/outcome.ts';
import { clockText } from '../../preload/readings.ts';
import { OutcomeMark } from '../activity/outcome-mark.tsx';
import { outcomeText, tookText } from '../activity/request-reading.ts';
import { detailLink } from '../state/page.ts';
import { text } from '../text/en.ts';
import { modelText, serverText } from './request-reading.ts';

/** The last requests, latest first: which tool, which model, who answered, how it ended. */
export function RecentRequests({ recent, now }: { recent: readonly RequestRecord[]; now: number }) {
  return (
    <section aria-labelledby="recent-heading" className="rounded-lg border border-line bg-surface">
      <h2 id="recent-heading" className="flex min-h-13 items-center px-4 font-semibold">
        {text.recent.heading}
      </h2>
      {recent.length === 0 ? (
        <p className="border-t border-line px-4 py-3 text-sm text-soft">{text.recent.empty}</p>
      ) : (
        <ul>
          {recent.map((request) => (
            <RequestLine key={request.id} request={request} now={now} />
          ))}
        </ul>
      )}
    </section>
  );
}

function RequestLine({ request, now }: { request: RequestRecord; now: number }) {
  const outcome = outcomeOf(request);
  const words = outcomeText(request);
  return (
    <li className="border-t border-line text-xs" title={request.reason}>
      <a
        href={detailLink('activity', request.id)}
        className="block px-4 py-2.5 text-ink no-underline outline-offset-[-2px] hover:bg-lit"
      >
        <p className="flex items-center gap-1.5 text-sm">
          <OutcomeMark outcome={outcome} label={words} />
          <span className="flex-1 truncate font-medium">{request.tool}</span>
          <span className="text-xs text-soft">{clockText(request.startedAt, now)}</span>
        </p>
        <p className="truncate">{modelText(request)}</p>
        <p className="flex justify-between gap-2 text-soft">
          <span className="truncate">{outcome === 'served' ? serverText(request) : words}</span>
          <span className="shrink-0">{tookText(request.totalMs)}</span>
        </p>
      </a>
    </li>
  );
}
