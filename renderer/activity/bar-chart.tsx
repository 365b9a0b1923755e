import { type PointerEvent, useState } from 'react';
import { tokensText } from '../models/model-reading.ts';
import { text } from '../text/en.ts';
import {
  type Bar,
  barTime,
  type Measure,
  type Parts,
  type Per,
  type Series,
  scaleTop,
  series,
  sumOf,
} from './usage-reading.ts';

const words = text.activity.charts;

/** Calm greys for what is paid for anyway; the accent for what costs more, red for what failed. */
const fills: Record<Series, { bar: string; key: string }> = {
  bySubscription: { bar: 'fill-ink', key: 'bg-ink' },
  byApiKey: { bar: 'fill-control', key: 'bg-control' },
  byAmpCredits: { bar: 'fill-accent', key: 'bg-accent' },
  unserved: { bar: 'fill-bad', key: 'bg-bad' },
  inputTokens: { bar: 'fill-ink', key: 'bg-ink' },
  cacheReadTokens: { bar: 'fill-control', key: 'bg-control' },
  cacheWriteTokens: { bar: 'fill-soft', key: 'bg-soft' },
  outputTokens: { bar: 'fill-accent', key: 'bg-accent' },
};

export interface BarChartProps {
  bars: readonly Bar[];
  per: Per;
  measure: Measure;
}

/** Bars over time, each of the series that it is made of. The figures of the one under the pointer stand above, all of them in a table below. */
export function BarChart({ bars, per, measure }: BarChartProps) {
  const [pointed, setPointed] = useState<number>();
  const top = scaleTop(Math.max(1, ...bars.map(({ total }) => total)));
  const bar = pointed === undefined ? undefined : bars[pointed];
  const [first, last] = [bars[0], bars.at(-1)];
  const middle = bars.length > 6 ? bars[Math.floor(bars.length / 2)] : undefined;
  if (!first || !last) return null;
  const point = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setPointed(Math.min(bars.length - 1, Math.max(0, Math.floor(((clientX - left) / width) * bars.length))));
  };
  const highest = tokensText(Math.max(...bars.map(({ total }) => total)));
  return (
    <>
      <Legend parts={bar?.parts ?? whole(bars, measure)} heading={bar ? barTime(bar, per) : words.allTime} />
      <div className="mt-2 grid grid-cols-[minmax(0,1fr)_auto] gap-x-2">
        <div
          onPointerMove={point}
          onPointerLeave={() => setPointed(undefined)}
          className="relative h-40 border-t border-b border-line"
        >
          <div aria-hidden="true" className="absolute inset-x-0 top-1/2 border-t border-line" />
          <svg
            role="img"
            aria-label={words.describe(words.measures[measure], barTime(first, per), barTime(last, per), highest)}
            viewBox={`0 0 ${bars.length} 100`}
            preserveAspectRatio="none"
            className="absolute inset-0 size-full"
          >
            {bars.map((one, place) => (
              <Column key={one.at} parts={one.parts} place={place} top={top} pointed={place === pointed} />
            ))}
          </svg>
        </div>
        <div aria-hidden="true" className="flex h-40 flex-col justify-between text-xs text-soft">
          <span className="-translate-y-1/2">{tokensText(top)}</span>
          <span>{top % 2 === 0 ? tokensText(top / 2) : ''}</span>
          <span className="translate-y-1/2">0</span>
        </div>
        <div aria-hidden="true" className="flex justify-between pt-1 text-xs text-soft">
          <span>{barTime(first, per)}</span>
          {middle ? <span>{barTime(middle, per)}</span> : null}
          {bars.length > 1 ? <span>{barTime(last, per)}</span> : null}
        </div>
      </div>
      <Table bars={bars} per={per} measure={measure} />
    </>
  );
}

function whole(bars: readonly Bar[], measure: Measure): Parts {
  return series[measure].map((name, place) => ({
    name,
    value: bars.reduce((sum, { parts }) => sum + (parts[place]?.value ?? 0), 0),
  }));
}

function Column({ parts, place, top, pointed }: { parts: Parts; place: number; top: number; pointed: boolean }) {
  const heights = parts.map(({ value }) => (value / top) * 100);
  return (
    <g>
      {pointed ? <rect x={place} y={0} width={1} height={100} className="fill-raised" /> : null}
      {parts.map(({ name, value }, index) => {
        if (value === 0) return null;
        const height = heights[index] ?? 0;
        const below = heights.slice(0, index).reduce((sum, one) => sum + one, 0);
        const [x, width] = [place + 0.12, 0.76];
        return (
          <rect key={name} x={x} y={100 - below - height} width={width} height={height} className={fills[name].bar} />
        );
      })}
    </g>
  );
}

function Legend({ parts, heading }: { parts: Parts; heading: string }) {
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1 text-sm">
      <span className="min-w-26 font-medium">{heading}</span>
      {parts.map(({ name, value }) => (
        <span key={name} className="flex items-center gap-1.5">
          <span
            aria-hidden="true"
            className={`size-2.5 forced-color-adjust-none rounded-[2px] border border-control ${fills[name].key}`}
          />
          <span className="text-soft">{words.series[name]}</span>
          {tokensText(value)}
        </span>
      ))}
    </div>
  );
}

const cell = 'px-2 py-1 text-right first:pl-0 first:text-left last:pr-0';

function Table({ bars, per, measure }: BarChartProps) {
  const filled = bars.filter(({ total }) => total > 0);
  return (
    <details className="mt-2 text-sm">
      <summary className="w-fit rounded text-accent-text">{words.asTable}</summary>
      <table className="mt-2 w-full border-collapse">
        <thead>
          <tr className="text-xs text-soft">
            <th scope="col" className={`${cell} font-normal`}>
              {words.time}
            </th>
            {series[measure].map((name) => (
              <th key={name} scope="col" className={`${cell} font-normal`}>
                {words.series[name]}
              </th>
            ))}
            <th scope="col" className={`${cell} font-normal`}>
              {words.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {filled.map((bar) => (
            <tr key={bar.at} className="border-t border-line">
              <th scope="row" className={`${cell} font-normal`}>
                {barTime(bar, per)}
              </th>
              {bar.parts.map(({ name, value }) => (
                <td key={name} className={cell}>
                  {value.toLocaleString('en')}
                </td>
              ))}
              <td className={cell}>{sumOf(bar.parts).toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
