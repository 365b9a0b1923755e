import { Tooltip } from 'radix-ui';
import { useEffect } from 'react';
import type { Bridge } from '../preload/contract.ts';
import { pages } from './pages.ts';
import { Shell } from './shell/shell.tsx';
import { FuseboxProvider, useFusebox } from './state/fusebox.tsx';
import { goTo, usePage } from './state/page.ts';

/** The window: one engine's state, a shell, and the page in it. */
export function App({ bridge }: { bridge: Bridge }) {
  return (
    <FuseboxProvider bridge={bridge} waiting={null}>
      <Tooltip.Provider delayDuration={300}>
        <CurrentPage />
      </Tooltip.Provider>
    </FuseboxProvider>
  );
}

const ids = pages.map(({ id }) => id);

function CurrentPage() {
  const { revealed } = useFusebox();
  const current = usePage(ids);
  // Accounts are on the first page.
  useEffect(() => {
    if (revealed !== undefined) goTo('panel');
  }, [revealed]);
  const shown = pages.find(({ id }) => id === current);
  return (
    <Shell pages={pages} current={current}>
      {shown ? <shown.Page key={current} /> : null}
    </Shell>
  );
}
