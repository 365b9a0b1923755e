/** Memory for the text of large request bodies, lent for a time. */
export interface TextMemory {
  /** A buffer of this many bytes with whatever was in it before. */
  lend(bytes: number): Buffer;
  /** Nobody may read or write what was lent from now on. */
  takeBack(lent: Buffer): void;
}

const megabyte = 1024 * 1024;
const maxSpareBytes = 16 * megabyte;

/**
 * Keeps one spare for the next request. Megabytes of fresh memory come page by page from the system, and pressing the
 * collector to free them costs again: together more than all reading of the text does.
 */
export function createTextMemory(): TextMemory {
  let spare: ArrayBufferLike | undefined;
  return {
    lend(bytes) {
      const memory =
        spare && spare.byteLength >= bytes ? spare : new ArrayBuffer(Math.ceil(bytes / megabyte) * megabyte);
      if (memory === spare) spare = undefined;
      return Buffer.from(memory, 0, bytes);
    },
    takeBack({ buffer }) {
      if (buffer.byteLength <= maxSpareBytes && buffer.byteLength > (spare?.byteLength ?? 0)) spare = buffer;
    },
  };
}
