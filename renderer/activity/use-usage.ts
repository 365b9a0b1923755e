import { useCallback, useEffect, useState } from 'react';
import type { UsageDimension, UsageView } from '../../preload/usage-view.ts';
import { useFusebox } from '../state/fusebox.tsx';
import type { Wishes } from './request-reading.ts';
import { usageQuestion } from './usage-reading.ts';
import { useLatest } from './use-latest.ts';
import { useOnRequests } from './use-requests.ts';

/** Sums need not follow every request; in milliseconds. */
const renewMs = 1_000;

/** The sums over the time that is wished for: by hour or day, or one row for each value of `by`. Undefined until read. */
export function useUsage(wishes: Wishes, by?: UsageDimension): UsageView | undefined {
  const { state, attempt } = useFusebox();
  const [view, setView] = useState<UsageView>();
  const { period, tool, account, model } = wishes;
  const asked = `${period}\n${tool}\n${account}\n${model}\n${by}`;
  const latest = useLatest({ wishes, asked });
  const load = useCallback(async () => {
    const { wishes: current, asked: about } = latest.current;
    const question = usageQuestion(current, Date.now());
    const result = await attempt('usage.get', by === undefined ? question : { ...question, per: 'total', by });
    // Figures that are not to be had leave the old ones; the list tells of the failure.
    if (result.ok && about === latest.current.asked) setView(result.value);
  }, [attempt, by, latest]);
  useEffect(() => {
    if (asked !== '') void load();
  }, [asked, load]);
  useOnRequests(state.recent[0]?.id, renewMs, () => void load());
  return view;
}
