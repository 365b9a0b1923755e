import { TriangleAlert } from 'lucide-react';
import type { AmpState } from '../../preload/contract.ts';
import { clockText } from '../../preload/readings.ts';
import { text } from '../text/en.ts';

/** What is true of Amp right now: which kind of client came, whose token is used, what was spent. */
export function AmpLine({ amp, now }: { amp: AmpState; now: number }) {
  const noToken = amp.token === 'none' && amp.upstreamUrl !== '';
  return (
    <div className="flex gap-4 border-t border-line px-5 py-3 text-sm">
      <h2 className="w-16 shrink-0 font-medium">{text.amp.heading}</h2>
      <div className="grid flex-1 gap-1">
        <p>{clientSentence(amp, now)}</p>
        <p className="flex flex-wrap gap-x-4 text-soft">
          {amp.upstreamUrl === '' ? null : (
            <span className={`inline-flex items-center gap-1.5 ${noToken ? 'text-ink' : ''}`}>
              {noToken ? <TriangleAlert aria-hidden="true" className="size-3.5 text-warn" /> : null}
              {amp.tokenProblem ?? text.amp.token[amp.token]}
            </span>
          )}
          {amp.creditRequestsToday > 0 ? (
            <span>{text.amp.credits(amp.creditRequestsToday, amp.creditGuard)}</span>
          ) : null}
        </p>
      </div>
    </div>
  );
}

function clientSentence({ upstreamUrl, lastClient }: AmpState, now: number): string {
  if (lastClient) return text.amp[lastClient.kind](clockText(lastClient.at, now));
  return upstreamUrl === '' ? text.amp.off : text.amp.none;
}
