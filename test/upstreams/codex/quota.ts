/** What a ChatGPT plan has left, as the Codex backend tells it. */
export interface CodexQuota {
  plan: string;
  windows: readonly CodexWindow[];
  /** Limits of single models, by their ids. */
  further?: Readonly<Record<string, { name: string; windows: readonly CodexWindow[] }>>;
  /** Which limit applied last. */
  active?: string;
}

export interface CodexWindow {
  usedPercent: number;
  /** 300 for five hours, 10080 for a week. */
  minutes: number;
  /** Seconds since the Unix epoch. */
  resetAt: number;
}

const names = ['primary', 'secondary'] as const;

export function defaultQuota(nowMs: number): CodexQuota {
  const now = Math.floor(nowMs / 1000);
  return {
    plan: 'plus',
    windows: [
      { usedPercent: 12, minutes: 300, resetAt: now + 3 * 3600 },
      { usedPercent: 34, minutes: 10_080, resetAt: now + 4 * 86_400 },
    ],
  };
}

/** Headers of every answer. */
export function quotaHeaders({ plan, windows, further = {}, active }: CodexQuota): Record<string, string> {
  const limits = Object.entries(further).flatMap(([id, limit]) => [
    ...windowHeaders(`x-codex-${id}`, limit.windows),
    [`x-codex-${id}-limit-name`, limit.name] as const,
  ]);
  return Object.fromEntries([
    ['x-codex-plan-type', plan],
    ...(active === undefined ? [] : [['x-codex-active-limit', active] as const]),
    ...windowHeaders('x-codex', windows),
    ...limits,
  ]);
}

function windowHeaders(prefix: string, windows: readonly CodexWindow[]): (readonly [string, string])[] {
  return windows.flatMap(({ usedPercent, minutes, resetAt }, index) => {
    const limit = `${prefix}-${names[index] ?? 'further'}`;
    return [
      [`${limit}-used-percent`, String(usedPercent)],
      [`${limit}-window-minutes`, String(minutes)],
      [`${limit}-reset-at`, String(resetAt)],
    ] as const;
  });
}

/** The event that begins a stream. */
export function quotaEvent({ plan, windows }: CodexQuota): { type: string; [name: string]: unknown } {
  const told = windows.map(({ usedPercent, minutes, resetAt }) => ({
    used_percent: usedPercent,
    window_minutes: minutes,
    reset_at: resetAt,
  }));
  return {
    type: 'codex.rate_limits',
    plan_type: plan,
    rate_limits: { primary: told[0] ?? null, secondary: told[1] ?? null },
    credits: { has_credits: false, unlimited: false, balance: null },
  };
}

/** GET /wham/usage. */
export function usageBody({ plan, windows, further = {} }: CodexQuota, nowMs: number): Record<string, unknown> {
  const window = (one: CodexWindow | undefined) =>
    one && {
      used_percent: one.usedPercent,
      limit_window_seconds: one.minutes * 60,
      reset_after_seconds: Math.max(0, one.resetAt - Math.floor(nowMs / 1000)),
      reset_at: one.resetAt,
    };
  const limit = (list: readonly CodexWindow[]) => ({
    allowed: list.every(({ usedPercent }) => usedPercent < 100),
    limit_reached: list.some(({ usedPercent }) => usedPercent >= 100),
    primary_window: window(list[0]) ?? null,
    secondary_window: window(list[1]) ?? null,
  });
  return {
    plan_type: plan,
    rate_limit: limit(windows),
    additional_rate_limits: Object.entries(further).map(([id, one]) => ({
      limit_name: one.name,
      metered_feature: id,
      rate_limit: limit(one.windows),
    })),
    credits: { has_credits: false, unlimited: false, balance: null },
  };
}
