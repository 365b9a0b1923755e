/** One window as the response headers report it. */
export interface QuotaWindow {
  /** Fraction, 0 to 1 and above. */
  utilization: number;
  /** Unix seconds. */
  reset: number;
  status: 'allowed' | 'allowed_warning' | 'rejected';
}

/** An account's windows by the name that stands in the headers: `5h`, `7d`, `7d_oi`. */
export type Quota = Readonly<Record<string, QuotaWindow>>;

const claims: Record<string, string> = { '5h': 'five_hour', '7d': 'seven_day' };

export function defaultQuota(nowMs: number): Quota {
  const seconds = Math.floor(nowMs / 1000);
  return {
    '5h': { utilization: 0.12, reset: seconds + 3 * 3600, status: 'allowed' },
    '7d': { utilization: 0.34, reset: seconds + 4 * 86_400, status: 'allowed' },
  };
}

/** `anthropic-ratelimit-unified-*`, on every answer to a subscription. */
export function quotaHeaders(quota: Quota): Record<string, string> {
  const windows = Object.entries(quota);
  const binding = windows.find(([, window]) => window.status === 'rejected') ?? windows[0];
  if (!binding) return {};
  const headers: Record<string, string> = {
    'anthropic-ratelimit-unified-status': binding[1].status,
    'anthropic-ratelimit-unified-reset': String(binding[1].reset),
    'anthropic-ratelimit-unified-representative-claim': claims[binding[0]] ?? binding[0],
    'anthropic-ratelimit-unified-fallback-percentage': '0.5',
    'anthropic-ratelimit-unified-overage-status': 'rejected',
    'anthropic-ratelimit-unified-overage-disabled-reason': 'org_level_disabled',
  };
  for (const [name, window] of windows) {
    headers[`anthropic-ratelimit-unified-${name}-utilization`] = String(window.utilization);
    headers[`anthropic-ratelimit-unified-${name}-reset`] = String(window.reset);
    headers[`anthropic-ratelimit-unified-${name}-status`] = window.status;
  }
  return headers;
}

/** The windows with one of them used up. */
export function rejected(quota: Quota, name: string, reset: number): Quota {
  return { ...quota, [name]: { utilization: 1, reset, status: 'rejected' } };
}

/** Body of GET /api/oauth/usage: percent there, fractions in the headers. */
export function usageBody(quota: Quota): unknown {
  const row = (name: string) => {
    const window = quota[name];
    if (!window) return null;
    return { utilization: window.utilization * 100, resets_at: new Date(window.reset * 1000).toISOString() };
  };
  return {
    five_hour: row('5h'),
    seven_day: row('7d'),
    seven_day_opus: row('7d_oi'),
    seven_day_sonnet: null,
    seven_day_oauth_apps: null,
    extra_usage: { is_enabled: false, monthly_limit: null, used_credits: null, utilization: null, currency: null },
  };
}
