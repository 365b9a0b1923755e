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
  /** The windows known now, after an event of an answer or a usage endpoint told of these. */
  told(
    account: Account,
    windows: readonly QuotaWindow[],
    source: NonNullable<QuotaWindow['source']>,
  ): readonly QuotaWindow[];
}

/** What a busy account says again within this time, in milliseconds, is no news. */
const sameAgainMs = 1_000;

export function createActivities(deps: {
  clock: { now(): number };
  providerOf(account: Account): Provider;
  onChange(): void;
}): Activities {
  const all = new Map<string, Activity>();
  const readings = new Map<string, Reading>();
  /** What was learnt last of each account. */
  const latest = new Map<string, readonly QuotaWindow[]>();
  const of = (id: string) => {
    const known = all.get(id) ?? { serving: 0, windows: [] };
    all.set(id, known);
    return known;
  };
  /** What the provider reads in the headers; busy accounts are mostly told the same again. */
  const reportedIn = (account: Account, model: string, headers: UpstreamHeaders) => {
    const { upstream } = deps.providerOf(account);
    if (!upstream?.quotaHeaders) return upstream?.quota(headers, model) ?? [];
    const last = readings.get(account.id);
    if (last?.model === model && isSaidAgain(headers, last.said, upstream.quotaHeaders)) return last.reported;
    const reported = upstream.quota(headers, model);
    readings.set(account.id, { model, said: saidIn(headers, upstream.quotaHeaders), reported });
    return reported;
  };
  const learn = (id: string, reported: readonly QuotaWindow[], source: 'answer' | 'usage') => {
    const activity = of(id);
    const now = deps.clock.now();
    activity.windowsAt = now;
    const read = reported.map((one) => ({ ...one, readAt: now, source }));
    activity.windows = mergeWindows(activity.windows, read, now);
    latest.set(id, reported);
    deps.onChange();
    return activity.windows;
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
      const reported = reportedIn(account, model, headers);
      if (reported.length === 0) return undefined;
      const { windowsAt = 0, windows } = of(account.id);
      const isKnown = latest.get(account.id) === reported && deps.clock.now() - windowsAt < sameAgainMs;
      return isKnown ? windows : learn(account.id, reported, 'answer');
    },
    told(account, windows, source) {
      const familyOf = deps.providerOf(account).upstream?.familyOf ?? ((model: string) => model);
      const known = windows.map((one) => (one.family === undefined ? one : { ...one, family: familyOf(one.family) }));
      return learn(account.id, known, source);
    },
  };
}

/** The last headers of an account, and what they said. */
interface Reading {
  model: string;
  said: readonly Said[];
  reported: readonly QuotaWindow[];
}

/** A header that a reading depends on. */
interface Said {
  name: string;
  value: UpstreamHeaders[string];
}

function saidIn(headers: UpstreamHeaders, prefix: string): Said[] {
  const said: Said[] = [];
  for (const name in headers) if (name.startsWith(prefix)) said.push({ name, value: headers[name] });
  return said;
}

/** Whether all that a reading depends on is the same. Comparing it costs a third of reading. */
function isSaidAgain(headers: UpstreamHeaders, said: readonly Said[], prefix: string): boolean {
  for (const { name, value } of said) if (headers[name] !== value) return false;
  let count = 0;
  for (const name in headers) if (name.startsWith(prefix)) count += 1;
  return count === said.length;
}
