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
  /** Ends the process in another way, such as by an installer; false when it is to end as usual. */
  end(): boolean;
}

/** Makes every way of quitting wait, within a limit, until requests have been answered; then exits with 0. */
export function drainBeforeQuit({ app, powerMonitor, clock, close, onError, end }: QuitParts): void {
  let draining = false;
  let ending = false;
  const finish = () => {
    if (ending) return;
    ending = true;
    if (!end()) app.exit(0);
  };
  app.on('before-quit', (event) => {
    // An installer quits once more, when all is done.
    if (ending) return;
    event.preventDefault();
    if (draining) return;
    draining = true;
    const cancelLimit = clock.after(drainLimitMs, finish);
    void close()
      .catch(onError)
      .finally(() => {
        cancelLimit();
        finish();
      });
  });
  // Without a listener here the application would end with its last window.
  app.on('window-all-closed', () => {});
  powerMonitor.on('shutdown', () => app.quit());
}
