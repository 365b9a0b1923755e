import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { createIntake } from '../../../main/gateway/inference/request-body.ts';
import { createTextMemory, type TextMemory } from '../../../main/gateway/inference/text-memory.ts';

const maxBytes = 10_000_000;
const text = Array.from({ length: 60_000 }, (_, at) => `${at} `).join('');
const whole = Buffer.from(text);

function inPieces(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  // Copies, as a socket gives them: no two share memory.
  return Array.from({ length: count }, (_, at) => Buffer.from(bytes.subarray(at * size, (at + 1) * size)));
}

interface Wishes {
  memory?: TextMemory;
  encoding?: string;
  /** Whether its size is known before it is there. */
  tellsSize?: boolean;
}

/** A body that has come in these pieces. */
function opened(pieces: readonly Buffer[], { memory = createTextMemory(), encoding, tellsSize = true }: Wishes = {}) {
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  const declared = tellsSize ? size : Number.NaN;
  const intake = createIntake({ declared, encoding, maxBytes }, memory);
  for (const piece of pieces) intake.take(piece);
  return intake.open();
}

describe.each([
  ['a large body that tells its size', true],
  ['a large body that does not', false],
])('%s', (_name, tellsSize) => {
  it('is read and sent in one piece, however many it came in', async () => {
    const body = await opened(inPieces(whole, 65_536), { tellsSize });
    expect(body.plain.equals(whole)).toBe(true);
    expect(body.received().equals(whole)).toBe(true);
    expect(body.sendable([body.plain])[0]).toBe(body.plain);
  });

  it('sends short pieces of it as copies, since a socket queues them without telling when it has sent them', async () => {
    const body = await opened(inPieces(whole, 65_536), { tellsSize });
    const edit = Buffer.from('edited');
    const pieces = body.sendable([body.plain.subarray(0, 1000), edit, body.plain.subarray(1003)]);
    expect(pieces.map(({ buffer }) => buffer === body.plain.buffer)).toEqual([false, false, true]);
    const expected = Buffer.concat([whole.subarray(0, 1000), edit, whole.subarray(1003)]);
    expect(Buffer.concat(pieces).equals(expected)).toBe(true);
  });

  it('keeps its memory for as long as a socket reads it', async () => {
    const memory = createTextMemory();
    const body = await opened(inPieces(whole, 65_536), { memory, tellsSize });
    const bodyFree = body.borrow();
    body.close();
    const second = await opened(inPieces(whole, 65_536), { memory, tellsSize });
    expect(second.plain.buffer).not.toBe(body.plain.buffer);
    bodyFree();
    const third = await opened(inPieces(whole, 65_536), { memory, tellsSize });
    expect(third.plain.buffer).toBe(body.plain.buffer);
  });

  it('is read in memory of its own while another one is open', async () => {
    const memory = createTextMemory();
    const first = await opened(inPieces(whole, 65_536), { memory, tellsSize });
    const second = await opened([Buffer.alloc(200_000, 'x')], { memory, tellsSize });
    expect(first.plain.equals(whole)).toBe(true);
    first.close();
    const third = await opened([Buffer.alloc(300_000, 'y')], { memory, tellsSize });
    expect(third.plain.buffer).toBe(first.plain.buffer);
    expect(second.plain.toString()).toBe('x'.repeat(200_000));
    expect(third.plain.toString()).toBe('y'.repeat(300_000));
  });
});

describe('the pieces of a body that was copied', () => {
  const garbage: number[] = [];
  const memory = createTextMemory((bytes) => garbage.push(bytes));
  beforeEach(() => void garbage.splice(0));

  it('are garbage when the body is open', async () => {
    for (const tellsSize of [true, false]) await opened(inPieces(whole, 65_536), { memory, tellsSize });
    expect(garbage).toEqual([whole.length, whole.length]);
  });

  it('are garbage when it is dropped', () => {
    const intake = createIntake({ declared: 200_000, encoding: undefined, maxBytes }, memory);
    intake.take(Buffer.alloc(100_000, 'x'));
    expect(garbage).toEqual([]);
    intake.drop();
    expect(garbage).toEqual([100_000]);
  });

  it('are none where the body was not copied', async () => {
    await opened([Buffer.from('{}')], { memory });
    await opened(inPieces(gzipSync(whole), 5000), { memory, encoding: 'gzip' });
    expect(garbage).toEqual([]);
  });
});

describe('a body that does not come whole', () => {
  it('gives its memory back', () => {
    const memory = createTextMemory();
    const intake = createIntake({ declared: 200_000, encoding: undefined, maxBytes }, memory);
    intake.take(Buffer.alloc(100_000, 'x'));
    const [spare, other] = [memory.lend(200_000), memory.lend(200_000)];
    memory.takeBack(spare);
    intake.drop();
    expect([memory.lend(200_000), memory.lend(200_000)].map(({ buffer }) => buffer)).not.toContain(other.buffer);
  });

  it('lends no memory for more than may come', () => {
    const lent: number[] = [];
    const lend = (bytes: number) => {
      lent.push(bytes);
      return Buffer.alloc(bytes);
    };
    const memory: TextMemory = { lend, takeBack() {}, filled() {} };
    createIntake({ declared: maxBytes + 1, encoding: undefined, maxBytes }, memory);
    expect(lent).toEqual([]);
  });
});

describe('a packed body', () => {
  it('is unpacked, and kept as it came', async () => {
    const packed = gzipSync(whole);
    const body = await opened(inPieces(packed, 5000), { encoding: 'gzip' });
    expect(body.plain.equals(whole)).toBe(true);
    expect(body.received().equals(packed)).toBe(true);
    expect(body.sendable([body.plain])[0]).toBe(body.plain);
  });
});

describe('a small body', () => {
  it('is the very buffer that came', async () => {
    const only = Buffer.from('{}');
    const body = await opened([only], { encoding: 'identity' });
    expect(body.plain).toBe(only);
    expect(body.sendable([body.plain])[0]).toBe(only);
  });

  it('may be empty', async () => {
    const body = await opened([], { encoding: 'gzip' });
    expect(body.plain).toHaveLength(0);
  });
});
