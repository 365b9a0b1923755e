import { burnRateOf } from '../../preload/burn-rate.ts';
import type { AppState } from '../../preload/contract.ts';
import { leftOf } from '../../preload/readings.ts';
import type { UsageRow, UsageSums, UsageView } from '../../preload/usage-view.ts';

export interface MetricsInput {
  state: Pick<AppState, 'version' | 'gateway' | 'accounts' | 'amp'>;
  /** Of all time that sums are kept for, `per: 'total'`. */
  total: UsageSums;
  byAccount: UsageView;
  byModel: UsageView;
  byTool: UsageView;
  byOutcome: UsageView;
  /** Milliseconds since the Unix epoch. */
  now: number;
}

type Labels = Record<string, string>;
type Sample = readonly [labels: Labels, value: number];

/** The Prometheus text format (prometheus.io/docs/instrumenting/exposition_formats). */
export function metricsText(input: MetricsInput): string {
  const { state, total, now } = input;
  const windows = state.accounts.flatMap((account) =>
    account.windows.map((window) => ({
      labels: { ...accountLabels(account), window: window.id },
      left: leftOf(window, now),
      burn: burnRateOf(window, now)?.rate,
    })),
  );
  const known = (value: number | undefined, labels: Labels): Sample[] => (value === undefined ? [] : [[labels, value]]);
  return [
    metric('fusebox_info', 'gauge', 'The running version.', [[{ version: state.version }, 1]]),
    metric('fusebox_requests_in_flight', 'gauge', 'Requests being served.', [[{}, state.gateway.inFlight]]),
    metric('fusebox_requests_total', 'counter', 'Requests by outcome.', requests(input.byOutcome, 'outcome')),
    metric('fusebox_tool_requests_total', 'counter', 'Requests by tool.', requests(input.byTool, 'tool')),
    metric('fusebox_model_requests_total', 'counter', 'Requests by model.', requests(input.byModel, 'model')),
    metric('fusebox_account_requests_total', 'counter', 'Requests by account.', requests(input.byAccount, 'account')),
    metric('fusebox_model_tokens_total', 'counter', 'Tokens by model.', tokens(input.byModel, 'model')),
    metric('fusebox_account_tokens_total', 'counter', 'Tokens by account.', tokens(input.byAccount, 'account')),
    metric('fusebox_payer_requests_total', 'counter', 'Answered requests by who paid for them.', [
      [{ payer: 'subscription' }, total.bySubscription],
      [{ payer: 'api-key' }, total.byApiKey],
      [{ payer: 'amp-credits' }, total.byAmpCredits],
    ]),
    metric('fusebox_amp_credits_saved_total', 'counter', 'Requests for Amp that an account served.', [
      [{}, total.ampCreditsSaved],
    ]),
    metric('fusebox_amp_paid_requests_today', 'gauge', 'Requests to Amp since midnight that may have cost credits.', [
      [{}, state.amp.creditRequestsToday],
    ]),
    metric('fusebox_amp_paid_requests_limit', 'gauge', 'The most of them that a day may have.', [
      [{}, state.amp.creditGuard],
    ]),
    metric(
      'fusebox_account_status',
      'gauge',
      'The state of each account.',
      state.accounts.map((account) => [{ ...accountLabels(account), status: account.status }, 1]),
    ),
    metric(
      'fusebox_quota_left_ratio',
      'gauge',
      'What is left of a quota window, 0 to 1.',
      windows.flatMap(({ labels, left }) => known(left, labels)),
    ),
    metric(
      'fusebox_quota_burn_rate',
      'gauge',
      'Used quota by elapsed time; above 1 it does not last until the reset.',
      windows.flatMap(({ labels, burn }) => known(burn, labels)),
    ),
  ].join('');
}

/** Two accounts may have one label, and two series with the same labels are one too many: the id tells them apart. */
function accountLabels({ id, label, provider }: AppState['accounts'][number]): Labels {
  return { account: label, id, provider };
}

/** Clients name models and themselves as they like: no more names than this become series, the rest is `other`. */
const mostNames = 100;

/** The rows that have the most requests under their own name, all others together. */
function bounded({ rows }: UsageView): { name: string; rows: UsageRow[] }[] {
  const byRequests = [...rows].sort((a, b) => b.requests - a.requests);
  const own = byRequests.slice(0, mostNames).filter(({ key }) => key !== otherName);
  const rest = byRequests.filter((row) => !own.includes(row));
  return [
    ...own.map((row) => ({ name: row.key ?? '', rows: [row] })),
    ...(rest.length > 0 ? [{ name: otherName, rows: rest }] : []),
  ];
}

const otherName = 'other';

function sumOf(rows: readonly UsageRow[], of: (row: UsageRow) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}

function requests(view: UsageView, label: string): Sample[] {
  return bounded(view).map(({ name, rows }) => [{ [label]: name }, sumOf(rows, (row) => row.requests)]);
}

function tokens(view: UsageView, label: string): Sample[] {
  const kinds: readonly [string, (row: UsageRow) => number][] = [
    ['input', (row) => row.inputTokens],
    ['output', (row) => row.outputTokens],
    ['cache_read', (row) => row.cacheReadTokens],
    ['cache_write', (row) => row.cacheWriteTokens],
  ];
  return bounded(view).flatMap(({ name, rows }) =>
    kinds.map(([kind, of]): Sample => [{ [label]: name, kind }, sumOf(rows, of)]),
  );
}

function metric(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
