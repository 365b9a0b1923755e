import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createUsageReader } from '../../../main/protocols/gemini/usage-reader.ts';

const golden = readFileSync(new URL('golden/thinking-tools-search.sse', import.meta.url));
const objects = golden
  .toString('utf8')
  .split('\n\n')
  .filter(Boolean)
  .map((event) => event.slice('data: '.length));
const usage = { inputTokens: 18, outputTokens: 13, cacheReadTokens: 5, cacheWriteTokens: 0, reasoningTokens: 4 };
const enveloped = (object: string) => `{"response":${object},"traceId":"t"}`;

const streams: [string, Buffer][] = [
  ['events', golden],
  ['events in envelopes', Buffer.from(objects.map((one) => `data: ${enveloped(one)}\r\n\r\n`).join(''))],
  ['an array', Buffer.from(`[${objects.join('\n,\r\n')}]\n`)],
  ['an array in envelopes', Buffer.from(`\n[\n${objects.map(enveloped).join(',')}\n]`)],
];

test.each(streams)('reads usage and the end of %s, wherever it is cut', (_name, bytes) => {
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 10 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const reader = createUsageReader(true);
      for (const [index, end] of at.slice(1).entries()) reader.push(bytes.subarray(at[index], end));
      expect(reader.usage()).toEqual(usage);
      expect(reader.ended()).toBe(true);
      expect(reader.error()).toBeUndefined();
    }),
    { numRuns: 40 },
  );
});

test('a stream that stops has not ended', () => {
  const reader = createUsageReader(true);
  reader.push(golden.subarray(0, golden.length - 300));
  expect(reader.ended()).toBe(false);
});

test.each([
  ['events', (error: string) => `data: ${error}\n\n`],
  ['an array', (error: string) => `[${objects[0]},${error}]`],
])('an error within %s ends it and is told', (_name, write) => {
  const error = '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Slow down"}}';
  const reader = createUsageReader(true);
  reader.push(Buffer.from(write(error)));
  expect(reader.ended()).toBe(true);
  expect(reader.error()).toBe(error);
});

test('a prompt that is blocked is an answer', () => {
  const reader = createUsageReader(true);
  reader.push(
    Buffer.from('data: {"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3}}\n\n'),
  );
  expect(reader.ended()).toBe(true);
  expect(reader.usage()?.inputTokens).toBe(3);
});

test.each([
  ['as it is', objects.at(-1) ?? ''],
  ['in an envelope', enveloped(objects.at(-1) ?? '')],
])('reads a body %s', (_name, body) => {
  const reader = createUsageReader(false);
  reader.push(Buffer.from(body.slice(0, 50)));
  expect(reader.ended()).toBe(false);
  reader.push(Buffer.from(body.slice(50)));
  expect(reader.ended()).toBe(true);
  expect(reader.usage()).toEqual(usage);
});

test('a count of tokens is a whole body without usage', () => {
  const reader = createUsageReader(false);
  reader.push(Buffer.from('{"totalTokens":7}'));
  expect(reader.ended()).toBe(true);
  expect(reader.usage()).toBeUndefined();
});
