import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseAligner, createSseSplitter, encodeEvent, parseEvent, splitEvents } from '../../main/protocols/sse.ts';

const lineEnds = fc.constantFrom('\n', '\r\n', '\r');
const lines = fc.array(
  fc.oneof(
    fc.constantFrom(
      '',
      '',
      'data',
      'data:',
      'data: ',
      'event: x',
      'event:y',
      ': comment',
      'id: 7',
      'database: no',
      'events: no',
    ),
    fc.string({ unit: 'grapheme' }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
    fc.string().map((text) => `data:${text.replace(/[\r\n]/g, '')}`),
  ),
  { maxLength: 30 },
);
const stream = fc
  .tuple(fc.boolean(), lines, lineEnds)
  .map(([bom, all, end]) => `${bom ? '\ufeff' : ''}${all.join(end)}${end}`);
const mixedStream = fc
  .array(fc.tuple(fc.constantFrom('', 'data: a', 'event: b', 'data'), lineEnds), { maxLength: 30 })
  .map((all) => all.flat().join(''));
const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 9 }));

/** The standard's algorithm in its plainest form. */
function reference(text: string): { type: string; data: string }[] {
  const events: { type: string; data: string }[] = [];
  let type = '';
  let data: string[] = [];
  const all = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  all.pop();
  for (const line of all) {
    if (line === '') {
      if (data.length > 0) events.push({ type, data: data.join('\n') });
      type = '';
      data = [];
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') type = value;
    if (field === 'data') data.push(value);
  }
  return events;
}

function chunked(bytes: Buffer, lengths: Iterator<number>): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = lengths.next().value ?? 1;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

function parsed(events: readonly Buffer[]) {
  return events.flatMap((raw) => {
    const event = parseEvent(raw);
    return event ? [{ type: event.type, data: event.data.toString() }] : [];
  });
}

describe('the splitter', () => {
  it.each([
    ['one kind of line end', stream],
    ['mixed line ends', mixedStream],
  ])('finds the events of the standard however the bytes are cut (%s)', (_, streams) => {
    fc.assert(
      fc.property(streams, sizes, (text, lengths) => {
        const splitter = createSseSplitter();
        const bytes = Buffer.from(text);
        const complete = chunked(bytes, lengths).flatMap((chunk) => splitter.push(chunk));
        const rest = splitter.end();
        expect(Buffer.concat([...complete, ...rest]).equals(bytes)).toBe(true);
        expect(parsed(complete)).toEqual(reference(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives every event as soon as its blank line is there, whatever ends the lines', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const splitter = createSseSplitter();
      expect(splitter.push(Buffer.from(`data: a${end}${end}`)).length).toBe(1);
      expect(splitter.push(Buffer.from('data: b')).length).toBe(0);
    }
  });

  it('gives one piece an event', () => {
    const golden = readFileSync(new URL('../golden/anthropic/thinking-and-tool.sse', import.meta.url));
    const events = splitEvents(golden);
    expect(events.length).toBe(11);
    expect(events.every((event) => event.toString().endsWith('}\n\n'))).toBe(true);
    expect(splitEvents(Buffer.from(golden.toString().replaceAll('\n', '\r\n'))).length).toBe(11);
  });

  it('keeps 50 MB of one line in time that grows with its length only', () => {
    const splitter = createSseSplitter(64 * 1024 * 1024);
    const piece = Buffer.alloc(16 * 1024, 'x');
    splitter.push(Buffer.from('data: '));
    for (let sent = 0; sent < 50 * 1024 * 1024; sent += piece.length) expect(splitter.push(piece)).toEqual([]);
    const [event] = splitter.push(Buffer.from('\n\n'));
    expect(event?.length).toBe(50 * 1024 * 1024 + 8);
    expect(event && parseEvent(event)?.data.length).toBe(50 * 1024 * 1024);
  }, 5000);

  it('passes an event beyond the limit on instead of holding it back', () => {
    const splitter = createSseSplitter(10);
    const pieces = ['data: 12345', '67890', 'abcde', '\n\ndata: x\n\n'].flatMap((text) =>
      splitter.push(Buffer.from(text)),
    );
    expect(Buffer.concat(pieces).toString()).toBe('data: 1234567890abcde\n\ndata: x\n\n');
    expect(pieces.length).toBeGreaterThan(2);
  });
});

describe('the aligner', () => {
  it('hands a chunk of whole events back as it is', () => {
    const aligner = createSseAligner();
    const chunk = Buffer.from('data: a\n\ndata: b\n\n');
    expect(aligner.push(chunk)).toBe(chunk);
    expect(aligner.end()).toBeUndefined();
  });

  it('holds back no more than the unfinished event', () => {
    const aligner = createSseAligner();
    expect(aligner.push(Buffer.from('data: a\n\ndata: b'))?.toString()).toBe('data: a\n\n');
    expect(aligner.push(Buffer.from('\n'))).toBeUndefined();
    expect(aligner.push(Buffer.from('\ndata: c'))?.toString()).toBe('data: b\n\n');
    expect(aligner.end()?.toString()).toBe('data: c');
  });
});

describe('encodeEvent', () => {
  it('writes what parseEvent reads', () => {
    fc.assert(
      fc.property(
        fc.option(fc.constantFrom('a', 'message_start'), { nil: undefined }),
        fc.string({ unit: 'grapheme' }),
        (type, data) => {
          const event = parseEvent(Buffer.from(encodeEvent(type, data)));
          expect(event?.type).toBe(type ?? '');
          expect(event?.data.toString()).toBe(data.replace(/\r\n?/g, '\n'));
        },
      ),
    );
  });
});
