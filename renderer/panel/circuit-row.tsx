import { useEffect, useRef, useState } from 'react';
import type { AccountView } from '../../preload/contract.ts';
import { BreakerSwitch } from '../shell/breaker-switch.tsx';
import { SignInCard } from '../sign-in/sign-in-card.tsx';
import { isOver } from '../sign-in/sign-in-reading.ts';
import type { SignIns } from '../sign-in/use-sign-ins.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { useOptimistic } from '../state/optimistic.ts';
import { text } from '../text/en.ts';
import { AccountEditor } from './account-editor.tsx';
import { isServed, signInMethodOf } from './account-reading.ts';
import { CircuitMenu } from './circuit-menu.tsx';
import { Meters } from './meters.tsx';
import { ProviderGlyph } from './provider-glyph.tsx';
import { StateLine } from './state-line.tsx';
import type { Removed } from './undo-bar.tsx';

export interface CircuitRowProps {
  account: AccountView;
  now: number;
  signIns: SignIns;
  onRemoved(removed: Removed): void;
}

/** One account: who it is, what is left, what it does, and its switch. Editing and signing in again unfold below it. */
export function CircuitRow({ account, now, signIns, onRemoved }: CircuitRowProps) {
  const { state, call } = useFusebox();
  const [editing, setEditing] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const menu = useRef<HTMLButtonElement>(null);
  const { id, label, provider } = account;
  useRevealed(id, row);
  const { shown: inUse, choose } = useOptimistic(account.status !== 'paused', (use) =>
    call('account.pause', { id, paused: !use }),
  );
  const remove = async () => {
    const { ok } = await call('account.remove', { id });
    if (ok) onRemoved({ id, label });
  };
  const method = signInMethodOf(account, state.providers);
  const signInAgain = method && (() => signIns.start({ provider, method, accountId: id }));
  const ofThisAccount = signIns.shown.filter(({ accountId }) => accountId === id);
  const signingIn = ofThisAccount.some((view) => !isOver(view));
  return (
    <>
      <li ref={row} tabIndex={-1} aria-label={label} className="border-t border-line outline-offset-[-2px]">
        <div className="flex min-h-16 items-center gap-3 py-2 pr-3 pl-5">
          <ProviderGlyph provider={provider} name={account.providerLabel} />
          <div className="min-w-0 flex-1">
            <p className="truncate font-medium" title={label}>
              {label}
            </p>
            <StateLine
              account={account}
              served={isServed(account, state.providers)}
              now={now}
              signingIn={signingIn}
              onSignIn={signingIn ? undefined : signInAgain}
            />
          </div>
          <Meters account={account} now={now} />
          <BreakerSwitch
            on={inUse}
            label={text.circuits.switchLabel(label)}
            size="small"
            onChange={(use) => void choose(use)}
          />
          <CircuitMenu
            ref={menu}
            label={label}
            inUse={inUse}
            onSignIn={signInAgain}
            onEdit={() => setEditing(true)}
            onUse={(use) => void choose(use)}
            onRemove={() => void remove()}
          />
        </div>
        {editing ? (
          <AccountEditor
            account={account}
            onEnd={() => {
              setEditing(false);
              menu.current?.focus();
            }}
          />
        ) : null}
      </li>
      {ofThisAccount.map((view) => (
        <SignInCard
          key={view.id}
          view={view}
          accountLabel={label}
          signIns={signIns}
          onPutAway={() => menu.current?.focus()}
        />
      ))}
    </>
  );
}

/** Brings the row into view and gives it the focus when the owner is led to it. */
function useRevealed(id: string, row: React.RefObject<HTMLElement | null>): void {
  const { revealed, wasRevealed } = useFusebox();
  useEffect(() => {
    if (revealed !== id) return;
    row.current?.scrollIntoView({ block: 'center' });
    row.current?.focus();
    wasRevealed();
  }, [revealed, wasRevealed, id, row]);
}
