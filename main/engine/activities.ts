import type { Account } from '../accounts/account.ts';
import type { Provider, QuotaWindow, UpstreamHeaders } from '../providers/contract.ts';
import { mergeWindows } from '../providers/quota-windows.ts';
import type { Activity } from './engine-state.ts';

/** Live figures of every account: what it serves now, what its last answers said of its limits. */
export interface Activities {
  readonly all: ReadonlyMap<string, Activity>;
  serving(accountId: string, change: 1 | -1): void;
  /** The windows known now, when the headers told of any. */
  headers(account: Account, model: string, headers: UpstreamHeaders): readonly QuotaWindow[] | undefined;
}

export function createActivities(deps: {
  clock: { now(): number };
  providerOf(account: Account): Provider;
  onChange(): void;
}): Activities {
  const all = new Map<string, Activity>();
  const of = (id: string) => {
    const known = all.get(id) ?? { serving: 0, windows: [] };
    all.set(id, known);
    return known;
  };
  return {
    all,
    serving(id, change) {
      const activity = of(id);
      activity.serving += change;
      if (change < 0) activity.lastServedAt = deps.clock.now();
      deps.onChange();
    },
    headers(account, model, headers) {
      const reported = deps.providerOf(account).upstream?.quota(headers, model) ?? [];
      if (reported.length === 0) return undefined;
      const activity = of(account.id);
      const now = deps.clock.now();
      activity.windowsAt = now;
      const read = reported.map((one) => ({ ...one, readAt: now, source: 'answer' as const }));
      activity.windows = mergeWindows(activity.windows, read, now);
      deps.onChange();
      return activity.windows;
    },
  };
}
