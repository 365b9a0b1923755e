import {
  Activity,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleStop,
  Hourglass,
  LogIn,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import type { AccountStatus, AccountView } from '../../preload/contract.ts';
import { clockText } from '../../preload/readings.ts';
import { LinkButton } from '../shell/link-button.tsx';
import { text } from '../text/en.ts';
import { holdText, isProbing, stateWord } from './account-reading.ts';

interface Mark {
  icon: LucideIcon;
  colour: string;
}

const marks: Record<AccountStatus, Mark> = {
  ready: { icon: CircleCheck, colour: 'text-good' },
  serving: { icon: Activity, colour: 'text-accent-text' },
  cooling: { icon: Hourglass, colour: 'text-accent-text' },
  reserve: { icon: CircleStop, colour: 'text-accent-text' },
  paused: { icon: CirclePause, colour: 'text-soft' },
  'needs-sign-in': { icon: TriangleAlert, colour: 'text-bad' },
};
const idleMark: Mark = { icon: CircleDashed, colour: 'text-soft' };
const probingMark: Mark = { icon: CircleDashed, colour: 'text-accent-text' };
const signingInMark: Mark = { icon: LogIn, colour: 'text-accent-text' };

export interface StateLineProps {
  account: AccountView;
  /** Whether requests can be sent through its provider at all. */
  served: boolean;
  /** It is being signed in again just now. */
  signingIn: boolean;
  now: number;
  onSignIn: (() => void) | undefined;
  /** What holds it back is told below. */
  explained: boolean;
  onExplain(explained: boolean): void;
}

/** The state in a shape and a word, the plan, then the reason or when it last served. */
export function StateLine({ account, served, signingIn, now, onSignIn, explained, onExplain }: StateLineProps) {
  const idle = !served && account.status === 'ready';
  const probing = isProbing(account, now);
  const { icon: Icon, colour } = signingIn
    ? signingInMark
    : idle
      ? idleMark
      : probing
        ? probingMark
        : marks[account.status];
  const plan = account.plan ?? (account.kind === 'api-key' ? text.circuits.apiKey : undefined);
  const more = account.reason ?? holdText(account, now) ?? (idle ? text.circuits.notServed : lastServed(account, now));
  const known = probing ? text.circuits.probing : stateWord(account);
  const word = signingIn ? text.circuits.signingIn : idle ? text.circuits.idle : known;
  return (
    <p className="flex items-center overflow-hidden gap-1.5 text-sm text-soft">
      <Icon aria-hidden="true" className={`size-3.5 shrink-0 ${colour}`} />
      {account.status === 'needs-sign-in' && onSignIn ? (
        <LinkButton onClick={onSignIn} title={text.circuits.signInAgainTitle} className="-outline-offset-2 shrink-0">
          {word}
        </LinkButton>
      ) : (
        <span className="shrink-0 text-ink">{word}</span>
      )}
      {plan ? <Pill>{plan}</Pill> : null}
      {account.priority === 0 ? null : (
        <Pill title={text.circuits.priorityTitle} isExtra>
          {text.circuits.priority(account.priority)}
        </Pill>
      )}
      {account.prefix ? <Pill isExtra>{`${account.prefix}/`}</Pill> : null}
      {more ? (
        <span className="truncate" title={more}>
          {more}
        </span>
      ) : null}
      {account.cooldowns.length > 0 ? (
        <LinkButton
          aria-expanded={explained}
          aria-label={text.circuits.why.showFor(account.label)}
          onClick={() => onExplain(!explained)}
          className="-outline-offset-2 shrink-0"
        >
          {text.circuits.why.show}
        </LinkButton>
      ) : null}
    </p>
  );
}

/** `isExtra`: left out where the row has little room. */
function Pill({ title, isExtra = false, children }: { title?: string; isExtra?: boolean; children: string }) {
  return (
    <span
      title={title}
      className={`shrink-0 rounded border border-line px-1.5 text-xs ${isExtra ? 'max-[880px]:hidden' : ''}`}
    >
      {children}
    </span>
  );
}

/** Left out beside three meters and a priority, where three letters of it would be seen. */
function lastServed({ status, lastServedAt, priority, windows }: AccountView, now: number): string | undefined {
  if (status !== 'ready' || lastServedAt === undefined || (priority !== 0 && windows.length > 2)) return undefined;
  return text.circuits.lastServed(clockText(lastServedAt, now));
}
