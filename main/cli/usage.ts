import type { AccountView } from '../../preload/contract.ts';
import {
  cacheHitShare,
  type UsageQuestion,
  type UsageRow,
  type UsageSums,
  type UsageView,
} from '../../preload/usage-view.ts';
import type { Instance } from '../engine/instance-file.ts';
import { findRunning, getJson, getText } from './instance-client.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';
import { quotaLines } from './quota-text.ts';
import { textTable } from './text-table.ts';

export interface UsageOptions extends PlaceOptions {
  per: 'hour' | 'day' | 'total';
  by?: 'tool' | 'account' | 'model' | 'format' | 'outcome';
  /** Days to look back. */
  days?: number;
  tool?: string;
  account?: string;
  model?: string;
  json?: boolean;
  csv?: boolean;
}

const dayMs = 86_400_000;

/** Prints what the running gateway has served; resolves with 3 when none runs. `now`: milliseconds since the Unix epoch. */
export async function usage(options: UsageOptions, now: number): Promise<number> {
  const running = await findRunning(dataDirOf(options));
  if (!running) {
    console.error('Fusebox is not running: the running gateway has the journal. Start it with: fusebox serve');
    return 3;
  }
  try {
    console.log(await answerOf(running, options, now));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'That did not work.');
    return 1;
  }
}

async function answerOf(running: Instance, options: UsageOptions, now: number): Promise<string> {
  const question = questionOf(options, now);
  if (options.csv) return (await getText(running, `/usage?${question}&format=csv`)).trimEnd();
  const view = (await getJson(running, `/usage?${question}`)) as UsageView;
  if (options.json) return JSON.stringify(view, null, 2);
  const width = process.stdout.columns;
  const quota = quotaLines((await getJson(running, '/accounts')) as AccountView[], now, width);
  return [...usageText(view, options, width), ...(quota.length > 0 ? ['', ...quota] : [])].join('\n');
}

function questionOf({ per, by, days, tool, account, model }: UsageOptions, now: number): URLSearchParams {
  const since = days === undefined ? undefined : now - days * dayMs;
  const question: UsageQuestion = { per, by, since, tool, account, model };
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(question)) if (value !== undefined) asked.set(name, String(value));
  return asked;
}

/** A line a row and one for all, then who paid. */
export function usageText(view: UsageView, { per, by }: Pick<UsageOptions, 'per' | 'by'>, width?: number): string[] {
  if (view.total.requests === 0) return ['No requests in this time.'];
  const named = (row: UsageRow) => [
    ...(per === 'total' ? [] : [timeText(row.at, per)]),
    ...(by === undefined ? [] : [row.key || 'none']),
  ];
  const head = [...(per === 'total' ? [] : [per === 'hour' ? 'Hour' : 'Day']), ...(by === undefined ? [] : [by])];
  const blank = head.map((_, index) => (index === 0 ? 'All' : ''));
  const titles = ['Requests', 'Not served', 'Input', 'Cached', 'Output', 'First byte', 'Total'];
  return [
    ...textTable(
      [
        [...head, ...titles],
        ...view.rows.map((row) => [...named(row), ...cells(row)]),
        ...(head.length === 0 || view.rows.length < 2 ? [] : [[...blank, ...cells(view.total)]]),
      ],
      { width },
    ),
    '',
    ...payerLines(view.total),
  ];
}

function cells(sums: UsageSums): string[] {
  const cached = cacheHitShare(sums);
  return [
    String(sums.requests),
    String(sums.unserved),
    amountText(sums.inputTokens + sums.cacheReadTokens + sums.cacheWriteTokens),
    cached === undefined ? '-' : `${Math.round(cached * 100)} %`,
    amountText(sums.outputTokens),
    secondsText(sums.meanFirstByteMs),
    secondsText(sums.meanTotalMs),
  ];
}

function payerLines(total: UsageSums): string[] {
  const keys = total.byApiKey > 0 ? [`With API keys: ${requestsText(total.byApiKey)}`] : [];
  return [
    `By your subscriptions: ${requestsText(total.bySubscription)}, ${amountText(total.subscriptionTokens)} tokens`,
    ...keys,
    `Amp credits: ${requestsText(total.byAmpCredits)} that may have cost some, ${total.ampCreditsSaved} that cost none`,
  ];
}

function requestsText(count: number): string {
  return `${count} ${count === 1 ? 'request' : 'requests'}`;
}

/** `812`, `12.3 k`, `4.5 M`. */
function amountText(count: number): string {
  if (count < 1_000) return String(count);
  return count < 1_000_000 ? `${(count / 1_000).toFixed(1)} k` : `${(count / 1_000_000).toFixed(1)} M`;
}

function secondsText(ms: number | undefined): string {
  return ms === undefined ? '-' : `${(ms / 1_000).toFixed(1)} s`;
}

/** In this machine's time zone. */
function timeText(at: number, per: 'hour' | 'day'): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return per === 'day' ? day : `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
