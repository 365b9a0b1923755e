import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openBody } from '../../../main/gateway/inference/request-body.ts';
import { createTextMemory } from '../../../main/gateway/inference/text-memory.ts';

const maxBytes = 10_000_000;
const text = Array.from({ length: 60_000 }, (_, at) => `${at} `).join('');
const whole = Buffer.from(text);

function inPieces(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  // Copies, as a socket gives them: no two share memory.
  return Array.from({ length: count }, (_, at) => Buffer.from(bytes.subarray(at * size, (at + 1) * size)));
}

describe('a large body', () => {
  it('is read and sent in one piece, however many it came in', async () => {
    const body = await openBody(inPieces(whole, 65_536), undefined, maxBytes, createTextMemory());
    expect(body.plain.equals(whole)).toBe(true);
    expect(body.received().equals(whole)).toBe(true);
    expect(body.sendable([body.plain])[0]).toBe(body.plain);
  });

  it('sends short pieces of it as copies, since a socket queues them without telling when it has sent them', async () => {
    const body = await openBody(inPieces(whole, 65_536), undefined, maxBytes, createTextMemory());
    const edit = Buffer.from('edited');
    const pieces = body.sendable([body.plain.subarray(0, 1000), edit, body.plain.subarray(1003)]);
    expect(pieces.map(({ buffer }) => buffer === body.plain.buffer)).toEqual([false, false, true]);
    const expected = Buffer.concat([whole.subarray(0, 1000), edit, whole.subarray(1003)]);
    expect(Buffer.concat(pieces).equals(expected)).toBe(true);
  });

  it('keeps its memory for as long as a socket reads it', async () => {
    const memory = createTextMemory();
    const body = await openBody(inPieces(whole, 65_536), undefined, maxBytes, memory);
    const bodyFree = body.borrow();
    body.close();
    const second = await openBody(inPieces(whole, 65_536), undefined, maxBytes, memory);
    expect(second.plain.buffer).not.toBe(body.plain.buffer);
    bodyFree();
    const third = await openBody(inPieces(whole, 65_536), undefined, maxBytes, memory);
    expect(third.plain.buffer).toBe(body.plain.buffer);
  });

  it('is read in memory of its own while another one is open', async () => {
    const memory = createTextMemory();
    const first = await openBody(inPieces(whole, 65_536), undefined, maxBytes, memory);
    const second = await openBody([Buffer.alloc(200_000, 'x')], undefined, maxBytes, memory);
    expect(first.plain.equals(whole)).toBe(true);
    first.close();
    const third = await openBody([Buffer.alloc(300_000, 'y')], undefined, maxBytes, memory);
    expect(third.plain.buffer).toBe(first.plain.buffer);
    expect(second.plain.toString()).toBe('x'.repeat(200_000));
    expect(third.plain.toString()).toBe('y'.repeat(300_000));
  });
});

describe('a packed body', () => {
  it('is unpacked, and kept as it came', async () => {
    const packed = gzipSync(whole);
    const body = await openBody(inPieces(packed, 5000), 'gzip', maxBytes, createTextMemory());
    expect(body.plain.equals(whole)).toBe(true);
    expect(body.received().equals(packed)).toBe(true);
    expect(body.sendable([body.plain])[0]).toBe(body.plain);
  });
});

describe('a small body', () => {
  it('is the very buffer that came', async () => {
    const only = Buffer.from('{}');
    const body = await openBody([only], 'identity', maxBytes, createTextMemory());
    expect(body.plain).toBe(only);
    expect(body.sendable([body.plain])[0]).toBe(only);
  });

  it('may be empty', async () => {
    const body = await openBody([], 'gzip', maxBytes, createTextMemory());
    expect(body.plain).toHaveLength(0);
  });
});
