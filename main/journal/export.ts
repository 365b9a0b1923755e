import { type ExportFormat, type JournaledRequest, outcomeOf } from '../../preload/journal-view.ts';

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

/** A text that a spreadsheet would take for a formula gets an apostrophe: model names come from clients. */
function cell(value: Cell): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
