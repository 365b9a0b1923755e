import { Lock } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { useState } from 'react';
import { LinkButton } from '../shell/link-button.tsx';
import { showDetail, useDetail } from '../state/page.ts';
import { text } from '../text/en.ts';
import { ExportButtons, useExport } from './export-buttons.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filterOf, isNarrowed, noWishes, type Wishes } from './request-reading.ts';
import { RequestsView } from './requests-view.tsx';
import { Summary } from './summary.tsx';
import { UsageCharts } from './usage-charts.tsx';
import { useChoices } from './use-choices.ts';
import { useUsage } from './use-usage.ts';

const words = text.activity;
const tabs = [
  { id: 'requests', name: words.requests },
  { id: 'usage', name: words.usage },
] as const;
type Tab = (typeof tabs)[number]['id'];

/** What was requested: every request with its way, and what they sum up to. */
export function ActivityPage() {
  const [wishes, setWishes] = useState<Wishes>(noWishes);
  // The beginning of the time stays while it is looked at, or the list would begin anew with every second.
  const [filter, setFilter] = useState(() => filterOf(noWishes, Date.now()));
  const [tab, setTab] = useState<Tab>('requests');
  const choices = useChoices();
  const usage = useUsage(wishes);
  const exporting = useExport(filter);
  const opened = useDetail();
  const wish = (next: Wishes) => {
    setWishes(next);
    setFilter(filterOf(next, Date.now()));
  };
  const change = (value: string) => {
    if (opened !== undefined) showDetail('activity', undefined);
    setTab(tabs.find(({ id }) => id === value)?.id ?? 'requests');
  };
  // A link to a request shows it, whatever was looked at before.
  const shown = opened === undefined ? tab : 'requests';
  return (
    <Tabs.Root
      value={shown}
      onValueChange={change}
      className={`mx-auto flex max-w-6xl flex-col gap-3 ${shown === 'requests' ? 'h-full min-h-105' : ''}`}
    >
      <h1 className="sr-only">{words.heading}</h1>
      <div className="flex shrink-0 flex-wrap items-center gap-2">
        <Tabs.List aria-label={words.views} className="flex flex-1 gap-1">
          {tabs.map(({ id, name }) => (
            <Tabs.Trigger
              key={id}
              value={id}
              className="h-8 rounded-md px-3 font-medium text-sm text-soft hover:text-ink data-[state=active]:bg-raised data-[state=active]:text-ink"
            >
              {name}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {isNarrowed(wishes) ? (
          <LinkButton className="mr-2 text-sm" onClick={() => wish({ ...noWishes, period: wishes.period })}>
            {words.filters.clear}
          </LinkButton>
        ) : null}
        <ExportButtons onExport={exporting.write} />
      </div>
      {/* Where there is little room, an open request needs it. */}
      <div className={`flex shrink-0 flex-col gap-3 ${opened === undefined ? '' : 'max-[879px]:hidden'}`}>
        <Summary total={usage?.total} />
        <div role="status" className="shrink-0 text-sm empty:hidden">
          {exporting.done}
        </div>
        <FilterBar wishes={wishes} choices={choices} sumsOnly={shown === 'usage'} onChange={wish} />
      </div>
      <Tabs.Content value="requests" tabIndex={-1} className="min-h-0 flex-1">
        <RequestsView
          filter={filter}
          hasRequests={choices && choices.tools.length > 0}
          openedId={opened}
          onShowAll={() => wish({ ...noWishes, period: 'all' })}
        />
      </Tabs.Content>
      <Tabs.Content value="usage" tabIndex={-1}>
        <UsageCharts wishes={wishes} usage={usage} />
      </Tabs.Content>
      <p className="flex shrink-0 items-start gap-2 px-1 text-xs text-soft">
        <Lock aria-hidden="true" className="mt-0.5 size-3 shrink-0" />
        {words.bodies}
      </p>
    </Tabs.Root>
  );
}
