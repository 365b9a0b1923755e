import { expect, it } from 'vitest';
import { metricsText } from '../../main/journal/metrics.ts';
import { createMemoryStore } from '../../main/journal/store/memory-store.ts';
import { type UsageDimension, usageQuery } from '../../preload/usage-view.ts';
import { accountView, appState, hour, noon } from '../desktop/app-states.ts';
import { byAmp, refused, request, start } from './requests.ts';

it('metrics are lines that Prometheus reads, with everything that came from outside escaped', () => {
  const store = createMemoryStore(10);
  store.append([request(1, { accountLabel: 'quote " and \\ and\nline' }), byAmp(2), refused(3)]);
  const by = (dimension: UsageDimension) =>
    store.usage(usageQuery.parse({ per: 'total', by: dimension, since: 0 }), start);
  const windows = [{ id: '5h', label: '5 hours', used: 0.5, resetsAt: noon + 4 * hour, lengthMs: 5 * hour }];
  const text = metricsText({
    state: appState({ accounts: [accountView({ windows: [...windows, { id: '7d', label: 'Week' }] })] }),
    total: by('tool').total,
    byAccount: by('account'),
    byModel: by('model'),
    byTool: by('tool'),
    byOutcome: by('outcome'),
    now: noon,
  });
  const lines = text.trimEnd().split('\n');
  // The grammar of a sample line, from prometheus.io/docs/instrumenting/exposition_formats.
  const sample = /^[a-z_]+(\{([a-z_]+="([^"\\]|\\["\\n])*",?)+\})? -?\d+(\.\d+)?$/;
  for (const line of lines) expect(line).toMatch(line.startsWith('#') ? /^# (HELP|TYPE) fusebox_/ : sample);
  expect(lines).toContain('fusebox_requests_total{outcome="refused"} 1');
  expect(lines).toContain('fusebox_account_requests_total{account="quote \\" and \\\\ and\\nline"} 1');
  expect(lines).toContain('fusebox_model_tokens_total{model="claude-opus-4-7-20260401",kind="cache_read"} 70');
  expect(lines).toContain('fusebox_payer_requests_total{payer="amp-credits"} 1');
  expect(lines).toContain('fusebox_quota_left_ratio{account="you@example.com",provider="claude",window="5h"} 0.5');
  expect(lines.find((line) => line.startsWith('fusebox_quota_burn_rate'))).toMatch(/window="5h"\} 2\.5\d*$/);
  expect(text).not.toContain('window="7d"');
  expect(lines.filter((line) => line.startsWith('# TYPE'))).toHaveLength(
    new Set(lines.filter((line) => line.startsWith('# TYPE'))).size,
  );
});
