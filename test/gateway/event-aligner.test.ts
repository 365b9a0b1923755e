import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventAligner } from '../../main/gateway/inference/event-aligner.ts';

/** Feeds `text` in pieces of the given sizes, again and again; returns the pieces that came out. */
function align(text: string, sizes: readonly number[]): { out: string[]; rest: string } {
  const bytes = Buffer.from(text);
  const aligner = createEventAligner();
  const out: string[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    const ready = aligner.push(bytes.subarray(at, at + size));
    if (ready) out.push(ready.toString());
    at += size;
  }
  return { out, rest: aligner.rest().toString() };
}

describe('the event aligner', () => {
  it('passes whole events and keeps the unfinished one', () => {
    expect(align('data: a\n\ndata: b\n\ndata: c', [100])).toEqual({ out: ['data: a\n\ndata: b\n\n'], rest: 'data: c' });
  });

  it('finds ends that are split over chunks, with LF and with CRLF', () => {
    expect(align('data: a\n\ndata: b\r\n\r\n', [1])).toEqual({ out: ['data: a\n\n', 'data: b\r\n\r\n'], rest: '' });
  });

  it('never changes, loses or reorders a byte, and only ever cuts after a blank line', () => {
    const piece = fc.constantFrom('data: x', '\n', '\r\n', '\n\n', ': ping', 'é', '\r');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (pieces, sizes) => {
          const text = pieces.join('');
          const { out, rest } = align(text, sizes);
          expect(out.join('') + rest).toBe(text);
          for (const part of out)
            expect(part.endsWith('\n\n') || part.endsWith('\n\r\n') || part === '\n' || part === '\r\n').toBe(true);
        },
      ),
    );
  });
});
