import type { AppState } from '../../preload/contract.ts';
import type { UsageDimension } from '../../preload/usage-view.ts';
import { metricsText } from '../journal/metrics.ts';
import type { RequestJournal } from '../journal/request-journal.ts';

/** All metrics as Prometheus reads them; sums reach back as far as the journal keeps them. */
export async function collectMetrics(
  state: AppState,
  journal: Pick<RequestJournal, 'usage'>,
  now: number,
): Promise<string> {
  const by = (dimension: UsageDimension) => journal.usage({ per: 'total', by: dimension, since: 0 });
  const [byAccount, byModel, byTool, byOutcome] = await Promise.all([
    by('account'),
    by('model'),
    by('tool'),
    by('outcome'),
  ]);
  return metricsText({ state, total: byOutcome.total, byAccount, byModel, byTool, byOutcome, now });
}
