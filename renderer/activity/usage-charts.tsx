import { useState } from 'react';
import type { UsageView } from '../../preload/usage-view.ts';
import { text } from '../text/en.ts';
import { BarChart } from './bar-chart.tsx';
import { Breakdown } from './breakdown.tsx';
import type { Wishes } from './request-reading.ts';
import { Toggle } from './toggle.tsx';
import { barsOf, type Measure, perOf } from './usage-reading.ts';

const words = text.activity.charts;
const measures = [
  { id: 'requests', name: words.measures.requests },
  { id: 'tokens', name: words.measures.tokens },
] as const satisfies readonly { id: Measure; name: string }[];

/** What the requests of a time sum up to: over time, and by who and what. */
export function UsageCharts({ wishes, usage }: { wishes: Wishes; usage: UsageView | undefined }) {
  const [measure, setMeasure] = useState<Measure>('requests');
  if (!usage) return null;
  const per = perOf(wishes.period);
  const bars = barsOf(usage, per, measure);
  return (
    <div className="grid grid-cols-1 gap-4">
      <section aria-labelledby="over-time" className="rounded-lg border border-line bg-surface px-5 py-3">
        <div className="flex min-h-8 items-center gap-3">
          <h2 id="over-time" className="flex-1 font-semibold">
            {words.overTime[per]}
          </h2>
          <Toggle label={words.measure} options={measures} chosen={measure} onChoose={setMeasure} />
        </div>
        {usage.total.requests === 0 ? (
          <p className="py-4 text-sm text-soft">{words.none}</p>
        ) : (
          <BarChart bars={bars} per={per} measure={measure} />
        )}
      </section>
      <Breakdown wishes={wishes} />
    </div>
  );
}
