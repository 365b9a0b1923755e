import type { QuotaWindow, UpstreamHeaders } from '../contract.ts';
import { windowOfLength } from '../quota-windows.ts';
import { families } from './models.ts';

/** How the names of all headers about limits begin. */
export const quotaPrefix = 'anthropic-ratelimit-unified-';
const reading = /^((\d+)([hd])(?:[_-](.+))?)-(utilization|reset|status)$/;
const hourMs = 3_600_000;

/**
 * Reads every window that the headers of an answer to a subscription report, whatever its name. A window with a suffix
 * limits one family of models only: the one that it names, `7d-sonnet`, else that of the model that was asked, since
 * `7d_oi` and the like stand on answers of their own family only.
 */
export function readQuota(headers: UpstreamHeaders, askedFamily?: string): QuotaWindow[] {
  const windows = new Map<string, QuotaWindow>();
  for (const name in headers) {
    if (!name.startsWith(quotaPrefix)) continue;
    const [, id = '', count, unit, suffix, field] = reading.exec(name.slice(quotaPrefix.length)) ?? [];
    if (id === '') continue;
    const lengthMs = Number(count) * (unit === 'h' ? hourMs : 24 * hourMs);
    const family = suffix && (families.find((one) => one === suffix) ?? askedFamily ?? suffix);
    const window = windows.get(id) ?? { ...windowOfLength(lengthMs, family || undefined), id };
    windows.set(id, Object.assign(window, readingOf(field, headerText(headers, name))));
  }
  return [...windows.values()];
}

/** State of the account as a whole, by the headers of one answer. */
export function unifiedLimit(headers: UpstreamHeaders): { isRejected: boolean; resetsAt: number | undefined } {
  const resetsAt = readingOf('reset', headerText(headers, `${quotaPrefix}reset`)).resetsAt;
  return { isRejected: headerText(headers, `${quotaPrefix}status`) === 'rejected', resetsAt };
}

/** A header's first value, without white space around it. */
function headerText(headers: UpstreamHeaders, name: string): string | undefined {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value)?.trim();
}

function readingOf(field: string | undefined, text: string | undefined): Partial<QuotaWindow> {
  if (!text) return {};
  if (field === 'status') return stateOf(text);
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) return {};
  return field === 'reset' ? { resetsAt: value * 1000 } : { used: value };
}

function stateOf(text: string): Partial<QuotaWindow> {
  if (text === 'allowed' || text === 'rejected') return { state: text };
  return text === 'allowed_warning' ? { state: 'warning' } : {};
}
