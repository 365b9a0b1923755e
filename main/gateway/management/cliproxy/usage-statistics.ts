import type { UsageQuery, UsageRow, UsageSums, UsageView } from '../../../../preload/usage-view.ts';

/** The answer to CLIProxyAPI's `GET /usage` (its MANAGEMENT_API.md), of the last 30 days. */
export interface UsageStatistics {
  usage: {
    total_requests: number;
    success_count: number;
    failure_count: number;
    total_tokens: number;
    requests_by_day: Record<string, number>;
    /** All days together, by the hour of the day. */
    requests_by_hour: Record<string, number>;
    tokens_by_day: Record<string, number>;
    tokens_by_hour: Record<string, number>;
    /** By tool, where CLIProxyAPI has the client's key. `details` is empty: single requests are in the journal. */
    apis: Record<string, ApiStatistics>;
  };
  failed_requests: number;
}

interface ApiStatistics {
  total_requests: number;
  total_tokens: number;
  models: Record<string, { total_requests: number; total_tokens: number; details: never[] }>;
}

/** Tools that are listed one by one; each costs a question of its own. */
const mostTools = 20;

export async function usageStatistics(journal: {
  usage(query: UsageQuery): Promise<UsageView>;
}): Promise<UsageStatistics> {
  const byDay = await journal.usage({ per: 'day' });
  const { since } = byDay;
  const [byHour, byTool] = await Promise.all([
    journal.usage({ per: 'hour', since }),
    journal.usage({ per: 'total', by: 'tool', since }),
  ]);
  const tools = byTool.rows.filter(({ key }) => key).slice(0, mostTools);
  const apis = await Promise.all(
    tools.map(async (row): Promise<[string, ApiStatistics]> => {
      const models = await journal.usage({ per: 'total', by: 'model', tool: row.key, since });
      return [row.key ?? '', { ...figures(row), models: Object.fromEntries(models.rows.map(modelEntry)) }];
    }),
  );
  const { total } = byDay;
  return {
    usage: {
      total_requests: total.requests,
      success_count: total.requests - total.unserved,
      failure_count: total.unserved,
      total_tokens: tokensOf(total),
      requests_by_day: sumBy(byDay.rows, dayOf, ({ requests }) => requests),
      requests_by_hour: sumBy(byHour.rows, hourOf, ({ requests }) => requests),
      tokens_by_day: sumBy(byDay.rows, dayOf, tokensOf),
      tokens_by_hour: sumBy(byHour.rows, hourOf, tokensOf),
      apis: Object.fromEntries(apis),
    },
    failed_requests: total.unserved,
  };
}

function modelEntry(row: UsageRow): [string, ApiStatistics['models'][string]] {
  return [row.key || 'unknown', { ...figures(row), details: [] }];
}

function figures(sums: UsageSums): { total_requests: number; total_tokens: number } {
  return { total_requests: sums.requests, total_tokens: tokensOf(sums) };
}

function tokensOf({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: UsageSums): number {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

function sumBy(rows: readonly UsageRow[], keyOf: (at: Date) => string, of: (row: UsageRow) => number) {
  const sums: Record<string, number> = {};
  for (const row of rows) {
    const key = keyOf(new Date(row.at));
    sums[key] = (sums[key] ?? 0) + of(row);
  }
  return sums;
}

/** In the gateway's time zone, as its days are. */
function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function hourOf(at: Date): string {
  return two(at.getHours());
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
