import { expect, it } from 'vitest';
import { metricsText } from '../../main/journal/metrics.ts';
import { createMemoryStore } from '../../main/journal/store/memory-store.ts';
import type { RequestStore } from '../../main/journal/store/request-store.ts';
import type { AccountView } from '../../preload/contract.ts';
import { type UsageDimension, usageQuery } from '../../preload/usage-view.ts';
import { accountView, appState, hour, noon } from '../desktop/app-states.ts';
import { byAmp, refused, request, start } from './requests.ts';

function textOf(store: RequestStore, accounts: AccountView[]): string {
  const by = (dimension: UsageDimension) =>
    store.usage(usageQuery.parse({ per: 'total', by: dimension, since: 0 }), start);
  return metricsText({
    state: appState({ accounts }),
    total: by('tool').total,
    byAccount: by('account'),
    byModel: by('model'),
    byTool: by('tool'),
    byOutcome: by('outcome'),
    now: noon,
  });
}

/** The names and labels of all samples. */
const seriesOf = (text: string) => text.split('\n').flatMap((line) => /^([^#].*) \S+$/.exec(line)?.[1] ?? []);

it('metrics are lines that Prometheus reads, with everything that came from outside escaped', () => {
  const store = createMemoryStore(10);
  store.append([request(1, { accountLabel: 'quote " and \\ and\nline' }), byAmp(2), refused(3)]);
  const windows = [{ id: '5h', label: '5 hours', used: 0.5, resetsAt: noon + 4 * hour, lengthMs: 5 * hour }];
  const text = textOf(store, [accountView({ windows: [...windows, { id: '7d', label: 'Week' }] })]);
  const lines = text.trimEnd().split('\n');
  // The grammar of a sample line, from prometheus.io/docs/instrumenting/exposition_formats.
  const sample = /^[a-z_]+(\{([a-z_]+="([^"\\]|\\["\\n])*",?)+\})? -?\d+(\.\d+)?$/;
  for (const line of lines) expect(line).toMatch(line.startsWith('#') ? /^# (HELP|TYPE) fusebox_/ : sample);
  expect(lines).toContain('fusebox_requests_total{outcome="refused"} 1');
  expect(lines).toContain('fusebox_account_requests_total{account="quote \\" and \\\\ and\\nline"} 1');
  expect(lines).toContain('fusebox_model_tokens_total{model="claude-opus-4-7-20260401",kind="cache_read"} 70');
  expect(lines).toContain('fusebox_payer_requests_total{payer="amp-credits"} 1');
  expect(lines).toContain(
    'fusebox_quota_left_ratio{account="you@example.com",id="claude:you@example.com",provider="claude",window="5h"} 0.5',
  );
  expect(lines.find((line) => line.startsWith('fusebox_quota_burn_rate'))).toMatch(/window="5h"\} 2\.5\d*$/);
  expect(text).not.toContain('window="7d"');
  expect(lines.filter((line) => line.startsWith('# TYPE'))).toHaveLength(
    new Set(lines.filter((line) => line.startsWith('# TYPE'))).size,
  );
});

it('metrics have no series twice: of two accounts with one label each has its own', () => {
  const windows = [{ id: '5h', label: '5 hours', used: 0.5, resetsAt: noon + 4 * hour, lengthMs: 5 * hour }];
  const twins = ['one', 'two'].map((id) => accountView({ id, label: 'you@example.com', windows }));
  const series = seriesOf(textOf(createMemoryStore(1), twins));
  expect(new Set(series).size).toBe(series.length);
  expect(series.filter((one) => one.startsWith('fusebox_account_status{account="you@example.com"'))).toHaveLength(2);
});

it('metrics have no more series than a hundred names need, however many models clients ask for', () => {
  const store = createMemoryStore(1_000);
  store.append([
    ...Array.from({ length: 500 }, (_, index) => ({
      ...refused(index),
      modelAsked: `made-up-${index}`,
    })),
    { ...refused(500), modelAsked: 'other' },
    ...Array.from({ length: 3 }, (_, index) => request(501 + index, { modelServed: 'claude-opus-4-7' })),
  ]);
  const text = textOf(store, []);
  const models = text.split('\n').filter((line) => line.startsWith('fusebox_model_requests_total{'));
  expect(models).toHaveLength(101);
  expect(models[0]).toBe('fusebox_model_requests_total{model="claude-opus-4-7"} 3');
  const sum = models.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  expect(sum).toBe(504);
  const series = seriesOf(text);
  expect(new Set(series).size).toBe(series.length);
});
