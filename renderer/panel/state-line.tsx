import { Activity, CircleCheck, CirclePause, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { AccountStatus, AccountView } from '../../preload/contract.ts';
import { clockText } from '../../preload/readings.ts';
import { text } from '../text/en.ts';
import { stateWord } from './account-reading.ts';

const marks: Record<AccountStatus, { icon: LucideIcon; colour: string }> = {
  ready: { icon: CircleCheck, colour: 'text-good' },
  serving: { icon: Activity, colour: 'text-accent-text' },
  paused: { icon: CirclePause, colour: 'text-soft' },
  'needs-sign-in': { icon: TriangleAlert, colour: 'text-bad' },
};

/** The state in a shape and a word, the plan, then the reason or when it last served. */
export function StateLine({ account, now }: { account: AccountView; now: number }) {
  const { icon: Icon, colour } = marks[account.status];
  const plan = account.plan ?? (account.kind === 'api-key' ? text.circuits.apiKey : undefined);
  const more = account.reason ?? lastServed(account, now);
  return (
    <p className="flex items-center overflow-hidden gap-1.5 text-sm text-soft">
      <Icon aria-hidden="true" className={`size-3.5 shrink-0 ${colour}`} />
      <span className="shrink-0 text-ink">{stateWord(account)}</span>
      {plan ? <span className="shrink-0 rounded border border-line px-1.5 text-xs">{plan}</span> : null}
      {more ? (
        <span className="truncate" title={more}>
          {more}
        </span>
      ) : null}
    </p>
  );
}

function lastServed({ status, lastServedAt }: AccountView, now: number): string | undefined {
  if (status !== 'ready' || lastServedAt === undefined) return undefined;
  return text.circuits.lastServed(clockText(lastServedAt, now));
}
