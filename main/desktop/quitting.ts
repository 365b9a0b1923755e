import type { App, PowerMonitor } from 'electron';
import type { Clock } from '../clock.ts';

/** Longest time that requests in flight may hold up quitting, in milliseconds. */
const drainLimitMs = 10_000;

export interface QuitParts {
  app: Pick<App, 'on' | 'quit' | 'exit'>;
  powerMonitor: Pick<PowerMonitor, 'on'>;
  clock: Clock;
  /** Stops serving and releases everything. */
  close(): Promise<void>;
  onError(error: unknown): void;
}

/** Makes every way of quitting wait, within a limit, until requests have been answered; then exits with 0. */
export function drainBeforeQuit({ app, powerMonitor, clock, close, onError }: QuitParts): void {
  let draining = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (draining) return;
    draining = true;
    const cancelLimit = clock.after(drainLimitMs, () => app.exit(0));
    void close()
      .catch(onError)
      .finally(() => {
        cancelLimit();
        app.exit(0);
      });
  });
  // Without a listener here the application would end with its last window.
  app.on('window-all-closed', () => {});
  powerMonitor.on('shutdown', () => app.quit());
}
