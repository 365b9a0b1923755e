import { pipeline } from 'node:stream/promises';
import { createGunzip, type Gunzip } from 'node:zlib';

/** Bounds for gzip data that is unpacked on its way through, in bytes. */
export interface UnpackLimits {
  /** Packed bytes that are looked at before anything is sent; a body up to this size is checked whole. */
  held: number;
  /** Largest unpacked body. */
  unpacked: number;
  /** Most unpacked bytes a packed byte may yield, once `ratioFrom` bytes are out. JSON and text stay below 100. */
  ratio: number;
  ratioFrom: number;
}

export const defaultUnpackLimits: UnpackLimits = {
  held: 1024 * 1024,
  unpacked: 512 * 1024 * 1024,
  ratio: 200,
  ratioFrom: 1024 * 1024,
};

/** Unpacking would exceed the limits. */
export class UnpackLimitError extends Error {
  constructor() {
    super('The answer unpacks to more than the allowed size');
    this.name = 'UnpackLimitError';
  }
}

/**
 * The unpacked size of a complete gzip body, or undefined when it is damaged, cut off or no gzip at all. Nothing is
 * kept of the output, so the memory needed does not depend on it. Throws UnpackLimitError.
 */
export async function unpackedSize(packed: Buffer, limits: UnpackLimits): Promise<number | undefined> {
  let size = 0;
  try {
    for await (const chunk of unpackWhole(packed, limits)) size += chunk.length;
    return size;
  } catch (error) {
    if (error instanceof UnpackLimitError) throw error;
    return undefined;
  }
}

/** Unpacks a complete gzip body. Throws UnpackLimitError, and zlib's errors. */
export function unpackWhole(packed: Buffer, limits: UnpackLimits): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  gunzip.end(packed);
  return limited(gunzip, limits);
}

/**
 * Unpacks a long gzip body as it arrives: `prefix` has been read, `rest` follows. Undefined when the prefix yields
 * nothing, so that it can be passed on as it is; `rest` has not been touched then. Damage further on throws while
 * reading: what is out cannot be taken back.
 */
export async function unpackLong(
  prefix: Buffer,
  rest: AsyncIterable<Buffer>,
  limits: UnpackLimits,
): Promise<AsyncIterable<Buffer> | undefined> {
  const gunzip = createGunzip();
  if (!(await yieldsOutput(gunzip, prefix))) {
    gunzip.destroy();
    return undefined;
  }
  // A failure of the source destroys `gunzip` with the error, so the reader of the output sees it.
  pipeline(rest, gunzip).catch(() => {});
  return limited(gunzip, limits);
}

function yieldsOutput(gunzip: Gunzip, prefix: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    gunzip.on('error', () => resolve(false));
    gunzip.once('readable', () => resolve(gunzip.readableLength > 0));
    gunzip.write(prefix, () => resolve(gunzip.readableLength > 0));
  });
}

async function* limited(gunzip: Gunzip, limits: UnpackLimits): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of gunzip) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    const allowed = Math.max(limits.ratioFrom, gunzip.bytesWritten * limits.ratio);
    if (size > Math.min(limits.unpacked, allowed)) throw new UnpackLimitError();
    yield chunk;
  }
}
