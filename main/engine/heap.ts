import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8's heap, as far as its care is ours. */
export interface Heap {
  /** Bytes of objects that have outlived the first collections, garbage or not. */
  oldBytes(): number;
  /** Collects all garbage and gives pages back to the system: some 20 milliseconds in which nothing else happens. */
  collect(): void;
}

/** The heap of this thread. */
export function ownHeap(): Heap {
  let collect: unknown;
  return {
    oldBytes: () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0,
    collect() {
      collect ??= collector();
      if (typeof collect !== 'function') return;
      // Only for this collection: pages that are mostly empty are emptied, not only those that are nearly so.
      setFlagsFromString('--optimize-for-size');
      collect();
      setFlagsFromString('--no-optimize-for-size');
    },
  };
}

/** The only way to it for a program that was started without the option. */
function collector(): unknown {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
