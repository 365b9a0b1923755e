import type { ReactNode } from 'react';
import { ConnectionBar } from '../browser/connection-bar.tsx';
import { SignOutButton } from '../browser/sign-out-button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { EndpointPill } from './endpoint-pill.tsx';
import { LiveRegion } from './live-region.tsx';
import { NoticeBar } from './notice-bar.tsx';
import { Rail, type RailProps } from './rail.tsx';

/** What surrounds every page: the rail, the gateway's address, notices, and the voice for screen readers. */
export function Shell({ pages, current, onPalette, children }: RailProps & { children: ReactNode }) {
  const { state } = useFusebox();
  return (
    <div className="grid h-full grid-cols-[72px_minmax(0,1fr)] grid-rows-[48px_minmax(0,1fr)]">
      <Rail pages={pages} current={current} onPalette={onPalette} />
      <header className="grid grid-cols-[1fr_auto_1fr] items-center border-b border-line px-5">
        <span />
        <EndpointPill gateway={state.gateway} />
        <SignOutButton />
      </header>
      <main
        key={current}
        className="relative overflow-y-auto p-5 [scrollbar-gutter:stable] [scrollbar-color:var(--line)_transparent] [scrollbar-width:thin]"
      >
        <ConnectionBar />
        <NoticeBar />
        {children}
      </main>
      <LiveRegion state={state} />
    </div>
  );
}
