import { Tooltip } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { Carrier } from './browser/carrier.ts';
import { pages } from './pages.ts';
import { Palette } from './palette/palette.tsx';
import { Shell } from './shell/shell.tsx';
import { FuseboxProvider, useFusebox } from './state/fusebox.tsx';
import { goTo, usePage } from './state/page.ts';

/** The window: one engine's state, a shell, and the page in it. */
export function App({ carrier }: { carrier: Carrier }) {
  return (
    <FuseboxProvider carrier={carrier} waiting={null}>
      <Tooltip.Provider delayDuration={300}>
        <CurrentPage />
      </Tooltip.Provider>
    </FuseboxProvider>
  );
}

const ids = pages.map(({ id }) => id);

function CurrentPage() {
  const { revealed, wasRevealed } = useFusebox();
  const current = usePage(ids);
  const [palette, setPalette] = useState(false);
  useEffect(() => {
    if (revealed === undefined) return;
    // Accounts are on the first page, where their row takes it from here.
    goTo('page' in revealed ? revealed.page : 'panel');
    if ('page' in revealed) wasRevealed();
  }, [revealed, wasRevealed]);
  const shown = pages.find(({ id }) => id === current);
  return (
    <>
      <Shell pages={pages} current={current} onPalette={() => setPalette(true)}>
        {shown ? <shown.Page key={current} /> : null}
      </Shell>
      <Palette pages={pages} open={palette} setOpen={setPalette} />
    </>
  );
}
