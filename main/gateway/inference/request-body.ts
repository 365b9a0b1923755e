import { decodeBody, isEncoded } from './body.ts';
import type { RequestBody } from './surface.ts';
import type { TextMemory } from './text-memory.ts';

/** A body that is used until `close`. */
export interface OpenBody extends RequestBody {
  /** The same bytes out of memory that stays as it is: a socket may still hold them after the request has ended. */
  lasting(pieces: readonly Buffer[]): readonly Buffer[];
  /** Nobody reads `plain` any more. */
  close(): void;
}

/** From this size on, in bytes, text lies in lent memory. */
const largeBytes = 128 * 1024;

/** Unpacks a received body and lays it out in one piece. Rejects with GatewayError like decodeBody. */
export async function openBody(
  received: readonly Buffer[],
  encoding: string | undefined,
  maxBytes: number,
  memory: TextMemory,
): Promise<OpenBody> {
  const size = received.reduce((sum, { length }) => sum + length, 0);
  if (size >= largeBytes && !isEncoded(encoding)) return largeBody(received, size, memory);
  const [only] = received;
  const whole = only && received.length === 1 ? only : Buffer.concat(received, size);
  const plain = await decodeBody(whole, encoding, maxBytes);
  return { received: () => whole, plain, lasting: (pieces) => pieces, close: () => {} };
}

function largeBody(received: readonly Buffer[], size: number, memory: TextMemory): OpenBody {
  const plain = memory.lend(size);
  let at = 0;
  for (const piece of received) at += piece.copy(plain, at);
  return {
    received: () => Buffer.concat(received, size),
    plain,
    lasting: (pieces) =>
      pieces.flatMap((piece) => {
        if (piece.buffer !== plain.buffer) return [piece];
        return slices(received, piece.byteOffset, piece.byteOffset + piece.length);
      }),
    close: () => memory.takeBack(plain),
  };
}

/** Bytes `start` to `end` of the pieces' whole, as slices of them. */
function slices(pieces: readonly Buffer[], start: number, end: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (at < end && at + piece.length > start) found.push(piece.subarray(Math.max(0, start - at), end - at));
    at += piece.length;
  }
  return found;
}
