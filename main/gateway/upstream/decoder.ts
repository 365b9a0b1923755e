import zlib from 'node:zlib';
import type { UpstreamHeaders } from '../../providers/contract.ts';

export interface Decoder {
  /** False asks to wait for `onDrain`. */
  write(chunk: Buffer): boolean;
  /** Called when all input was given; `onEnd` follows. */
  end(): void;
  /** Goes on after a piece that was too much. */
  resume(): void;
  destroy(): void;
}

export interface DecoderEvents {
  /** False asks to wait for `resume`: a little that is packed may be much. */
  onData(chunk: Buffer): boolean;
  onDrain(): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** Which unpacking an answer needs: its declared encoding, else gzip when the first bytes are gzip's magic number. */
export function encodingOf(headers: UpstreamHeaders, firstChunk: Buffer): string | undefined {
  const declared = String(headers['content-encoding'] ?? '')
    .trim()
    .toLowerCase();
  if (declared && declared !== 'identity') return declared;
  // Some upstreams compress without saying so; neither JSON nor event streams start with these bytes (RFC 1952).
  return firstChunk[0] === 0x1f && firstChunk[1] === 0x8b ? 'gzip' : undefined;
}

/** A stream unpacker for an upstream's answer; undefined for an encoding this runtime does not know. */
export function createDecoder(encoding: string, events: DecoderEvents): Decoder | undefined {
  const stream = open(encoding);
  if (!stream) return undefined;
  const pass = (chunk: Buffer) => {
    if (!events.onData(chunk)) stream.pause();
  };
  stream.on('data', pass).on('drain', events.onDrain).on('end', events.onEnd).on('error', events.onError);
  return {
    write: (chunk) => stream.write(chunk),
    end: () => stream.end(),
    resume: () => stream.resume(),
    destroy: () => stream.destroy(),
  };
}

function open(encoding: string) {
  // Flushing at once keeps compressed event streams live.
  if (encoding === 'gzip' || encoding === 'x-gzip') return zlib.createGunzip({ flush: zlib.constants.Z_SYNC_FLUSH });
  if (encoding === 'deflate') return zlib.createInflate({ flush: zlib.constants.Z_SYNC_FLUSH });
  if (encoding === 'br') return zlib.createBrotliDecompress({ flush: zlib.constants.BROTLI_OPERATION_FLUSH });
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => zlib.Gunzip };
  return encoding === 'zstd' ? createZstdDecompress?.() : undefined;
}
