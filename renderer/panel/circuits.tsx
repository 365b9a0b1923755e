import { FolderInput } from 'lucide-react';
import { useState } from 'react';
import type { AccountView, ImportReport } from '../../preload/contract.ts';
import { Button } from '../shell/button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { ableAccounts } from './account-reading.ts';
import { CircuitRow } from './circuit-row.tsx';
import { EmptyCircuits } from './empty-circuits.tsx';
import { ImportReportBar } from './import-report-bar.tsx';

export interface CircuitsProps {
  accounts: readonly AccountView[];
  gatewayUrl: string;
  now: number;
}

/** Every account is a circuit: a row with its meters and its switch. */
export function Circuits({ accounts, gatewayUrl, now }: CircuitsProps) {
  const { call } = useFusebox();
  const [report, setReport] = useState<ImportReport>();
  const importAccounts = async () => {
    const result = await call('accounts.import', undefined);
    if (result.ok) setReport(result.value);
  };
  const importButton = (weight: 'primary' | 'plain') => (
    <Button weight={weight} onClick={() => void importAccounts()}>
      <FolderInput aria-hidden="true" className="size-4" />
      {text.circuits.import}
    </Button>
  );
  const isEmpty = accounts.length === 0;
  return (
    <section aria-labelledby="circuits-heading" className="rounded-lg border border-line bg-surface">
      <div className="flex min-h-13 items-center gap-3 px-5 py-2.5">
        <h2 id="circuits-heading" className="font-semibold">
          {text.circuits.heading}
        </h2>
        <span className="flex-1 text-sm text-soft">{text.circuits.count(accounts.length, ableAccounts(accounts))}</span>
        {isEmpty ? null : importButton('plain')}
      </div>
      {report ? <ImportReportBar report={report} onDismiss={() => setReport(undefined)} /> : null}
      {isEmpty ? <EmptyCircuits gatewayUrl={gatewayUrl}>{importButton('primary')}</EmptyCircuits> : null}
      {isEmpty ? null : (
        <ul>
          {accounts.map((account) => (
            <CircuitRow key={account.id} account={account} now={now} />
          ))}
        </ul>
      )}
    </section>
  );
}
