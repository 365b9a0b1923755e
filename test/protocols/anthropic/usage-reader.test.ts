import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUsageReader } from '../../../main/protocols/anthropic/usage-reader.ts';
import type { UsageReader } from '../../../main/protocols/usage-reader.ts';

const golden = (name: string) => readFileSync(new URL(`../../golden/anthropic/${name}`, import.meta.url));
const answered = { inputTokens: 2095, outputTokens: 187, cacheReadTokens: 18432, cacheWriteTokens: 512 };

function feed(reader: UsageReader, bytes: Buffer, cuts: readonly number[]): UsageReader {
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  for (const [index, start] of places.entries()) reader.push(bytes.subarray(start, places[index + 1] ?? start));
  return reader;
}

describe('a stream', () => {
  it.each(['\n', '\r\n'])('reports its last totals wherever it is cut (lines end in %j)', (lineEnd) => {
    const bytes = Buffer.from(golden('thinking-and-tool.sse').toString().replaceAll('\n', lineEnd));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5000 }), { maxLength: 40 }), (cuts) => {
        const reader = feed(createUsageReader(true), bytes, cuts);
        expect(reader.usage()).toEqual(answered);
        expect(reader.ended()).toBe(true);
        expect(reader.error()).toBeUndefined();
      }),
    );
  });

  it('has not ended before message_stop, though its text names that event', () => {
    const bytes = golden('thinking-and-tool.sse');
    const reader = createUsageReader(true);
    reader.push(bytes.subarray(0, bytes.indexOf('event: message_delta')));
    expect(reader.ended()).toBe(false);
    expect(reader.error()).toBeUndefined();
    expect(reader.usage()).toEqual({ ...answered, outputTokens: 4 });
    reader.push(bytes.subarray(bytes.indexOf('event: message_delta'), bytes.length - 1));
    expect(reader.ended()).toBe(false);
  });

  it('reports an error event as the end, with its words', () => {
    const reader = feed(createUsageReader(true), golden('error-midway.sse'), [100, 720]);
    expect(reader.ended()).toBe(true);
    expect(JSON.parse(reader.error() ?? '')).toMatchObject({ error: { type: 'overloaded_error' } });
    expect(reader.usage()).toEqual({ inputTokens: 12, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 });
  });

  it('keeps numbers that a later report lacks, and survives data that is not JSON', () => {
    const reader = createUsageReader(true);
    reader.push(Buffer.from('data: {"type":"message_start","message":{"usage":{"input_tokens":9}}}\n\n'));
    reader.push(Buffer.from('event: message_delta\ndata: {"type":"message_delta\n\n'));
    reader.push(Buffer.from('data:{"type":"message_delta","usage":{"output_tokens":3,"input_tokens":null}}\n\n'));
    expect(reader.usage()).toEqual({ inputTokens: 9, outputTokens: 3, cacheReadTokens: 0, cacheWriteTokens: 0 });
  });
});

describe('a body', () => {
  it('reports its usage once it is whole', () => {
    const bytes = golden('message.json');
    const reader = createUsageReader(false);
    reader.push(bytes.subarray(0, 200));
    expect(reader.usage()).toBeUndefined();
    expect(reader.ended()).toBe(false);
    reader.push(bytes.subarray(200));
    expect(reader.usage()).toEqual({ inputTokens: 33, outputTokens: 21, cacheReadTokens: 5, cacheWriteTokens: 7 });
    expect(reader.ended()).toBe(true);
  });

  it('reports nothing for a count of tokens or text that is not JSON', () => {
    expect(feed(createUsageReader(false), Buffer.from('{"input_tokens":12}'), []).usage()).toBeUndefined();
    expect(feed(createUsageReader(false), Buffer.from('<html>'), []).usage()).toBeUndefined();
    expect(createUsageReader(false).usage()).toBeUndefined();
  });
});
