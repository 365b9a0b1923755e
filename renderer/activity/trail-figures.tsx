import type { RequestRecord } from '../../main/journal/record.ts';
import { text } from '../text/en.ts';
import { timingOf, tookText } from './request-reading.ts';
import { cacheText } from './usage-reading.ts';

const words = text.activity.trail;

/** How long it took, and how much of that the first byte. */
export function Timings({ request }: { request: Pick<RequestRecord, 'firstByteMs' | 'totalMs'> }) {
  const { firstByteMs, restMs, totalMs } = timingOf(request);
  return (
    <>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" className="mb-2 block h-1.5 w-full">
        <rect width="100" height="4" className="fill-control" />
        {firstByteMs === undefined || totalMs === 0 ? null : (
          <rect width={(Math.min(firstByteMs, totalMs) / totalMs) * 100} height="4" className="fill-accent" />
        )}
      </svg>
      <Figures
        rows={[
          [words.firstByte, firstByteMs === undefined ? words.noAnswer : tookText(firstByteMs)],
          [words.rest, restMs === undefined ? undefined : tookText(restMs)],
          [words.total, tookText(totalMs)],
        ]}
      />
    </>
  );
}

/** What went in and out, as the upstream counted it. */
export function Tokens({ usage }: { usage: RequestRecord['usage'] }) {
  if (!usage) return <p className="text-soft">{words.noTokens}</p>;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  const exact = (count: number) => count.toLocaleString('en');
  const share = cacheReadTokens > 0 ? cacheText(usage) : undefined;
  return (
    <>
      <Figures
        rows={[
          [words.input, exact(inputTokens)],
          [words.cacheRead, exact(cacheReadTokens)],
          [words.cacheWrite, exact(cacheWriteTokens)],
          [words.output, exact(outputTokens)],
          [words.reasoning, reasoningTokens === undefined ? undefined : exact(reasoningTokens)],
        ]}
      />
      {share === undefined ? null : <p className="pt-1 text-soft">{words.cacheShare(share)}</p>}
    </>
  );
}

function Figures({ rows }: { rows: readonly (readonly [string, string | undefined])[] }) {
  return (
    <dl className="grid gap-y-0.5">
      {rows.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name} className="flex justify-between gap-3">
            <dt className="text-soft">{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
