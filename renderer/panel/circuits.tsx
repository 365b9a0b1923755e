import { ChevronDown, Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import type { AccountView, ImportReport } from '../../preload/contract.ts';
import { Button } from '../shell/button.tsx';
import { AddAccountMenu } from '../sign-in/add-account-menu.tsx';
import { SignInCard } from '../sign-in/sign-in-card.tsx';
import { useSignIns } from '../sign-in/use-sign-ins.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { ableAccounts } from './account-reading.ts';
import { CircuitRow } from './circuit-row.tsx';
import { CredentialFolder } from './credential-folder.tsx';
import { EmptyCircuits } from './empty-circuits.tsx';
import { ImportReportBar } from './import-report-bar.tsx';
import { moveBetweenSwitches } from './row-keys.ts';
import { type Removed, UndoBar } from './undo-bar.tsx';

export interface CircuitsProps {
  accounts: readonly AccountView[];
  gatewayUrl: string;
  now: number;
}

/** Every account is a circuit: a row with its meters and its switch. Those in the making come first. */
export function Circuits({ accounts, gatewayUrl, now }: CircuitsProps) {
  const { state, call } = useFusebox();
  const signIns = useSignIns();
  const [report, setReport] = useState<ImportReport>();
  const [removed, setRemoved] = useState<Removed>();
  const addButton = useRef<HTMLButtonElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const importAccounts = async () => {
    const result = await call('accounts.import', undefined);
    if (result.ok) setReport(result.value);
  };
  const onImport = () => void importAccounts();
  // What had the focus is gone: the nearest place that stays takes it.
  const takeFocus = () => (addButton.current ?? heading.current)?.focus();
  const known = new Set(accounts.map(({ id }) => id));
  const ofNewAccounts = signIns.shown.filter(({ accountId }) => accountId === undefined || !known.has(accountId));
  const isEmpty = accounts.length === 0;
  return (
    <section aria-labelledby="circuits-heading" className="overflow-clip rounded-lg border border-line bg-surface">
      <div className="flex min-h-13 items-center gap-3 px-5 py-2.5">
        <h2 ref={heading} tabIndex={-1} id="circuits-heading" className="rounded font-semibold">
          {text.circuits.heading}
        </h2>
        <span className="flex-1 text-sm text-soft">
          {text.circuits.count(accounts.length, ableAccounts(accounts, state.providers))}
        </span>
        {isEmpty ? null : (
          <AddAccountMenu onStart={signIns.start} onImport={onImport}>
            <Button ref={addButton}>
              <Plus aria-hidden="true" className="size-4" />
              {text.add.button}
              <ChevronDown aria-hidden="true" className="size-3.5" />
            </Button>
          </AddAccountMenu>
        )}
      </div>
      {report ? <ImportReportBar report={report} onDismiss={() => setReport(undefined)} /> : null}
      <CredentialFolder folder={state.credentialFolder} />
      {removed ? <UndoBar key={removed.id} removed={removed} onEnd={() => setRemoved(undefined)} /> : null}
      {ofNewAccounts.length === 0 && isEmpty ? null : (
        <ul onKeyDown={moveBetweenSwitches}>
          {ofNewAccounts.map((view) => (
            <SignInCard key={view.id} view={view} signIns={signIns} onPutAway={takeFocus} />
          ))}
          {accounts.map((account) => (
            <CircuitRow key={account.id} account={account} now={now} signIns={signIns} onRemoved={setRemoved} />
          ))}
        </ul>
      )}
      {isEmpty ? <EmptyCircuits gatewayUrl={gatewayUrl} onStart={signIns.start} onImport={onImport} /> : null}
    </section>
  );
}
