import type { JournaledRequest, PageQuery, RequestFilter, RequestPage } from '../../../preload/journal-view.ts';
import { outcomeOf } from '../../../preload/outcome.ts';
import type { UsageDimension, UsageQuery, UsageRow, UsageSums } from '../../../preload/usage-view.ts';
import type { RequestRecord } from '../record.ts';
import { kindOf } from './kinds.ts';
import type { RequestStore } from './request-store.ts';
import { usageSpan } from './usage-span.ts';

/** Keeps the last `capacity` requests until the program ends, for when there is no file. Sums are over those alone. */
export function createMemoryStore(capacity: number): RequestStore {
  let kept: JournaledRequest[] = [];
  let seq = 0;
  return {
    append(records) {
      for (const record of records) kept.push({ seq: ++seq, ...record });
      if (kept.length > capacity) kept = kept.slice(-capacity);
    },
    page: (query) => pageOf(kept, query),
    find: (id) => kept.findLast((request) => request.id === id),
    choices: () => ({
      tools: distinct(kept.map(({ tool }) => tool)),
      accounts: distinct(kept.map(({ accountLabel }) => accountLabel)),
      models: distinct(kept.flatMap(({ modelAsked, modelServed }) => [modelAsked, modelServed])),
    }),
    usage: (query, now) => usageOver(kept, query, now),
  };
}

function pageOf(kept: readonly JournaledRequest[], query: PageQuery): RequestPage {
  const before = query.before ?? Number.POSITIVE_INFINITY;
  const matching = kept.filter((request) => request.seq < before && matches(request, query)).reverse();
  const requests = matching.slice(0, query.limit);
  const last = requests.at(-1);
  return { requests, ...(matching.length > query.limit && last ? { next: last.seq } : {}) };
}

function matches(request: RequestRecord, filter: RequestFilter): boolean {
  const { since = 0, until = Number.POSITIVE_INFINITY, text } = filter;
  const endedAt = request.startedAt + request.totalMs;
  if (endedAt < since || endedAt >= until) return false;
  return matchesKind(request, filter) && (text === undefined || request.id === text || holds(request, text));
}

type KindFilter = Pick<RequestFilter, 'tool' | 'account' | 'model' | 'outcome'>;

function matchesKind(request: RequestRecord, { tool, account, model, outcome }: KindFilter): boolean {
  const kind = kindOf(request);
  if (tool !== undefined && kind.tool !== tool) return false;
  if (account !== undefined && kind.account !== account && kind.account_id !== account) return false;
  if (model !== undefined && kind.model_asked !== model && kind.model_served !== model) return false;
  return outcome === undefined || kind.outcome === outcome;
}

function holds(request: RequestRecord, text: string): boolean {
  const { tool, path, model_asked, model_served, account, status, problem } = kindOf(request);
  const all = [tool, path, model_asked, model_served, account, status, problem].join(' ').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => all.includes(part));
}

function usageOver(kept: readonly RequestRecord[], query: UsageQuery, now: number) {
  const { first, last, since, until, bucketOf, startOf } = usageSpan(query, now);
  const groups = new Map<string, { at: number; key: string; requests: RequestRecord[] }>();
  const counted: RequestRecord[] = [];
  for (const request of kept) {
    const bucket = bucketOf(request.startedAt + request.totalMs);
    if (bucket < first || bucket > last || !matchesKind(request, query)) continue;
    counted.push(request);
    const at = query.per === 'total' ? first : bucket;
    const key = query.by === undefined ? '' : keyOf(request, query.by);
    const group = groups.get(`${at}/${key}`) ?? { at, key, requests: [] };
    groups.set(`${at}/${key}`, group);
    group.requests.push(request);
  }
  const rows = [...groups.values()]
    .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
    .map(({ at, key, requests }): UsageRow => {
      const named = query.by === undefined ? {} : { key };
      return { at: startOf(at), ...named, ...sumsOf(requests) };
    });
  return { since, until, rows, total: sumsOf(counted) };
}

function keyOf(request: RequestRecord, dimension: UsageDimension): string {
  const kind = kindOf(request);
  switch (dimension) {
    case 'model':
      return kind.model_served || kind.model_asked;
    case 'outcome':
      return kind.outcome;
    default:
      return kind[dimension];
  }
}

function sumsOf(requests: readonly RequestRecord[]): UsageSums {
  const sum = (of: (request: RequestRecord) => number | undefined) =>
    requests.reduce((total, request) => total + (of(request) ?? 0), 0);
  const count = (is: (request: RequestRecord) => boolean) => requests.filter(is).length;
  const firsts = count(({ firstByteMs }) => firstByteMs !== undefined);
  const paidBy = (who: RequestRecord['paidBy']) => count((request) => request.paidBy === who);
  return {
    requests: requests.length,
    unserved: count((request) => outcomeOf(request) !== 'served'),
    bySubscription: paidBy('subscription'),
    byApiKey: paidBy('api-key'),
    byAmpCredits: paidBy('amp-credits'),
    ampCreditsSaved: count(({ ampCredit }) => ampCredit === 'saved'),
    inputTokens: sum(({ usage }) => usage?.inputTokens),
    outputTokens: sum(({ usage }) => usage?.outputTokens),
    cacheReadTokens: sum(({ usage }) => usage?.cacheReadTokens),
    cacheWriteTokens: sum(({ usage }) => usage?.cacheWriteTokens),
    reasoningTokens: sum(({ usage }) => usage?.reasoningTokens),
    subscriptionTokens: sum((request) => (request.paidBy === 'subscription' ? allTokens(request) : 0)),
    ...(requests.length > 0 ? { meanTotalMs: Math.round(sum(({ totalMs }) => totalMs) / requests.length) } : {}),
    ...(firsts > 0 ? { meanFirstByteMs: Math.round(sum(({ firstByteMs }) => firstByteMs) / firsts) } : {}),
  };
}

function allTokens({ usage }: RequestRecord): number {
  if (!usage) return 0;
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values)].filter((value): value is string => value !== undefined && value !== '').sort();
}
