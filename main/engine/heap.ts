import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { createContext, runInContext } from 'node:vm';

/** V8's heap, as far as its care is ours. */
export interface Heap {
  /** Bytes of objects that have outlived the first collections, garbage or not. */
  oldBytes(): number;
  /** Collects all garbage and gives pages back to the system: some 20 milliseconds in which nothing else happens. */
  collect(): void;
  /** Collects what was made last, when what happens now is done: half a millisecond. Frees the memory of Buffers too. */
  collectYoung(): void;
}

type Collect = (options?: { type: 'minor' }) => void;

/** The heap of this thread. */
export function ownHeap(): Heap {
  let found: Collect | undefined;
  // Held for as long as the function from it: a context that goes is an event to whoever watches by the inspector.
  const context = {};
  const collect: Collect = (options) => {
    found ??= collectorIn(context);
    found(options);
  };
  return {
    oldBytes: () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0,
    collect() {
      // Only for this collection: pages that are mostly empty are emptied, not only those that are nearly so.
      setFlagsFromString('--optimize-for-size');
      collect();
      setFlagsFromString('--no-optimize-for-size');
    },
    collectYoung: () => void setImmediate(collect, { type: 'minor' }),
  };
}

/** The only way to it for a program that was started without the option. */
function collectorIn(context: object): Collect {
  setFlagsFromString('--expose-gc');
  const found: unknown = runInContext('gc', createContext(context));
  return typeof found === 'function' ? (options) => found(options) : () => {};
}
