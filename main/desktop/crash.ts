import type { Clock } from '../clock.ts';

/** Reloads of a page whose process ended, before the owner is asked instead. */
const mostReloads = 3;
const withinMs = 60_000;

export interface CrashParts {
  clock: Clock;
  reload(): void;
  /** Called when reloading does not help. */
  giveUp(reason: string): void;
}

/** Decides what follows when the window's process ends: the page is loaded again, but not over and over. */
export function pageRecovery({ clock, reload, giveUp }: CrashParts): (reason: string) => void {
  let recent: number[] = [];
  return (reason) => {
    if (reason === 'clean-exit') return;
    recent = [...recent.filter((at) => clock.now() - at < withinMs), clock.now()];
    if (recent.length > mostReloads) giveUp(reason);
    else reload();
  };
}
