import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerEvent } from '../../../main/protocols/answer.ts';
import type { Json, JsonObject } from '../../../main/protocols/exact-json.ts';
import { parseExact } from '../../../main/protocols/exact-json.ts';
import { geminiTranslator } from '../../../main/protocols/gemini/translator.ts';
import { AnswerCollector } from '../../../main/protocols/translation/collect-answer.ts';
import { createStreamEvents } from '../../../main/protocols/translation/stream-events.ts';

const golden = readFileSync(new URL('golden/thinking-tools-search.sse', import.meta.url));

function decode(...chunks: readonly Buffer[]): AnswerEvent[] {
  const cutter = createStreamEvents();
  const decoder = geminiTranslator.decoder();
  const events = chunks.flatMap((chunk) => cutter.push(chunk)).flatMap((event) => decoder.push(event));
  return [...events, ...decoder.end()];
}

const stream = (...objects: Json[]) => decode(...objects.map((one) => Buffer.from(`data: ${JSON.stringify(one)}\n\n`)));
const candidate = (more: JsonObject, ...parts: JsonObject[]): JsonObject => ({
  candidates: [{ content: { role: 'model', parts }, ...more }],
});
const done = { finishReason: 'STOP' };

function collected(events: readonly AnswerEvent[]) {
  const collector = new AnswerCollector();
  collector.push(events);
  return collector.answer();
}

test('a stream of thinking, words, a search and calls', () => {
  const events = decode(golden);
  const [first, second] = events.flatMap((event) =>
    event.type === 'open' && event.start.kind === 'tool-call' ? [event.start.id] : [],
  );
  expect(first).toMatch(/^[\w-]{8,40}$/);
  expect(second).not.toBe(first);
  expect(events).toEqual([
    { type: 'start', id: 'r1aB_-', model: 'gemini-3-pro-preview' },
    { type: 'open', part: 0, start: { kind: 'thinking' } },
    { type: 'delta', part: 0, text: 'Let me ' },
    { type: 'delta', part: 0, text: 'look.' },
    { type: 'close', part: 0 },
    { type: 'open', part: 1, start: { kind: 'text' } },
    { type: 'delta', part: 1, text: 'Cats ' },
    { type: 'delta', part: 1, text: 'purr.' },
    {
      type: 'citation',
      part: 1,
      citation: { title: 'Cats', url: 'https://example.com/cats', text: 'Cats purr.', start: 0, end: 10 },
    },
    { type: 'close', part: 1 },
    { type: 'open', part: 2, start: { kind: 'search-call', id: 'search_r1aB_-', query: 'do cats purr' } },
    { type: 'close', part: 2 },
    {
      type: 'open',
      part: 3,
      start: {
        kind: 'search-result',
        callId: 'search_r1aB_-',
        results: [{ title: 'Cats', url: 'https://example.com/cats' }],
      },
    },
    { type: 'close', part: 3 },
    { type: 'open', part: 4, start: { kind: 'tool-call', id: first, name: 'read' } },
    { type: 'signature', part: 4, signature: 'CgsB' },
    { type: 'delta', part: 4, text: '{"id":12345678901234567890}' },
    { type: 'close', part: 4 },
    { type: 'open', part: 5, start: { kind: 'tool-call', id: second, name: 'read' } },
    { type: 'delta', part: 5, text: '{}' },
    { type: 'close', part: 5 },
    {
      type: 'usage',
      usage: { inputTokens: 18, outputTokens: 13, cacheReadTokens: 5, cacheWriteTokens: 0, reasoningTokens: 4 },
    },
    { type: 'finish', reason: 'tool-calls' },
  ]);
});

test('wherever the bytes are cut, the events are the same', () => {
  const whole = decode(golden);
  fc.assert(
    fc.property(fc.array(fc.nat(golden.length), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), golden.length];
      expect(decode(...at.slice(1).map((end, index) => golden.subarray(at[index], end)))).toEqual(whole);
    }),
  );
});

test('a whole answer, one in an envelope, and a stream as one array come to the same answer', () => {
  const objects = golden
    .toString('utf8')
    .split('\n\n')
    .filter(Boolean)
    .map((event) => parseExact(event.slice('data: '.length)) as JsonObject);
  const whole = collected(decode(golden));
  expect(collected(geminiTranslator.readAnswer(objects))).toEqual(whole);
  expect(collected(geminiTranslator.readAnswer(objects.map((response) => ({ response, traceId: 't' }))))).toEqual(
    whole,
  );
  expect(whole.parts.map(({ text }) => text).slice(0, 2)).toEqual(['Let me look.', 'Cats purr.']);
});

