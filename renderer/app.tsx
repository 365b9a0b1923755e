import { Tooltip } from 'radix-ui';
import type { Bridge } from '../preload/contract.ts';
import { PanelPage } from './panel/panel-page.tsx';
import { Shell } from './shell/shell.tsx';
import { FuseboxProvider } from './state/fusebox.tsx';

/** The window: one engine's state, a shell, and the page in it. */
export function App({ bridge }: { bridge: Bridge }) {
  return (
    <FuseboxProvider bridge={bridge} waiting={null}>
      <Tooltip.Provider delayDuration={300}>
        <Shell>
          <PanelPage />
        </Shell>
      </Tooltip.Provider>
    </FuseboxProvider>
  );
}
