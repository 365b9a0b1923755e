import { queuedBytes } from '../upstream/transport.ts';
import { decodeBody, isEncoded } from './body.ts';
import type { RequestBody } from './surface.ts';
import type { TextMemory } from './text-memory.ts';

/** A body that is used until `close`, and for as long as somebody has borrowed it. */
export interface OpenBody extends RequestBody {
  /** The same pieces as a socket may get them: those that it may take without telling when it has sent them are copies. */
  sendable(pieces: readonly Buffer[]): readonly Buffer[];
  /** A socket reads `plain` until the returned function is called, maybe for longer than until `close`. */
  borrow(): () => void;
  /** The request has ended. */
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
  return { received: () => whole, plain, sendable: (pieces) => pieces, borrow: () => () => {}, close: () => {} };
}

function largeBody(received: readonly Buffer[], size: number, memory: TextMemory): OpenBody {
  const plain = memory.lend(size);
  let at = 0;
  for (const piece of received) at += piece.copy(plain, at);
  let readers = 1;
  const leave = () => {
    readers -= 1;
    if (readers === 0) memory.takeBack(plain);
  };
  return {
    received: () => Buffer.from(plain),
    plain,
    // In few large pieces: each one costs a socket and its events as much as copying 64 KB does.
    sendable: (pieces) => pieces.map((piece) => (isLentBriefly(piece, plain) ? Buffer.from(piece) : piece)),
    borrow() {
      readers += 1;
      return leave;
    },
    close: leave,
  };
}

function isLentBriefly(piece: Buffer, plain: Buffer): boolean {
  return piece.buffer === plain.buffer && piece.length <= queuedBytes;
}
