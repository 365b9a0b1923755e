import type { QuotaWindow, UsageEndpoint } from '../contract.ts';
import { callEndpoint, isObject, isText } from '../oauth/endpoint-call.ts';
import { windowOfLength } from '../quota-windows.ts';
import { familyOf } from './models.ts';

const hourMs = 3_600_000;
const weekMs = 168 * hourMs;

/** The names of limits before there was a list of them, with length and family. */
const namedLimits = [
  ['five_hour', 5 * hourMs, undefined],
  ['seven_day', weekMs, undefined],
  ['seven_day_opus', weekMs, 'opus'],
  ['seven_day_sonnet', weekMs, 'sonnet'],
] as const;

/** Claude refuses a token that asks more often for hours (reports of 2026). Setup tokens lack the scope. */
export const claudeUsage: UsageEndpoint = {
  everyMs: 10 * 60_000,
  isFor: ({ kind }, { scopes }) => kind === 'oauth' && (scopes === undefined || scopes.includes('user:profile')),
  async read(_account, { accessToken = '' }, { endpoints, fetch, signal }) {
    const { json } = await callEndpoint(fetch, `${endpoints.api.replace(/\/+$/, '')}/api/oauth/usage`, {
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}`, 'anthropic-beta': 'oauth-2025-04-20' },
      signal,
    });
    return usageIn(json);
  },
};

/** The windows of an answer: from its list, and from the named limits what the list lacks. */
export function usageIn(answer: Record<string, unknown>): QuotaWindow[] {
  const listed = Array.isArray(answer.limits) ? answer.limits.flatMap(listedLimit) : [];
  const named = namedLimits.flatMap(([name, lengthMs, family]) => {
    const limit = answer[name];
    return isObject(limit) ? windowOf(lengthMs, family, limit.utilization, limit.resets_at) : [];
  });
  return [...listed, ...named.filter(({ id }) => !listed.some((one) => one.id === id))];
}

/** `weekly_scoped` limits the models of one family, and never stands for the whole week. */
function listedLimit(limit: unknown): QuotaWindow[] {
  if (!isObject(limit)) return [];
  const { kind, percent, resets_at: reset, scope } = limit;
  if (kind === 'session') return windowOf(5 * hourMs, undefined, percent, reset);
  if (kind === 'weekly_all') return windowOf(weekMs, undefined, percent, reset);
  const model = kind === 'weekly_scoped' && isObject(scope) && isObject(scope.model) ? scope.model.id : undefined;
  return isText(model) ? windowOf(weekMs, familyOf(model), percent, reset) : [];
}

/** Percent here, fractions in headers. A limit without a figure says nothing. */
function windowOf(lengthMs: number, family: string | undefined, percent: unknown, reset: unknown): QuotaWindow[] {
  if (typeof percent !== 'number' || percent < 0) return [];
  const resetsAt = isText(reset) ? Date.parse(reset) : Number.NaN;
  const window = { ...windowOfLength(lengthMs, family), used: percent / 100 };
  return [Number.isNaN(resetsAt) ? window : { ...window, resetsAt }];
}
