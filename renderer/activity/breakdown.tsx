import { useState } from 'react';
import type { UsageRow } from '../../preload/usage-view.ts';
import { tokensText } from '../models/model-reading.ts';
import { text } from '../text/en.ts';
import { tookText, type Wishes } from './request-reading.ts';
import { Toggle } from './toggle.tsx';
import { allTokens, cacheText, ranked } from './usage-reading.ts';
import { useUsage } from './use-usage.ts';

const words = text.activity.charts;
const dimensions = [
  { id: 'account', name: words.dimensions.account },
  { id: 'model', name: words.dimensions.model },
  { id: 'tool', name: words.dimensions.tool },
] as const;
type Dimension = (typeof dimensions)[number]['id'];

/** The sums of each account, model or tool, with a bar for its share. */
export function Breakdown({ wishes }: { wishes: Wishes }) {
  const [dimension, setDimension] = useState<Dimension>('account');
  return (
    <section aria-labelledby="breakdown" className="overflow-clip rounded-lg border border-line bg-surface">
      <div className="flex min-h-8 items-center gap-3 px-5 py-3">
        <h2 id="breakdown" className="flex-1 font-semibold">
          {words.breakdown}
        </h2>
        <Toggle label={words.dimension} options={dimensions} chosen={dimension} onChoose={setDimension} />
      </div>
      <Rows key={dimension} wishes={wishes} dimension={dimension} />
    </section>
  );
}

const cell = 'px-2 py-1.5 text-right first:pl-5 first:text-left last:pr-5';

function Rows({ wishes, dimension }: { wishes: Wishes; dimension: Dimension }) {
  const usage = useUsage(wishes, dimension);
  if (!usage) return null;
  const rows = ranked(usage.rows);
  const most = rows[0]?.requests ?? 0;
  if (most === 0) return <p className="px-5 pb-4 text-sm text-soft">{words.none}</p>;
  const { columns } = words;
  return (
    <table className="w-full border-collapse text-sm">
      <thead>
        <tr className="border-t border-line text-xs text-soft">
          {[words.dimensions[dimension], ...Object.values(columns)].map((name) => (
            <th key={name} scope="col" className={`${cell} font-normal`}>
              {name === columns.share ? <span className="sr-only">{name}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.key} row={row} name={row.key || words.noKey[dimension]} share={row.requests / most} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, name, share }: { row: UsageRow; name: string; share: number }) {
  const { requests, unserved, meanTotalMs } = row;
  return (
    <tr className="border-t border-line">
      <th scope="row" className={`${cell} font-normal [overflow-wrap:anywhere]`}>
        {name}
      </th>
      <td className={cell}>{requests.toLocaleString('en')}</td>
      <td className={`${cell} w-40`}>
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" className="block h-1.5 w-full">
          <rect width="100" height="6" className="fill-raised" />
          <rect width={Math.max(0.5, share * 100)} height="6" className="fill-ink" />
        </svg>
      </td>
      <td className={cell}>{tokensText(allTokens(row))}</td>
      <td className={cell}>{cacheText(row) ?? text.activity.list.noTokens}</td>
      <td className={cell}>{unserved.toLocaleString('en')}</td>
      <td className={`${cell} whitespace-nowrap`}>
        {meanTotalMs === undefined ? text.activity.list.noTokens : tookText(meanTotalMs)}
      </td>
    </tr>
  );
}
