import type { AppState } from '../../preload/contract.ts';
import type { Clock } from '../clock.ts';

/**
 * Thins out a stream of states: the first passes at once, then at most one every `everyMs` milliseconds, always the latest.
 * Busy gateways change state hundreds of times a second; eyes and tray hosts do not.
 */
export function thinned(clock: Clock, everyMs: number, show: (state: AppState) => void): (state: AppState) => void {
  let waiting: AppState | undefined;
  let resting = false;
  const rest = () => {
    resting = true;
    clock.after(everyMs, () => {
      resting = false;
      const next = waiting;
      waiting = undefined;
      if (next) pass(next);
    });
  };
  const pass = (state: AppState) => {
    rest();
    show(state);
  };
  return (state) => {
    if (resting) waiting = state;
    else pass(state);
  };
}
