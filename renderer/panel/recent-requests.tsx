import { CircleCheck, CircleSlash, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { RequestRecord } from '../../main/journal/record.ts';
import { clockText } from '../../preload/readings.ts';
import { detailLink } from '../state/page.ts';
import { text } from '../text/en.ts';
import { modelText, type Outcome, outcomeOf, serverText } from './request-reading.ts';

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

const marks: Record<Outcome, { icon: LucideIcon; colour: string }> = {
  served: { icon: CircleCheck, colour: 'text-good' },
  gone: { icon: CircleSlash, colour: 'text-soft' },
  failed: { icon: TriangleAlert, colour: 'text-bad' },
};

function RequestLine({ request, now }: { request: RequestRecord; now: number }) {
  const outcome = outcomeOf(request);
  const { icon: Icon, colour } = marks[outcome];
  const words = { served: text.recent.ok, gone: text.recent.gone, failed: text.recent.status(request.status) }[outcome];
  return (
    <li className="border-t border-line text-xs" title={request.reason}>
      <a
        href={detailLink('activity', request.id)}
        className="block px-4 py-2.5 text-ink no-underline outline-offset-[-2px] hover:bg-lit"
      >
        <p className="flex items-center gap-1.5 text-sm">
          <Icon role="img" aria-label={words} className={`size-3.5 shrink-0 ${colour}`} />
          <span className="flex-1 truncate font-medium">{request.tool}</span>
          <span className="text-xs text-soft">{clockText(request.startedAt, now)}</span>
        </p>
        <p className="truncate">{modelText(request)}</p>
        <p className="flex justify-between gap-2 text-soft">
          <span className="truncate">{outcome === 'served' ? serverText(request) : words}</span>
          <span className="shrink-0">{text.recent.milliseconds(request.totalMs)}</span>
        </p>
      </a>
    </li>
  );
}
