import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../main/protocols/answer.ts';
import { createAnthropicDecoder, readAnthropicAnswer } from '../../../main/protocols/anthropic/decoder.ts';
import type { Json, JsonObject } from '../../../main/protocols/exact-json.ts';
import { AnswerCollector } from '../../../main/protocols/translation/collect-answer.ts';
import { createStreamEvents } from '../../../main/protocols/translation/stream-events.ts';

const golden = readFileSync(new URL('golden/stream.txt', import.meta.url));

/** Everything that a stream of these bytes comes to, cut at these places. */
function decode(bytes: Buffer, cuts: readonly number[] = []): AnswerEvent[] {
  const decoder = createAnthropicDecoder();
  const cutter = createStreamEvents();
  const places = [...cuts, bytes.length].sort((a, b) => a - b);
  const events = places.flatMap((end, index) =>
    cutter.push(bytes.subarray(places[index - 1] ?? 0, end)).flatMap((event) => decoder.push(event)),
  );
  return [...events, ...decoder.end()];
}
const decodeAll = (events: readonly JsonObject[]) =>
  decode(Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')));
const collected = (events: readonly AnswerEvent[]) => {
  const collector = new AnswerCollector();
  collector.push(events);
  return collector.answer();
};

const start = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', usage: { input_tokens: 3, output_tokens: 1 } },
};
const stop = { type: 'message_stop' };
const ended = (reason: string, more: JsonObject = {}) => ({
  type: 'message_delta',
  delta: { stop_reason: reason, ...more },
});
const begins = (index: number, block: JsonObject) => ({ type: 'content_block_start', index, content_block: block });
const says = (index: number, delta: JsonObject) => ({ type: 'content_block_delta', index, delta });
const ends = (index: number) => ({ type: 'content_block_stop', index });

const answer = {
  id: 'msg_01',
  model: 'claude-sonnet-4-6',
  parts: [
    { start: { kind: 'thinking' }, text: 'Let me see…', signature: 'EqQBsig', citations: [] },
    { start: { kind: 'redacted-thinking', data: 'Eroy' }, text: '', citations: [] },
    { start: { kind: 'search-call', id: 'srvtoolu_1', query: 'weather in Bern' }, text: '', citations: [] },
    {
      start: { kind: 'search-result', callId: 'srvtoolu_1', results: [{ title: 'Weather', url: 'https://a.test' }] },
      text: '',
      citations: [],
    },
    {
      start: { kind: 'text' },
      text: 'It rains 🌧.',
      citations: [{ title: 'Weather', url: 'https://a.test', text: 'rain' }],
    },
    {
      start: { kind: 'tool-call', id: 'toolu_1', name: 'umbrella' },
      text: '{"size": 12345678901234567890}',
      citations: [],
    },
    { start: { kind: 'tool-call', id: 'toolu_2', name: 'now' }, text: '', citations: [] },
  ],
  usage: { inputTokens: 10, outputTokens: 40, cacheReadTokens: 5, cacheWriteTokens: 2 },
  finish: 'tool-calls',
};

