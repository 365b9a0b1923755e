import type { QuotaWindow, UsageEndpoint } from '../contract.ts';
import { callEndpoint, isObject, isText } from '../oauth/endpoint-call.ts';
import { windowOfLength } from '../quota-windows.ts';

const weekMs = 7 * 86_400_000;

/** Units of a window's length, in milliseconds. */
const units: Record<string, number> = {
  TIME_UNIT_MINUTE: 60_000,
  TIME_UNIT_HOUR: 3_600_000,
  TIME_UNIT_DAY: 86_400_000,
};

/** The week of the subscription and its shorter windows. `headers` name the installation. */
export function kimiUsage(headers: Readonly<Record<string, string>>): UsageEndpoint {
  return {
    everyMs: 5 * 60_000,
    isFor: ({ kind }) => kind === 'oauth',
    async read(_account, { accessToken = '' }, { endpoints, fetch, signal }) {
      const { json } = await callEndpoint(fetch, `${endpoints.api.replace(/\/+$/, '')}/usages`, {
        method: 'GET',
        headers: { ...headers, authorization: `Bearer ${accessToken}` },
        signal,
      });
      return usageIn(json);
    },
  };
}

/** The windows of an answer. Figures come as text. */
export function usageIn({ usage, limits }: Record<string, unknown>): QuotaWindow[] {
  const shorter = (Array.isArray(limits) ? limits : []).filter(isObject).flatMap(({ window, detail }) => {
    const lengthMs = lengthOf(window);
    return lengthMs === undefined ? [] : windowOf(lengthMs, detail);
  });
  return [...shorter, ...windowOf(weekMs, usage)];
}

function lengthOf(window: unknown): number | undefined {
  if (!isObject(window)) return undefined;
  const duration = figure(window.duration);
  const unit = units[String(window.timeUnit)];
  return duration === undefined || unit === undefined || duration <= 0 ? undefined : duration * unit;
}

function windowOf(lengthMs: number, detail: unknown): QuotaWindow[] {
  if (!isObject(detail)) return [];
  const [limit, used, left] = [figure(detail.limit), figure(detail.used), figure(detail.remaining)];
  const spent = used ?? (limit !== undefined && left !== undefined ? limit - left : undefined);
  if (limit === undefined || limit <= 0 || spent === undefined) return [];
  const resetsAt = isText(detail.resetTime) ? Date.parse(detail.resetTime) : Number.NaN;
  const window = { ...windowOfLength(lengthMs), used: Math.max(0, spent / limit) };
  return [Number.isNaN(resetsAt) ? window : { ...window, resetsAt }];
}

function figure(value: unknown): number | undefined {
  const number = typeof value === 'number' || isText(value) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
