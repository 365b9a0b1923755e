import type { Account } from '../../accounts/account.ts';
import type { QuotaWindow, UsageEndpoint } from '../contract.ts';
import { callEndpoint, isObject, isText } from '../oauth/endpoint-call.ts';
import { windowOfLength } from '../quota-windows.ts';

/** What Codex shows its owner of the plan's limits. */
export const chatgptUsage: UsageEndpoint = {
  everyMs: 5 * 60_000,
  isFor: ({ kind }) => kind === 'oauth',
  async read(account, { accessToken = '' }, { endpoints, fetch, signal }) {
    const { json } = await callEndpoint(fetch, usageUrl(endpoints.api), {
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}`, ...accountHeader(account) },
      signal,
    });
    return usageIn(json);
  },
};

/** Beside the model API where that is under /backend-api, else under a path of its own, as Codex does it. */
function usageUrl(api: string): string {
  const base = api.replace(/\/codex\/?$/, '').replace(/\/+$/, '');
  return base.endsWith('/backend-api') ? `${base}/wham/usage` : `${base}/api/codex/usage`;
}

function accountHeader({ organizationId }: Account): Record<string, string> {
  return organizationId === undefined ? {} : { 'chatgpt-account-id': organizationId };
}

/** The windows of an answer: those of the plan, and further ones that limit a single model. */
export function usageIn({ rate_limit: plan, additional_rate_limits: more }: Record<string, unknown>): QuotaWindow[] {
  const further = Array.isArray(more) ? more.filter(isObject) : [];
  return [
    ...windowsOf(plan, undefined),
    ...further.flatMap(({ limit_name: name, rate_limit: limit }) =>
      isText(name) ? windowsOf(limit, name.toLowerCase()) : [],
    ),
  ];
}

/** Classified by length: some plans report the week as the primary window. */
function windowsOf(limit: unknown, family: string | undefined): QuotaWindow[] {
  if (!isObject(limit)) return [];
  const isFull = limit.limit_reached === true;
  return [limit.primary_window, limit.secondary_window].filter(isObject).flatMap((window) => {
    const { used_percent: percent, limit_window_seconds: seconds, reset_at: reset } = window;
    if (typeof percent !== 'number' || typeof seconds !== 'number' || seconds <= 0) return [];
    const used = Math.min(1, Math.max(0, percent / 100));
    return {
      ...windowOfLength(seconds * 1000, family),
      used,
      ...(typeof reset === 'number' ? { resetsAt: reset * 1000 } : {}),
      ...(isFull && used >= 1 ? { state: 'rejected' as const } : {}),
    };
  });
}