describe('parts', () => {
  test('a proof is that of the part that carries it', () => {
    const events = stream(
      candidate({}, { text: 'one', thought: true, thoughtSignature: 'CgsA' }, { text: 'two', thought: true }),
      candidate(done, { text: 'Done.', thoughtSignature: 'CgsB' }),
    );
    expect(collected(events).parts).toEqual([
      { start: { kind: 'thinking' }, text: 'one', signature: 'CgsA', citations: [] },
      { start: { kind: 'thinking' }, text: 'two', citations: [] },
      { start: { kind: 'text' }, text: 'Done.', citations: [] },
      { start: { kind: 'thinking' }, text: '', signature: 'CgsB', citations: [] },
    ]);
  });

  test('pictures are shown, code and its output are words', () => {
    const events = stream(
      candidate(
        done,
        { inlineData: { mimeType: 'image/png', data: 'aa' } },
        { executableCode: { language: 'PYTHON', code: 'print(1)\n' } },
        { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1\n' } },
      ),
    );
    expect(collected(events).parts).toMatchObject([
      { start: { kind: 'image', mediaType: 'image/png', data: 'aa' } },
      { start: { kind: 'text' }, text: '\n```python\nprint(1)\n```\n\n```\n1\n```\n' },
    ]);
  });

  test('calls of two answers never share an id, those of one answer never change theirs', () => {
    const call = { functionCall: { name: 'a', args: {} } };
    const ids = (responseId: string) =>
      stream({ responseId, ...candidate(done, call, call) }).flatMap((event) =>
        event.type === 'open' && 'id' in event.start ? [event.start.id] : [],
      );
    expect(new Set([...ids('x'), ...ids('y')]).size).toBe(4);
    expect(ids('x')).toEqual(ids('x'));
  });

  test('places are not told where bytes are not characters', () => {
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://example.com' } }],
      groundingSupports: [{ segment: { endIndex: 5, text: 'Käse' }, groundingChunkIndices: [0, 7] }],
    };
    const { parts } = collected(stream(candidate({ ...done, groundingMetadata }, { text: 'Käse' })));
    expect(parts[0]?.citations).toEqual([{ title: 'https://example.com', url: 'https://example.com', text: 'Käse' }]);
  });
});

describe('the end', () => {
  const reasonOf = (events: AnswerEvent[]) =>
    events.flatMap((event) => (event.type === 'finish' ? [event.reason] : []))[0];
  test.each([
    ['STOP', 'end'],
    ['MAX_TOKENS', 'max-output'],
    ['SAFETY', 'refusal'],
    ['RECITATION', 'refusal'],
    ['BLOCKLIST', 'refusal'],
    ['PROHIBITED_CONTENT', 'refusal'],
    ['SPII', 'refusal'],
    ['MALFORMED_FUNCTION_CALL', 'broken-tool-call'],
    ['OTHER', 'end'],
  ])('%s means %s', (finishReason, reason) => {
    expect(reasonOf(stream(candidate({ finishReason }, { text: 'a' })))).toBe(reason);
  });

  test('a prompt that is blocked is refused', () => {
    expect(reasonOf(stream({ promptFeedback: { blockReason: 'SAFETY' } }))).toBe('refusal');
  });

  test('usage behind the end mark counts, and the last one of several', () => {
    const events = stream(
      { ...candidate(done, { text: 'a' }), usageMetadata: { promptTokenCount: 1 } },
      { usageMetadata: { promptTokenCount: 2, candidatesTokenCount: 3 } },
    );
    expect(events.slice(-2)).toEqual([
      { type: 'usage', usage: { inputTokens: 2, outputTokens: 3, cacheReadTokens: 0, cacheWriteTokens: 0 } },
      { type: 'finish', reason: 'end' },
    ]);
  });

  test('models that say STOP with every chunk have not ended before the last', () => {
    const events = stream(candidate(done, { text: 'a' }), candidate(done, { text: 'b' }));
    expect(collected(events).parts[0]?.text).toBe('ab');
  });

  test('a stream without end mark has failed, and what follows a failure is not read', () => {
    expect(stream(candidate({}, { text: 'a' })).at(-1)).toMatchObject({
      type: 'failed',
      error: { status: 502, code: 'upstream_lost' },
    });
    const error = {
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      message: 'Slow down',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }],
    };
    expect(stream([{ error }], candidate(done, { text: 'a' }))).toEqual([
      {
        type: 'failed',
        error: { status: 429, code: 'resource_exhausted', message: 'Slow down', retryAfterMs: 1_500 },
      },
    ]);
  });

  test('a host that refuses this program in the model’s words has failed', () => {
    const words = 'This version of Antigravity is no longer supported. Please update.';
    expect(stream(candidate(done, { text: words })).at(-1)).toMatchObject({ type: 'failed', error: { status: 503 } });
    expect(stream(candidate(done, { text: 'It said: ' }, { text: words })).at(-1)?.type).toBe('finish');
  });

  test('whatever JSON comes, nothing is thrown and it ends once', () => {
    const member = fc.constantFrom(
      'candidates',
      'content',
      'parts',
      'text',
      'functionCall',
      'error',
      'finishReason',
      'response',
      'usageMetadata',
      'groundingMetadata',
      'inlineData',
      'thought',
      'name',
      'args',
    );
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<unknown>('STOP', 'x', 1, true, null),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(member, tie('json'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(json, { maxLength: 4 }), (objects) => {
        const events = stream(...(objects as Json[]));
        expect(events.filter(({ type }) => type === 'finish' || type === 'failed')).toHaveLength(1);
        expect(['finish', 'failed']).toContain(events.at(-1)?.type);
      }),
      { numRuns: 300 },
    );
  });
});
