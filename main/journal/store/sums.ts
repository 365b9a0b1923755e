import type { UsageDimension, UsageQuery, UsageRow, UsageSums, UsageView } from '../../../preload/usage-view.ts';
import { kindCondition } from './kinds.ts';
import type { Database } from './sqlite-driver.ts';
import { usageSpan } from './usage-span.ts';

const keyColumns: Readonly<Record<UsageDimension, string>> = {
  tool: 'k.tool',
  account: 'k.account',
  model: "CASE k.model_served WHEN '' THEN k.model_asked ELSE k.model_served END",
  format: 'k.format',
  outcome: 'k.outcome',
};

const tokens = 'u.input + u.output + u.cache_read + u.cache_write';
const requestsWhere = (condition: string) => `sum(CASE WHEN ${condition} THEN u.requests ELSE 0 END)`;

const sumColumns = `
  sum(u.requests) AS requests,
  ${requestsWhere("k.outcome <> 'served'")} AS unserved,
  ${requestsWhere("k.paid_by = 'subscription'")} AS bySubscription,
  ${requestsWhere("k.paid_by = 'api-key'")} AS byApiKey,
  ${requestsWhere("k.paid_by = 'amp-credits'")} AS byAmpCredits,
  ${requestsWhere("k.amp_credit = 'saved'")} AS ampCreditsSaved,
  sum(u.input) AS inputTokens,
  sum(u.output) AS outputTokens,
  sum(u.cache_read) AS cacheReadTokens,
  sum(u.cache_write) AS cacheWriteTokens,
  sum(u.reasoning) AS reasoningTokens,
  sum(CASE WHEN k.paid_by = 'subscription' THEN ${tokens} ELSE 0 END) AS subscriptionTokens,
  sum(u.total_ms) AS totalMs,
  sum(u.first_byte_ms) AS firstByteMs,
  sum(u.first_bytes) AS firstBytes`;

type RawSums = Omit<UsageSums, 'meanTotalMs' | 'meanFirstByteMs'> & {
  totalMs: number;
  firstByteMs: number;
  firstBytes: number;
};
type RawRow = RawSums & { at: number; key: string };

/** Sums by the hour or day, from the tables that are kept up with each write. `now` in milliseconds since the Unix epoch. */
export function usageOf(db: Database, query: UsageQuery, now: number): UsageView {
  const { first, last, since, until, startOf } = usageSpan(query, now);
  const { sql, values } = kindCondition(query);
  const from = `FROM ${query.per === 'hour' ? 'usage_hours' : 'usage_days'} u JOIN kinds k ON k.id = u.kind
    WHERE u.at BETWEEN ? AND ?${sql === '' ? '' : ` AND ${sql}`}`;
  const at = query.per === 'total' ? String(first) : 'u.at';
  const key = query.by === undefined ? "''" : keyColumns[query.by];
  const rows = db
    .prepare(`SELECT ${at} AS at, ${key} AS "key", ${sumColumns} ${from} GROUP BY 1, 2 ORDER BY 1, 2`)
    .all(first, last, ...values) as RawRow[];
  const total = db.prepare(`SELECT ${sumColumns} ${from}`).get(first, last, ...values) as RawSums;
  return {
    since,
    until,
    rows: rows.map((row): UsageRow => {
      const named = query.by === undefined ? {} : { key: row.key };
      return { at: startOf(row.at), ...named, ...sumsOf(row) };
    }),
    total: sumsOf(total),
  };
}

/** Field by field: the driver adds some of its own to a row. A sum of nothing is null. */
function sumsOf(raw: RawSums): UsageSums {
  return {
    requests: raw.requests ?? 0,
    unserved: raw.unserved ?? 0,
    bySubscription: raw.bySubscription ?? 0,
    byApiKey: raw.byApiKey ?? 0,
    byAmpCredits: raw.byAmpCredits ?? 0,
    ampCreditsSaved: raw.ampCreditsSaved ?? 0,
    inputTokens: raw.inputTokens ?? 0,
    outputTokens: raw.outputTokens ?? 0,
    cacheReadTokens: raw.cacheReadTokens ?? 0,
    cacheWriteTokens: raw.cacheWriteTokens ?? 0,
    reasoningTokens: raw.reasoningTokens ?? 0,
    subscriptionTokens: raw.subscriptionTokens ?? 0,
    ...(raw.requests > 0 ? { meanTotalMs: Math.round(raw.totalMs / raw.requests) } : {}),
    ...(raw.firstBytes > 0 ? { meanFirstByteMs: Math.round(raw.firstByteMs / raw.firstBytes) } : {}),
  };
}
