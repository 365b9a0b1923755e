import { isJsonObject, type Json } from '../../protocols/exact-json.ts';
import { objectIn } from '../../protocols/json-text.ts';
import { countOf } from '../../protocols/json-values.ts';
import type { StreamEvent } from '../../protocols/translator.ts';
import type { QuotaWindow, UpstreamHeaders } from '../contract.ts';
import { windowOfLength } from '../quota-windows.ts';

const reading = /^(x-.+?)-(primary|secondary)-used-percent$/;
/** The limit of the plan; others limit single models. */
const planLimit = 'x-codex';
const minuteMs = 60_000;
/** Lengths in minutes where none is told. */
const usualMinutes = { primary: 300, secondary: 10_080 } as const;

/**
 * Reads every limit that an answer's headers report. Windows are told by their length, not by their name: some plans
 * report the week as the primary one.
 */
export function readQuota(headers: UpstreamHeaders): QuotaWindow[] {
  return Object.keys(headers).flatMap((header): QuotaWindow[] => {
    const [, limit, name] = reading.exec(header) ?? [];
    if (limit === undefined || (name !== 'primary' && name !== 'secondary')) return [];
    const number = (field: string) => numberOf(textOf(headers, `${limit}-${name}-${field}`));
    const family = limit === planLimit ? undefined : familyOfLimit(headers, limit);
    const minutes = number('window-minutes') ?? usualMinutes[name];
    const reset = number('reset-at') ?? resetAfter(headers, number('reset-after-seconds'));
    return windowOf(number('used-percent'), minutes, reset, family);
  });
}

/** The same of the event `codex.rate_limits` within a stream. */
export function readQuotaEvent({ event, data }: StreamEvent): QuotaWindow[] {
  if (event !== undefined && event !== 'codex.rate_limits') return [];
  if (!data.includes('codex.rate_limits')) return [];
  const value = objectIn(data);
  if (value?.type !== 'codex.rate_limits' || !isJsonObject(value.rate_limits)) return [];
  const { primary, secondary } = value.rate_limits;
  const name = value.metered_limit_name ?? value.limit_name;
  const family = typeof name === 'string' && name !== '' && name !== 'codex' ? name.toLowerCase() : undefined;
  return [...eventWindow(primary, 'primary', family), ...eventWindow(secondary, 'secondary', family)];
}

/** Milliseconds until the latest reset of the limit's windows that are used up; undefined when none is known to be. */
export function untilReset(headers: UpstreamHeaders, now: number): number | undefined {
  const resets = readQuota(headers).flatMap(({ used = 0, resetsAt, family }) =>
    used >= 1 && family === undefined && resetsAt !== undefined ? [resetsAt - now] : [],
  );
  return resets.length === 0 ? undefined : Math.max(...resets);
}

/** Whether the limit that an answer names as the one that applied is another than the plan's. */
export function isOtherLimit(headers: UpstreamHeaders): boolean {
  const active = textOf(headers, 'x-codex-active-limit')?.toLowerCase().replaceAll('_', '-');
  return active !== undefined && active !== '' && active !== 'codex' && active !== 'premium';
}

function eventWindow(
  window: Json | undefined,
  name: keyof typeof usualMinutes,
  family: string | undefined,
): QuotaWindow[] {
  if (!isJsonObject(window)) return [];
  const minutes = countOf(window.window_minutes) ?? usualMinutes[name];
  return windowOf(countOf(window.used_percent), minutes, countOf(window.reset_at), family);
}

/** `reset` in seconds since the Unix epoch. */
function windowOf(
  percent: number | undefined,
  minutes: number,
  reset: number | undefined,
  family: string | undefined,
): QuotaWindow[] {
  if (percent === undefined || minutes <= 0) return [];
  const window = { ...windowOfLength(minutes * minuteMs, family), used: Math.min(percent / 100, 1) };
  return [reset === undefined || reset === 0 ? window : { ...window, resetsAt: reset * 1000 }];
}

/** By the name of the model that it limits, as the usage endpoint names it too; else by its own. */
function familyOfLimit(headers: UpstreamHeaders, limit: string): string {
  return (textOf(headers, `${limit}-limit-name`) ?? limit.replace(/^x-(codex-)?/, '')).toLowerCase();
}

/** There is no clock here; the answer's own date says when it was made. */
function resetAfter(headers: UpstreamHeaders, seconds: number | undefined): number | undefined {
  const date = Date.parse(textOf(headers, 'date') ?? '');
  return seconds === undefined || Number.isNaN(date) ? undefined : Math.round(date / 1000) + seconds;
}

function textOf(headers: UpstreamHeaders, name: string): string | undefined {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value)?.trim();
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
