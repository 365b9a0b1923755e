import type { AppState } from '../../preload/contract.ts';
import type { Clock } from '../clock.ts';

/** Tells listeners of changes, many at once as one. */
export interface StateFeed {
  /** Something may look different now. */
  changed(): void;
  onState(listener: (state: AppState) => void): () => void;
  close(): void;
}

/** A person sees a change within this time, in milliseconds; a busy gateway costs one state a period. */
const periodMs = 50;

export function createStateFeed(clock: Clock, build: () => AppState): StateFeed {
  const listeners = new Set<(state: AppState) => void>();
  let cancel: (() => void) | undefined;
  const tell = () => {
    cancel = undefined;
    const state = build();
    for (const listener of [...listeners]) listener(state);
  };
  return {
    changed() {
      if (listeners.size > 0) cancel ??= clock.after(periodMs, tell);
    },
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      cancel?.();
      listeners.clear();
    },
  };
}