describe('a stream', () => {
  it('is thinking, searches, text with citations and calls', () => {
    const events = decode(golden);
    expect(collected(events)).toEqual(answer);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' });
    expect(events.filter(({ type }) => type === 'open')).toHaveLength(7);
    expect(events.filter(({ type }) => type === 'close')).toHaveLength(7);
  });

  it('comes to the same wherever its bytes are cut', () => {
    const whole = decode(golden);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: golden.length }), { maxLength: 40 }), (cuts) => {
        expect(decode(golden, cuts)).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it('tells usage as it grows', () => {
    const events = decodeAll([start, { ...ended('end_turn'), usage: { output_tokens: 9 } }, stop]);
    expect(events.filter(({ type }) => type === 'usage').at(-1)).toEqual({
      type: 'usage',
      usage: { inputTokens: 3, outputTokens: 9, cacheReadTokens: 0, cacheWriteTokens: 0 },
    });
  });

  it.each([
    ['end_turn', 'end'],
    ['max_tokens', 'max-output'],
    ['model_context_window_exceeded', 'context-full'],
    ['refusal', 'refusal'],
    ['pause_turn', 'pause'],
    ['something_new', 'end'],
    ['tool_use', 'broken-tool-call'],
  ])('ends by %s', (word, reason) => {
    expect(decodeAll([start, ended(word), stop]).at(-1)).toEqual({ type: 'finish', reason });
  });

  it('names the stop sequence that ended it', () => {
    const events = decodeAll([start, ended('stop_sequence', { stop_sequence: 'END' }), stop]);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop-sequence', stopSequence: 'END' });
  });

  it('closes what was left open', () => {
    const events = decodeAll([
      start,
      begins(0, { type: 'text', text: '' }),
      says(0, { type: 'text_delta', text: 'a' }),
      stop,
    ]);
    expect(events.slice(-2)).toEqual([
      { type: 'close', part: 0 },
      { type: 'finish', reason: 'end' },
    ]);
  });

  it('has arguments that came with the beginning of a call', () => {
    const call = { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } };
    expect(collected(decodeAll([start, begins(0, call), ends(0), ended('tool_use'), stop])).parts[0]?.text).toBe(
      '{"a":1}',
    );
  });

  it('leaves out what no other format has words for', () => {
    const events = decodeAll([
      start,
      { type: 'ping' },
      begins(0, { type: 'server_tool_use', id: 's', name: 'code_execution', input: {} }),
      says(0, { type: 'input_json_delta', partial_json: '{' }),
      ends(0),
      begins(1, { type: 'code_execution_tool_result', tool_use_id: 's', content: {} }),
      ends(1),
      says(7, { type: 'text_delta', text: 'lost' }),
      { type: 'novelty' },
      ended('end_turn'),
      stop,
    ]);
    expect(collected(events).parts).toEqual([]);
  });

  it.each<[string, JsonObject, number]>([
    ['overload', { type: 'overloaded_error', message: 'Overloaded' }, 529],
    ['a limit', { type: 'rate_limit_error', message: 'Slow down' }, 429],
    ['a fault of its own', { type: 'api_error', message: 'Oops' }, 502],
  ])('fails by %s, and says nothing more', (_name, error, status) => {
    const events = decodeAll([start, { type: 'error', error }, ended('end_turn'), stop]);
    expect(events.at(-1)).toEqual({ type: 'failed', error: { status, code: error.type, message: error.message } });
  });

  it('fails when it ends without its end mark', () => {
    expect(decodeAll([start, ended('end_turn')]).at(-1)).toMatchObject({
      type: 'failed',
      error: { status: 502, code: 'upstream_lost' },
    });
  });

  it('fails when it is no JSON', () => {
    expect(decode(Buffer.from('data: <html>\n\n'))).toMatchObject([
      { type: 'failed', error: { code: 'upstream_invalid' } },
    ]);
  });

  it('never throws, whatever comes', () => {
    const type = fc.constantFrom(
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'error',
      'message_stop',
    );
    const event = fc.record({
      type,
      index: fc.jsonValue(),
      delta: fc.jsonValue(),
      content_block: fc.jsonValue(),
      message: fc.jsonValue(),
      usage: fc.jsonValue(),
      error: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), (events) => {
        const decoded = decodeAll(events as JsonObject[]);
        expect(['finish', 'failed']).toContain(decoded.at(-1)?.type);
      }),
    );
  });
});

describe('a whole answer', () => {
  const usage = { input_tokens: 10, cache_creation_input_tokens: 2, cache_read_input_tokens: 5, output_tokens: 40 };
  const content: JsonObject[] = [
    { type: 'thinking', thinking: 'Let me see…', signature: 'EqQBsig' },
    { type: 'redacted_thinking', data: 'Eroy' },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'weather in Bern' } },
    {
      type: 'web_search_tool_result',
      tool_use_id: 'srvtoolu_1',
      content: [{ title: 'Weather', url: 'https://a.test' }],
    },
    { type: 'text', text: 'It rains 🌧.', citations: [{ title: 'Weather', url: 'https://a.test', cited_text: 'rain' }] },
    { type: 'tool_use', id: 'toolu_1', name: 'umbrella', input: { size: 12 } },
    { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
  ];
  const body = {
    id: 'msg_01',
    model: 'claude-sonnet-4-6',
    content,
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage,
  };

  it('comes to what its stream comes to', () => {
    const read = collected(readAnthropicAnswer(body));
    expect(read.parts.map(({ start: opened }) => opened)).toEqual(answer.parts.map(({ start: opened }) => opened));
    expect({ ...read, parts: [] }).toEqual({ ...answer, parts: [] });
    expect(read.parts[4]?.citations).toEqual(answer.parts[4]?.citations);
    expect(read.parts[5]?.text).toBe('{"size":12}');
  });

  it.each<[Json]>([[null], [{}], [{ type: 'error', error: { type: 'overloaded_error', message: 'x' } }]])(
    'fails when it is none: %j',
    (value) => {
      expect(readAnthropicAnswer(value).at(-1)?.type).toBe('failed');
    },
  );
});
