import { createHook } from 'node:async_hooks';

/** Events inside the process: nothing that outlives it happens between two of them. */
const inner = /^(PROMISE|Timeout|Immediate|TickObject|Microtask)$/;

/**
 * Ends this process by SIGKILL when it is about to go on after the n-th finished operation outside of it, counted from
 * `begin`: each read, write, lookup, keychain call and piece of network traffic. Every `await` that waits for more than
 * the process itself is one of these points.
 */
export function deathAt(n: number): { begin(): void } {
  const outer = new Set<number>();
  let left = Number.POSITIVE_INFINITY;
  createHook({
    init(id, type) {
      if (!inner.test(type)) outer.add(id);
    },
    before(id) {
      if (outer.has(id) && --left === 0) process.kill(process.pid, 'SIGKILL');
    },
    destroy: (id) => outer.delete(id),
  }).enable();
  return {
    begin: () => {
      left = n;
    },
  };
}
