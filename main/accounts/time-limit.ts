import type { Clock } from '../clock.ts';

/** Rejects with `failure()` when `work` has not settled after `limitMs`; the work itself goes on, its result unused. */
export function withTimeLimit<T>(clock: Clock, limitMs: number, work: Promise<T>, failure: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => reject(failure()));
    work.then(resolve, reject).finally(cancel);
  });
}
