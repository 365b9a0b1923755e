import { Lock } from 'lucide-react';
import { useFusebox } from '../state/fusebox.tsx';
import { useNow } from '../state/now.ts';
import { useFreshUsage } from '../state/usage.ts';
import { text } from '../text/en.ts';
import { ConnectedTools } from '../tools/connected-tools.tsx';
import { AmpLine } from './amp-line.tsx';
import { Circuits } from './circuits.tsx';
import { GatewayHeader } from './gateway-header.tsx';
import { RecentRequests } from './recent-requests.tsx';

/** Countdowns are in minutes. */
const renewMs = 20_000;

/** Is it on and where; who can serve; what happened last. */
export function PanelPage() {
  const { state } = useFusebox();
  const now = useNow(renewMs);
  useFreshUsage();
  return (
    <div className="mx-auto grid max-w-6xl items-start gap-5 min-[880px]:grid-cols-[minmax(0,1fr)_248px]">
      <div className="grid grid-cols-1 gap-5">
        <section className="rounded-lg border border-line bg-surface">
          <GatewayHeader
            gateway={state.gateway}
            settingsProblem={state.settingsProblem}
            journalProblem={state.journal.problem}
          />
          <AmpLine amp={state.amp} now={now} />
        </section>
        <Circuits accounts={state.accounts} gatewayUrl={state.gateway.url} now={now} />
      </div>
      <aside className="grid grid-cols-1 gap-4">
        <ConnectedTools tools={state.tools} />
        <RecentRequests recent={state.recent} now={now} />
        <p className="flex items-start gap-2 px-1 text-xs text-soft" title={state.vault.note}>
          <Lock aria-hidden="true" className="mt-0.5 size-3 shrink-0" />
          {text.vault[state.vault.kind]}
        </p>
      </aside>
    </div>
  );
}
