import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUsageReader } from '../../../main/protocols/openai-chat/usage-reader.ts';

const chunk = (choice: unknown, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'c', choices: [choice], ...more })}\n\n`;
const text = (content: string) => chunk({ index: 0, delta: { content }, finish_reason: null }, { usage: null });
const finish = chunk({ index: 0, delta: {}, finish_reason: 'stop' }, { usage: null });
const usage = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 2 } } })}\n\n`;
const counts = { inputTokens: 7, outputTokens: 4, cacheReadTokens: 2, cacheWriteTokens: 0 };

function read(stream: string, cuts: readonly number[] = []) {
  const reader = createUsageReader(true);
  const bytes = Buffer.from(stream);
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (const [index, end] of edges.slice(1).entries()) reader.push(bytes.subarray(edges[index], end));
  return { usage: reader.usage(), ended: reader.ended(), error: reader.error() };
}

describe('a stream that passes by', () => {
  it('tells usage and end, wherever it is cut', () => {
    const stream = `${text('the "error" of \\"usage\\": {')}${text('b')}${finish}${usage}data: [DONE]\n\n`;
    assert(
      property(array(integer({ min: 0, max: stream.length }), { maxLength: 9 }), (cuts) => {
        expect(read(stream, cuts)).toEqual({ usage: counts, ended: true, error: undefined });
      }),
    );
  });

  it('has not ended before its finish reason, and needs no [DONE] behind it', () => {
    expect(read(text('a')).ended).toBe(false);
    expect(read(text('a') + finish)).toEqual({ usage: undefined, ended: true, error: undefined });
    expect(read(`${text('a')}data: [DONE]\n\n`).ended).toBe(true);
  });

  it.each([
    ['data: {"error":{"message":"m"}}\n\n', '{"error":{"message":"m"}}'],
    ['event: error\ndata: {"message":"m"}\n\n', '{"message":"m"}'],
  ])('%j is its failure', (event, told) => {
    expect(read(text('a') + event)).toEqual({ usage: undefined, ended: true, error: told });
  });

  it('does not take what a model says for an error', () => {
    expect(read(text('{"error":{"message":"m"}}')).error).toBeUndefined();
    expect(read(chunk({ index: 0, delta: { content: 'x' } }, { error: null })).error).toBeUndefined();
  });
});

describe('a whole body', () => {
  it('tells its usage when it is whole', () => {
    const reader = createUsageReader(false);
    const body = Buffer.from(
      '{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":2}}}',
    );
    reader.push(body.subarray(0, 20));
    expect([reader.ended(), reader.usage()]).toEqual([false, undefined]);
    reader.push(body.subarray(20));
    expect([reader.ended(), reader.usage(), reader.error()]).toEqual([true, counts, undefined]);
  });

  it('may tell none', () => {
    const reader = createUsageReader(false);
    reader.push(Buffer.from('{"choices":[]}'));
    expect([reader.ended(), reader.usage()]).toEqual([true, undefined]);
  });
});
