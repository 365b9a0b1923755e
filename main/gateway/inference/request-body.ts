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

/** Where a body goes while it comes. */
export interface BodyIntake {
  take(piece: Buffer): void;
  /** All of it has come. Rejects with GatewayError like decodeBody. */
  open(): OpenBody | Promise<OpenBody>;
  /** In the place of `open`: nothing becomes of it. */
  drop(): void;
}

export interface IntakeOptions {
  /** Bytes; NaN where they are not known before they are all there. */
  declared: number;
  encoding: string | undefined;
  /** Bytes. */
  maxBytes: number;
}

/** From this size on, in bytes, text lies in lent memory. */
const largeBytes = 128 * 1024;

/** A place for a body of this size and encoding. */
export function createIntake(options: IntakeOptions, memory: TextMemory): BodyIntake {
  const { declared, encoding, maxBytes } = options;
  const isKnown = declared >= largeBytes && declared <= maxBytes && !isEncoded(encoding);
  return isKnown ? layingOut(declared, memory) : gathering(options, memory);
}

/** Keeps the pieces until all are there. */
function gathering({ encoding, maxBytes }: IntakeOptions, memory: TextMemory): BodyIntake {
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    take(piece) {
      pieces.push(piece);
      size += piece.length;
    },
    open() {
      if (size >= largeBytes && !isEncoded(encoding)) return largeBody(laidOut(pieces, size, memory), memory);
      const [only] = pieces;
      const whole = only && pieces.length === 1 ? only : Buffer.concat(pieces, size);
      if (!isEncoded(encoding)) return ownBody(whole, whole);
      return decodeBody(whole, encoding, maxBytes).then((plain) => ownBody(whole, plain));
    },
    drop() {},
  };
}

/** Lays the text out in one piece while it comes: no piece has to be kept. */
function layingOut(declared: number, memory: TextMemory): BodyIntake {
  const plain = memory.lend(declared);
  let filled = 0;
  return {
    take(piece) {
      filled += piece.copy(plain, filled);
    },
    open() {
      memory.filled(filled);
      return largeBody(plain, memory);
    },
    drop() {
      memory.filled(filled);
      memory.takeBack(plain);
    },
  };
}

/** A body that is in memory of its own. */
function ownBody(whole: Buffer, plain: Buffer): OpenBody {
  return {
    received: () => whole,
    plain,
    sendable: (sent) => sent,
    borrow: () => () => {},
    close: () => {},
  };
}

function laidOut(pieces: readonly Buffer[], size: number, memory: TextMemory): Buffer {
  const plain = memory.lend(size);
  let at = 0;
  for (const piece of pieces) at += piece.copy(plain, at);
  memory.filled(at);
  return plain;
}

function largeBody(plain: Buffer, memory: TextMemory): OpenBody {
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
