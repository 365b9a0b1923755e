import type { Clock } from '../clock.ts';
import type { Heap } from '../heap.ts';

export interface IdleCollector {
  /** Nobody is being served: `isIdle` says whether that still holds. */
  rest(isIdle: () => boolean): void;
  close(): void;
}

/** Garbage of this many bytes is worth a collection. */
const enoughBytes = 8 * 1024 * 1024;
/** Milliseconds between two looks at the heap. */
const lookMs = 1_000;

/**
 * Has the heap collected when requests have left much behind and nobody waits. V8 itself lets garbage grow to three times
 * what is in use before it collects it, and without requests it never does.
 */
export function createIdleCollector(clock: Clock, heap: Heap): IdleCollector {
  let usedBytes = heap.oldBytes();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;
  const look = () => {
    lookedAt = clock.now();
    const oldBytes = heap.oldBytes();
    const isEnough = oldBytes - usedBytes >= enoughBytes;
    if (isEnough) heap.collect();
    usedBytes = isEnough ? heap.oldBytes() : Math.min(usedBytes, oldBytes);
  };
  return {
    rest(isIdle) {
      cancel ??= clock.after(Math.max(0, lookedAt + lookMs - clock.now()), () => {
        cancel = undefined;
        if (isIdle()) look();
      });
    },
    close() {
      cancel?.();
    },
  };
}
