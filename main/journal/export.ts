import type { ExportFormat, JournaledRequest } from '../../preload/journal-view.ts';
import { outcomeOf } from '../../preload/outcome.ts';
import type { UsageDimension, UsageRow, UsageView } from '../../preload/usage-view.ts';

type Pages = AsyncIterable<readonly JournaledRequest[]>;

/** The text of an export, piece by piece: CSV by RFC 4180 with a head line, or a JSON array. */
export function exportText(format: ExportFormat, pages: Pages): AsyncGenerator<string> {
  return format === 'csv' ? csvText(pages) : jsonText(pages);
}

async function* jsonText(pages: Pages): AsyncGenerator<string> {
  let before = '[\n';
  for await (const page of pages) {
    yield before + page.map((request) => JSON.stringify(request)).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

type Cell = string | number | undefined;

const columns: readonly { name: string; of(request: JournaledRequest): Cell }[] = [
  { name: 'started_at', of: ({ startedAt }) => new Date(startedAt).toISOString() },
  { name: 'id', of: ({ id }) => id },
  { name: 'tool', of: ({ tool }) => tool },
  { name: 'format', of: ({ wireFormat }) => wireFormat },
  { name: 'path', of: ({ path }) => path },
  { name: 'model_asked', of: ({ modelAsked }) => modelAsked },
  { name: 'model_served', of: ({ modelServed }) => modelServed },
  { name: 'route', of: ({ route }) => route },
  { name: 'reason', of: ({ reason }) => reason },
  { name: 'account', of: ({ accountLabel }) => accountLabel },
  { name: 'attempts', of: ({ attempts }) => attempts.length },
  { name: 'outcome', of: outcomeOf },
  { name: 'status', of: ({ status }) => status },
  { name: 'first_byte_ms', of: ({ firstByteMs }) => firstByteMs },
  { name: 'total_ms', of: ({ totalMs }) => totalMs },
  { name: 'input_tokens', of: ({ usage }) => usage?.inputTokens },
  { name: 'output_tokens', of: ({ usage }) => usage?.outputTokens },
  { name: 'cache_read_tokens', of: ({ usage }) => usage?.cacheReadTokens },
  { name: 'cache_write_tokens', of: ({ usage }) => usage?.cacheWriteTokens },
  { name: 'reasoning_tokens', of: ({ usage }) => usage?.reasoningTokens },
  { name: 'paid_by', of: ({ paidBy }) => paidBy },
  { name: 'amp_credit', of: ({ ampCredit }) => ampCredit },
];

async function* csvText(pages: Pages): AsyncGenerator<string> {
  yield `${columns.map(({ name }) => name).join(',')}\r\n`;
  for await (const page of pages) {
    yield page.map((request) => `${columns.map(({ of }) => cell(of(request))).join(',')}\r\n`).join('');
  }
}

const sumColumns: readonly { name: string; of(row: UsageRow): Cell }[] = [
  { name: 'requests', of: ({ requests }) => requests },
  { name: 'not_served', of: ({ unserved }) => unserved },
  { name: 'by_subscription', of: ({ bySubscription }) => bySubscription },
  { name: 'by_api_key', of: ({ byApiKey }) => byApiKey },
  { name: 'by_amp_credits', of: ({ byAmpCredits }) => byAmpCredits },
  { name: 'amp_credits_saved', of: ({ ampCreditsSaved }) => ampCreditsSaved },
  { name: 'input_tokens', of: ({ inputTokens }) => inputTokens },
  { name: 'output_tokens', of: ({ outputTokens }) => outputTokens },
  { name: 'cache_read_tokens', of: ({ cacheReadTokens }) => cacheReadTokens },
  { name: 'cache_write_tokens', of: ({ cacheWriteTokens }) => cacheWriteTokens },
  { name: 'reasoning_tokens', of: ({ reasoningTokens }) => reasoningTokens },
  { name: 'subscription_tokens', of: ({ subscriptionTokens }) => subscriptionTokens },
  { name: 'mean_first_byte_ms', of: ({ meanFirstByteMs }) => meanFirstByteMs },
  { name: 'mean_total_ms', of: ({ meanTotalMs }) => meanTotalMs },
];

/** Sums as CSV: a line for each row, with the start of its hour, day or time, and what it was asked by. */
export function usageCsv({ rows }: UsageView, by: UsageDimension | undefined): string {
  const head = ['start', ...(by === undefined ? [] : [by]), ...sumColumns.map(({ name }) => name)];
  const lines = rows.map((row) => [
    new Date(row.at).toISOString(),
    ...(by === undefined ? [] : [row.key]),
    ...sumColumns.map(({ of }) => of(row)),
  ]);
  return [head, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe: model names come from clients. */
function cell(value: Cell): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
