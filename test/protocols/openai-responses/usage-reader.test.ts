import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUsageReader } from '../../../main/protocols/openai-responses/usage-reader.ts';

const usage = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 60 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 5 },
};
const counted = { inputTokens: 40, outputTokens: 20, cacheReadTokens: 60, cacheWriteTokens: 0, reasoningTokens: 5 };

function stream(...events: object[]): Buffer {
  return Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
}

const created = { type: 'response.created', response: { id: 'resp_1', error: null, usage: null } };
const delta = { type: 'response.output_text.delta', delta: 'an "error" and response.completed in the text' };
const completed = { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [], usage } };

describe('reading the usage of a Responses stream', () => {
  it('reads it from the last event, wherever the bytes are cut', () => {
    const bytes = stream(created, delta, completed);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const reader = createUsageReader(true);
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        for (let i = 1; i < places.length; i++) reader.push(bytes.subarray(places[i - 1], places[i]));
        expect(reader.usage()).toEqual(counted);
        expect(reader.ended()).toBe(true);
        expect(reader.error()).toBeUndefined();
      }),
    );
  });

  it('is not over by words of the text that look like an end', () => {
    const reader = createUsageReader(true);
    reader.push(stream(created, delta));
    expect(reader.ended()).toBe(false);
    expect(reader.usage()).toBeUndefined();
  });

  it.each([
    { type: 'error', code: 'rate_limit_exceeded', message: 'Slow' },
    { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'Oh' } } },
    { type: 'response.done', response: { status: 'failed', error: { code: 'server_error', message: 'Oh' } } },
  ])('hands over the event of a failure: $type', (event) => {
    const reader = createUsageReader(true);
    reader.push(stream(created, event));
    expect(reader.ended()).toBe(true);
    expect(JSON.parse(reader.error() ?? '')).toEqual(event);
  });

  it('takes an incomplete answer and response.done for ends', () => {
    for (const type of ['response.incomplete', 'response.done']) {
      const reader = createUsageReader(true);
      reader.push(stream({ ...completed, type }));
      expect(reader.ended()).toBe(true);
      expect(reader.usage()).toEqual(counted);
    }
  });

  it('survives data that is no JSON', () => {
    const reader = createUsageReader(true);
    reader.push(Buffer.from('data: {"type":"response.completed", broken\n\n'));
    expect(reader.usage()).toBeUndefined();
  });
});

describe('reading the usage of a whole response', () => {
  it('reads it when the body is there', () => {
    const reader = createUsageReader(false);
    const body = Buffer.from(JSON.stringify({ id: 'resp_1', output: [], usage }));
    reader.push(body.subarray(0, 20));
    expect(reader.ended()).toBe(false);
    reader.push(body.subarray(20));
    expect(reader.ended()).toBe(true);
    expect(reader.usage()).toEqual(counted);
  });
});
