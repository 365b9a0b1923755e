import type { UpstreamHeaders } from './contract.ts';

/**
 * How long an answer's headers ask to wait, in milliseconds: `Retry-After-Ms`, or `Retry-After` in seconds or as a date.
 * Undefined without a usable hint. `now` in milliseconds since the Unix epoch.
 */
export function retryHint(headers: UpstreamHeaders, now: number): number | undefined {
  const exact = numberIn(headers['retry-after-ms']);
  if (exact !== undefined) return exact;
  const seconds = numberIn(headers['retry-after']);
  if (seconds !== undefined) return seconds * 1000;
  const date = Date.parse(first(headers['retry-after']) ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function numberIn(value: string | string[] | undefined): number | undefined {
  const text = first(value);
  return text && /^\d{1,12}(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function first(value: string | string[] | undefined): string | undefined {
  return (Array.isArray(value) ? value[0] : value)?.trim();
}
