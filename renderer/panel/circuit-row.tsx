import { type RefObject, useEffect, useRef, useState } from 'react';
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
import { HoldDetails } from './hold-details.tsx';
import { Meters } from './meters.tsx';
import { ProviderGlyph } from './provider-glyph.tsx';
import { StateLine } from './state-line.tsx';
import { TestLine } from './test-line.tsx';
import type { Removed } from './undo-bar.tsx';
import { type AccountTest, useAccountTest } from './use-account-test.ts';

export interface CircuitRowProps {
  account: AccountView;
  now: number;
  signIns: SignIns;
  onRemoved(removed: Removed): void;
}

/** One account: who it is, what is left, what it does, and its switch. Editing and signing in again unfold below it. */
export function CircuitRow({ account, now, signIns, onRemoved }: CircuitRowProps) {
  const [editing, setEditing] = useState(false);
  const [explained, setExplained] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const menu = useRef<HTMLButtonElement>(null);
  const { id, label } = account;
  useRevealed(id, row);
  const test = useAccountTest(id);
  const focusMenu = () => menu.current?.focus();
  const endEditing = () => {
    setEditing(false);
    focusMenu();
  };
  const own = signIns.shown.filter(({ accountId }) => accountId === id);
  return (
    <>
      <li ref={row} tabIndex={-1} aria-label={label} className="border-t border-line outline-offset-[-2px]">
        <CircuitLine
          account={account}
          now={now}
          menu={menu}
          signIns={signIns}
          signingIn={own.some((view) => !isOver(view))}
          explained={explained}
          onExplain={setExplained}
          test={test}
          onEdit={() => setEditing(true)}
          onRemoved={onRemoved}
        />
        {explained ? <HoldDetails cooldowns={account.cooldowns} now={now} /> : null}
        <TestLine
          label={label}
          test={test}
          onDismiss={() => {
            test.dismiss();
            focusMenu();
          }}
        />
        {editing ? <AccountEditor account={account} onEnd={endEditing} /> : null}
      </li>
      {own.map((view) => (
        <SignInCard key={view.id} view={view} accountLabel={label} signIns={signIns} onPutAway={focusMenu} />
      ))}
    </>
  );
}

interface CircuitLineProps extends CircuitRowProps {
  menu: RefObject<HTMLButtonElement | null>;
  signingIn: boolean;
  explained: boolean;
  onExplain(explained: boolean): void;
  test: AccountTest;
  onEdit(): void;
}

function CircuitLine(props: CircuitLineProps) {
  const { account, now, menu, signIns, signingIn, explained, onExplain, test, onEdit, onRemoved } = props;
  const { state } = useFusebox();
  const { label, provider } = account;
  const served = isServed(account, state.providers);
  const { inUse, use, remove, reset, signInAgain } = useAccountActions(account, signIns, onRemoved);
  return (
    <div className="flex min-h-16 items-center gap-3 py-2 pr-3 pl-5">
      <ProviderGlyph provider={provider} name={account.providerLabel} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={label}>
          {label}
        </p>
        <StateLine
          account={account}
          served={served}
          signingIn={signingIn}
          now={now}
          onSignIn={signingIn ? undefined : signInAgain}
          explained={explained}
          onExplain={onExplain}
        />
      </div>
      <Meters account={account} now={now} />
      <BreakerSwitch on={inUse} label={text.circuits.switchLabel(label)} size="small" onChange={use} />
      <CircuitMenu
        ref={menu}
        label={label}
        inUse={inUse}
        onSignIn={signInAgain}
        onTest={served && account.status !== 'needs-sign-in' ? test.run : undefined}
        onReset={reset}
        onEdit={onEdit}
        onUse={use}
        onRemove={remove}
      />
    </div>
  );
}

function useAccountActions(account: AccountView, signIns: SignIns, onRemoved: CircuitRowProps['onRemoved']) {
  const { state, call } = useFusebox();
  const { id, label, provider, status } = account;
  const { shown: inUse, choose } = useOptimistic(status !== 'paused', (use) =>
    call('account.pause', { id, paused: !use }),
  );
  const method = signInMethodOf(account, state.providers);
  return {
    inUse,
    use: (use: boolean) => void choose(use),
    reset: account.cooldowns.length > 0 ? () => void call('account.reset', { id }) : undefined,
    remove: () => void call('account.remove', { id }).then(({ ok }) => ok && onRemoved({ id, label })),
    signInAgain: method && (() => signIns.start({ provider, method, accountId: id })),
  };
}

/** Brings the row into view and gives it the focus when the owner is led to it. */
function useRevealed(id: string, row: RefObject<HTMLElement | null>): void {
  const { revealed, wasRevealed } = useFusebox();
  useEffect(() => {
    if (revealed === undefined || !('account' in revealed) || revealed.account !== id) return;
    row.current?.scrollIntoView({ block: 'center' });
    row.current?.focus();
    wasRevealed();
  }, [revealed, wasRevealed, id, row]);
}
