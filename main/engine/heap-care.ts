import type { Clock } from '../clock.ts';
import type { Heap } from './heap.ts';

export interface HeapCare {
  /** Requests are being served now, or none are any more. */
  turn(): void;
  /** Buffers of this many bytes have become garbage at once. */
  buffersLeft(bytes: number): void;
  close(): void;
}

/** What the gateway serves. */
export interface Traffic {
  isBusy(): boolean;
  /** Requests so far. */
  count(): number;
}

/** Garbage of this many bytes is worth a collection. */
const enoughBytes = 2 * 1024 * 1024;
/** Nobody waits when no request has come for this many milliseconds: the gaps in steady traffic are shorter. */
const restMs = 5;
/** Requests that leave this many bytes each are streams: many at once need the room that others have left. */
const muchBytes = 8 * 1024;
/** Without requests for this many milliseconds nobody is at work. */
const quietMs = 30_000;
/**
 * Buffers of this many bytes are worth a young collection. For V8 they fill the old heap like objects: from some 9 MB on it
 * marks all of that (`--trace-incremental-marking`, "allocation limit"), which finds nothing and took a third of the CPU
 * of conversations of 4 MB; by itself it collects them young from 32 MB on only.
 */
const muchInBuffers = 3 * 1024 * 1024;

/**
 * Has the heap collected when requests have left much behind and nobody waits. V8 itself lets garbage grow to three times
 * what is in use before it collects it. But a collection at rest also takes the code that was compiled for objects that
 * only requests have (`--trace-deopt`, "weak objects"), and the next thousands of requests are slower by a fifth: after
 * requests that leave little behind it waits until nobody is at work.
 */
export function careForHeap(clock: Clock, heap: Heap, traffic: Traffic): HeapCare {
  // What the start has left behind goes with that of the first request.
  let usedBytes = 0;
  let counted = 0;
  let inBuffers = 0;
  let cancel: (() => void) | undefined;
  const settle = (oldBytes: number) => {
    usedBytes = oldBytes;
    counted = traffic.count();
  };
  /** Whether there was nothing to do, or it is done. */
  const collectFrom = (bytesEach: number): boolean => {
    const oldBytes = heap.oldBytes();
    const garbage = oldBytes - usedBytes;
    if (garbage < 0) settle(oldBytes);
    if (garbage < enoughBytes) return true;
    if (garbage < bytesEach * (traffic.count() - counted)) return false;
    heap.collect();
    settle(heap.oldBytes());
    return true;
  };
  const rest = () => {
    cancel = collectFrom(muchBytes) ? undefined : clock.after(quietMs - restMs, () => collectFrom(0));
  };
  return {
    turn() {
      cancel?.();
      cancel = traffic.isBusy() ? undefined : clock.after(restMs, rest);
    },
    buffersLeft(bytes) {
      inBuffers += bytes;
      if (inBuffers < muchInBuffers) return;
      inBuffers = 0;
      heap.collectYoung();
    },
    close: () => cancel?.(),
  };
}
