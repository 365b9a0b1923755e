/** Memory for the text of large request bodies, lent for a time. */
export interface TextMemory {
  /** A buffer of this many bytes with whatever was in it before. */
  lend(bytes: number): Buffer;
  /** Nobody may read or write what was lent from now on. */
  takeBack(lent: Buffer): void;
  /** This many bytes have been copied to lent memory: the pieces that they came in are garbage. */
  filled(bytes: number): void;
}

const megabyte = 1024 * 1024;

/** What may wait for the next requests, in bytes: several large conversations at once. */
const maxSpareBytes = 32 * megabyte;

/**
 * glibc gives free memory at its end back to the system when it is more than 128 KB, and then fetches the memory for the
 * pieces of the next body page by page: a tenth of the time of 4 MB. The largest block so far that came straight from the
 * system and has been freed makes twice its size the limit (mallopt(3), M_MMAP_THRESHOLD): one that nobody writes to costs
 * nothing.
 */
const unusedBytes = 8 * megabyte;

/**
 * Keeps what comes back for the next requests. Megabytes of fresh memory come page by page from the system, and pressing
 * the collector to free them costs again: together more than all reading of the text does. `onGarbage` learns how many
 * bytes of pieces a body leaves.
 */
export function createTextMemory(onGarbage: (bytes: number) => void = () => {}): TextMemory {
  let isFirst = true;
  const spares: ArrayBufferLike[] = [];
  let spareBytes = 0;
  const takeSpare = (bytes: number) => {
    const at = spares.findIndex(({ byteLength }) => byteLength >= bytes);
    const [spare] = at < 0 ? [] : spares.splice(at, 1);
    spareBytes -= spare?.byteLength ?? 0;
    return spare;
  };
  return {
    lend(bytes) {
      if (isFirst) Buffer.alloc(unusedBytes);
      isFirst = false;
      const memory = takeSpare(bytes) ?? new ArrayBuffer(Math.ceil(bytes / megabyte) * megabyte);
      return Buffer.from(memory, 0, bytes);
    },
    takeBack({ buffer }) {
      if (spareBytes + buffer.byteLength > maxSpareBytes) return;
      spareBytes += buffer.byteLength;
      spares.push(buffer);
      // The smallest that is large enough is lent.
      spares.sort((a, b) => a.byteLength - b.byteLength);
    },
    filled: onGarbage,
  };
}
