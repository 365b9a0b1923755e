import { useState } from 'react';
import type { AccountView } from '../../preload/contract.ts';
import { BreakerSwitch } from '../shell/breaker-switch.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { useOptimistic } from '../state/optimistic.ts';
import { text } from '../text/en.ts';
import { CircuitMenu } from './circuit-menu.tsx';
import { ConfirmRemove } from './confirm-remove.tsx';
import { Meters } from './meters.tsx';
import { ProviderGlyph } from './provider-glyph.tsx';
import { StateLine } from './state-line.tsx';

/** One account: who it is, what is left, what it does, and its switch. */
export function CircuitRow({ account, now }: { account: AccountView; now: number }) {
  const { call } = useFusebox();
  const [removing, setRemoving] = useState<'no' | 'asking' | 'kept'>('no');
  const { id, label } = account;
  const { shown: inUse, choose } = useOptimistic(account.status !== 'paused', (use) =>
    call('account.pause', { id, paused: !use }),
  );
  if (removing === 'asking') {
    return (
      <ConfirmRemove
        label={label}
        onKeep={() => setRemoving('kept')}
        onRemove={() => void call('account.remove', { id })}
      />
    );
  }
  return (
    <li className="flex min-h-16 items-center gap-3 border-t border-line py-2 pr-3 pl-5">
      <ProviderGlyph provider={account.provider} name={account.providerLabel} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={label}>
          {label}
        </p>
        <StateLine account={account} now={now} />
      </div>
      <Meters account={account} now={now} />
      <BreakerSwitch
        on={inUse}
        label={text.circuits.switchLabel(label)}
        size="small"
        onChange={(use) => void choose(use)}
      />
      <CircuitMenu
        label={label}
        takesFocus={removing === 'kept'}
        inUse={inUse}
        onUse={(use) => void choose(use)}
        onRemove={() => setRemoving('asking')}
      />
    </li>
  );
}
