import type { QuotaWindow, UsageEndpoint } from '../contract.ts';
import { callEndpoint, isObject, isText } from '../oauth/endpoint-call.ts';
import { subscriptionBase } from './endpoints.ts';

/** Credits of a Grok subscription in its billing period. */
export const xaiUsage: UsageEndpoint = {
  everyMs: 5 * 60_000,
  isFor: ({ kind }) => kind === 'oauth',
  async read(_account, { accessToken = '' }, { endpoints, fetch, signal }) {
    const { json } = await callEndpoint(fetch, `${subscriptionBase(endpoints.api)}/billing?format=credits`, {
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}`, 'x-xai-token-auth': 'xai-grok-cli' },
      signal,
    });
    return usageIn(json);
  },
};

/** One window, the billing period. A share that is absent is not known, and not nothing. */
export function usageIn({ config }: Record<string, unknown>): QuotaWindow[] {
  if (!isObject(config)) return [];
  const used = percentUsed(config) ?? partUsed(config);
  if (used === undefined) return [];
  const period = isObject(config.currentPeriod) ? config.currentPeriod : {};
  const resetsAt = timeIn(period.end) ?? timeIn(config.billingPeriodEnd);
  return [{ id: 'period', label: 'Billing period', used, ...(resetsAt === undefined ? {} : { resetsAt }) }];
}

function percentUsed({ creditUsagePercent: percent }: Record<string, unknown>): number | undefined {
  return typeof percent === 'number' && percent >= 0 ? percent / 100 : undefined;
}

/** What may be spent beyond the plan, where that is all that is counted. */
function partUsed({ onDemandUsed, onDemandCap }: Record<string, unknown>): number | undefined {
  const [used, cap] = [amountIn(onDemandUsed), amountIn(onDemandCap)];
  return used === undefined || cap === undefined || cap <= 0 ? undefined : Math.max(0, used / cap);
}

function amountIn(value: unknown): number | undefined {
  return isObject(value) && typeof value.val === 'number' ? value.val : undefined;
}

function timeIn(value: unknown): number | undefined {
  const time = isText(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
