import type { Clock } from '../clock.ts';
import type { Heap } from './heap.ts';

export interface HeapCare {
  /** Requests are being served now, or none are any more. */
  turn(): void;
  close(): void;
}

/** Garbage of this many bytes is worth a collection. */
const enoughBytes = 4 * 1024 * 1024;
/** Nobody waits when no request has come for this many milliseconds: the gaps in steady traffic are shorter. */
const restMs = 5;

/**
 * Has the heap collected when requests have left much behind and nobody waits. V8 itself lets garbage grow to three times
 * what is in use before it collects it.
 */
export function careForHeap(clock: Clock, heap: Heap, isBusy: () => boolean): HeapCare {
  // What the start has left behind goes with that of the first request.
  let usedBytes = 0;
  let cancel: (() => void) | undefined;
  const look = () => {
    cancel = undefined;
    const oldBytes = heap.oldBytes();
    const isEnough = oldBytes - usedBytes >= enoughBytes;
    if (isEnough) heap.collect();
    usedBytes = isEnough ? heap.oldBytes() : Math.min(usedBytes, oldBytes);
  };
  return {
    turn() {
      cancel?.();
      cancel = isBusy() ? undefined : clock.after(restMs, look);
    },
    close: () => cancel?.(),
  };
}
