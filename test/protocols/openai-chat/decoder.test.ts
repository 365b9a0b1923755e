import { array, assert, integer, json, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../main/protocols/answer.ts';
import { parseExact } from '../../../main/protocols/exact-json.ts';
import { createChatDecoder, readChatAnswer } from '../../../main/protocols/openai-chat/decoder.ts';
import { AnswerCollector } from '../../../main/protocols/translation/collect-answer.ts';
import { createStreamEvents } from '../../../main/protocols/translation/stream-events.ts';

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
const delta = (part: unknown, finish: string | null = null) => ({
  ...head,
  choices: [{ index: 0, delta: part, finish_reason: finish }],
});
const call = (entry: unknown) => delta({ tool_calls: [entry] });
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const start = { type: 'start', id: 'chatcmpl-1', model: 'm' };

/** Events of a stream of chunks; strings are data as they are. */
function decode(chunks: readonly unknown[], { done = true } = {}): AnswerEvent[] {
  const decoder = createChatDecoder();
  const datas = chunks.map((chunk) => (typeof chunk === 'string' ? chunk : JSON.stringify(chunk)));
  const events = [...datas, ...(done ? ['[DONE]'] : [])].flatMap((data) => decoder.push({ data }));
  return [...events, ...decoder.end()];
}

const partsOf = (events: readonly AnswerEvent[]) => {
  const collector = new AnswerCollector();
  collector.push(events);
  return collector.answer().parts.map(({ start: { kind, ...more }, text }) => ({ kind, ...more, text }));
};
const endOf = (events: readonly AnswerEvent[]) => events.at(-1);

it('text, then the end, then the usage', () => {
  const events = decode([
    delta({ role: 'assistant', content: '' }),
    delta({ content: 'Hel' }),
    delta({ content: 'lo' }),
    delta({}, 'stop'),
    { ...head, choices: [], usage },
  ]);
  expect(events).toEqual([
    start,
    { type: 'open', part: 0, start: { kind: 'text' } },
    { type: 'delta', part: 0, text: 'Hel' },
    { type: 'delta', part: 0, text: 'lo' },
    { type: 'close', part: 0 },
    { type: 'usage', usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 } },
    { type: 'finish', reason: 'end' },
  ]);
});

describe('thinking', () => {
  it.each(['reasoning_content', 'reasoning'])('comes as %s before the text', (name) => {
    const events = decode([
      delta({ [name]: 'h' }),
      delta({ [name]: 'm' }),
      delta({ content: 'ok' }),
      delta({}, 'stop'),
    ]);
    expect(partsOf(events)).toEqual([
      { kind: 'thinking', text: 'hm' },
      { kind: 'text', text: 'ok' },
    ]);
    expect(events.filter(({ type }) => type === 'close').length).toBe(2);
  });

  it('comes as parts from Mistral', () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] };
    const events = decode([delta({ content: [thinking, { type: 'text', text: 'ok' }] }, 'stop')]);
    expect(partsOf(events).map(({ text }) => text)).toEqual(['hm', 'ok']);
  });
});

describe('tool calls', () => {
  it('stream their arguments, one after the other', () => {
    const events = decode([
      call({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
      call({ index: 0, function: { arguments: '{"x":"}' } }),
      call({ index: 0, function: { arguments: '"}' } }),
      call({ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } }),
      delta({}, 'tool_calls'),
    ]);
    expect(events).toEqual([
      start,
      { type: 'open', part: 0, start: { kind: 'tool-call', id: 'a', name: 'f' } },
      { type: 'delta', part: 0, text: '{"x":"}' },
      { type: 'delta', part: 0, text: '"}' },
      { type: 'close', part: 0 },
      { type: 'open', part: 1, start: { kind: 'tool-call', id: 'b', name: 'g' } },
      { type: 'delta', part: 1, text: '{}' },
      { type: 'close', part: 1 },
      { type: 'finish', reason: 'tool-calls' },
    ]);
  });

  it('may grow side by side', () => {
    const events = decode([
      call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }),
      call({ index: 1, id: 'b', function: { name: 'g', arguments: '{"y"' } }),
      call({ index: 0, function: { arguments: ':1}' } }),
      call({ index: 1, function: { arguments: ':2}' } }),
      delta({}, 'tool_calls'),
    ]);
    expect(partsOf(events)).toEqual([
      { kind: 'tool-call', id: 'a', name: 'f', text: '{"x":1}' },
      { kind: 'tool-call', id: 'b', name: 'g', text: '{"y":2}' },
    ]);
  });

  it('wait for a late name and a late id', () => {
    const events = decode([
      call({ index: 0, function: { arguments: '{"a"' } }),
      call({ index: 0, function: { name: 'f' } }),
      call({ index: 1, function: { name: 'g' } }),
      call({ index: 1, id: 'late' }),
      call({ index: 0, function: { arguments: ':1}' } }),
      delta({}, 'tool_calls'),
    ]);
    expect(partsOf(events)).toEqual([
      { kind: 'tool-call', id: expect.stringMatching(/^call_0_chatcmpl-1/), name: 'f', text: '{"a":1}' },
      { kind: 'tool-call', id: 'late', name: 'g', text: '' },
    ]);
  });

  it.each([
    [
      'without indices',
      [
        { id: 'a', function: { name: 'f', arguments: '{}' } },
        { id: 'b', function: { name: 'g', arguments: '{}' } },
      ],
    ],
    [
      'with one index for all',
      [
        { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } },
        { index: 0, id: 'b', function: { name: 'g', arguments: '{}' } },
      ],
    ],
  ])('are told apart %s', (_how, entries) => {
    const separate = decode([...entries.map(call), delta({}, 'stop')]);
    const together = decode([delta({ tool_calls: entries }), delta({}, 'stop')]);
    for (const events of [separate, together]) {
      expect(partsOf(events).map((part) => [part.kind, 'id' in part && part.id])).toEqual([
        ['tool-call', 'a'],
        ['tool-call', 'b'],
      ]);
      expect(endOf(events)).toEqual({ type: 'finish', reason: 'tool-calls' });
    }
  });

  it('may have an object for arguments, free text, or be of the legacy kind', () => {
    const object = decode([
      call({ index: 0, id: 'a', function: { name: 'f', arguments: { n: 1 } } }),
      delta({}, 'tool_calls'),
    ]);
    expect(partsOf(object)).toMatchObject([{ text: '{"n":1}' }]);
    const custom = decode([
      call({ index: 0, id: 'a', type: 'custom', custom: { name: 'p', input: '***' } }),
      call({ index: 0, custom: { input: '!' } }),
      delta({}, 'tool_calls'),
    ]);
    expect(partsOf(custom)).toEqual([{ kind: 'tool-call', id: 'a', name: 'p', custom: true, text: '***!' }]);
    const legacy = decode([
      delta({ function_call: { name: 'f', arguments: '' } }),
      delta({ function_call: { arguments: '{}' } }),
      delta({}, 'function_call'),
    ]);
    expect(partsOf(legacy)).toMatchObject([{ kind: 'tool-call', name: 'f', text: '{}' }]);
  });

  it('that are announced but never made end the answer as broken', () => {
    expect(endOf(decode([delta({ content: 'x' }), delta({}, 'tool_calls')]))).toEqual({
      type: 'finish',
      reason: 'broken-tool-call',
    });
  });
});

it('pictures and sources', () => {
  const images = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }];
  const annotations = [
    { type: 'url_citation', url_citation: { url: 'https://e.com', title: 'E', start_index: 0, end_index: 1 } },
  ];
  const events = decode([delta({ content: 'a', annotations }), delta({ images }), delta({}, 'stop')]);
  expect(events).toContainEqual({
    type: 'citation',
    part: 0,
    citation: { url: 'https://e.com', title: 'E', start: 0, end: 1 },
  });
  expect(events).toContainEqual({
    type: 'open',
    part: 1,
    start: { kind: 'image', mediaType: 'image/png', data: 'AAAA' },
  });
});

it.each([
  ['stop', 'end'],
  ['length', 'max-output'],
  ['content_filter', 'refusal'],
  ['model_length', 'context-full'],
  ['eos', 'end'],
])('finish reason %s is %s', (reason, expected) => {
  expect(endOf(decode([delta({ content: 'x' }), delta({}, reason)]))).toEqual({ type: 'finish', reason: expected });
});

it.each([
  [
    { ...usage, prompt_tokens_details: { cached_tokens: 4 }, completion_tokens_details: { reasoning_tokens: 2 } },
    { inputTokens: 6, outputTokens: 5, cacheReadTokens: 4, cacheWriteTokens: 0, reasoningTokens: 2 },
  ],
  [
    { ...usage, prompt_cache_hit_tokens: 3 },
    { inputTokens: 7, outputTokens: 5, cacheReadTokens: 3, cacheWriteTokens: 0 },
  ],
  [
    { ...usage, cached_tokens: 10 },
    { inputTokens: 0, outputTokens: 5, cacheReadTokens: 10, cacheWriteTokens: 0 },
  ],
])('usage %j', (told, expected) => {
  expect(decode([delta({ content: 'x' }, 'stop'), { ...head, choices: [], usage: told }])).toContainEqual({
    type: 'usage',
    usage: expected,
  });
  expect(decode([{ ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: told }] }])).toContainEqual({
    type: 'usage',
    usage: expected,
  });
});

it('the usage behind the end counts, not an early one', () => {
  const early = { ...delta({ content: 'x' }), usage: { prompt_tokens: 10, completion_tokens: 0 } };
  const events = decode([early, delta({}, 'stop'), { ...head, choices: [], usage }]);
  expect(events.slice(-2)).toMatchObject([{ type: 'usage', usage: { outputTokens: 5 } }, { type: 'finish' }]);
});

describe('ends', () => {
  it('a missing [DONE] is none to worry about behind a finish reason', () => {
    expect(endOf(decode([delta({ content: 'x' }), delta({}, 'stop')], { done: false }))).toEqual({
      type: 'finish',
      reason: 'end',
    });
  });

  it('a [DONE] ends an answer without finish reason', () => {
    expect(endOf(decode([delta({ content: 'x' })]))).toEqual({ type: 'finish', reason: 'end' });
  });

  it('nothing follows [DONE], nor the first finish reason', () => {
    const events = decode([delta({ content: 'x' }), delta({}, 'stop'), '[DONE]', delta({ content: 'y' }), '[DONE]']);
    expect(events.filter(({ type }) => type === 'finish').length).toBe(1);
    expect(JSON.stringify(events)).not.toContain('"y"');
  });

  it.each([
    ['a cut', [delta({ content: 'x' })], { status: 502, code: 'upstream_lost' }],
    ['nothing at all', [], { status: 502, code: 'upstream_lost' }],
    [
      'an error',
      [delta({ content: 'x' }), { error: { message: 'too many', type: 'rate_limit_error' } }],
      { status: 429, code: 'rate_limit_error', message: 'too many' },
    ],
    ['an error with a status', [{ error: { message: 'm', code: 503 } }], { status: 503 }],
    ['an error in words', [{ error: 'no' }], { status: 502, message: 'no' }],
    ["vLLM's error", [{ object: 'error', message: 'm', type: 'BadRequestError', code: 400 }], { status: 400 }],
    ['no JSON', ['<html>'], { status: 502, code: 'upstream_invalid' }],
    ["a server's own break", [delta({}, 'insufficient_system_resource')], { status: 503 }],
  ])('%s fails', (_what, chunks, error) => {
    expect(endOf(decode(chunks, { done: false }))).toMatchObject({ type: 'failed', error });
  });

  it('an event named error fails whatever its data', () => {
    for (const data of ['{"message":"m","type":"overloaded_error"}', 'overloaded'])
      expect(createChatDecoder().push({ event: 'error', data })).toMatchObject([{ type: 'failed' }]);
  });

  it('a [DONE] alone is no answer', () => {
    expect(decode([])).toMatchObject([{ type: 'failed' }]);
  });
});

describe('whole answers', () => {
  it('come to the same events as streams', () => {
    const message = {
      role: 'assistant',
      content: 'ok',
      reasoning_content: 'hm',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
    };
    const events = readChatAnswer({ ...head, choices: [{ index: 0, message, finish_reason: 'tool_calls' }], usage });
    expect(partsOf(events)).toEqual([
      { kind: 'thinking', text: 'hm' },
      { kind: 'text', text: 'ok' },
      { kind: 'tool-call', id: 'a', name: 'f', text: '{}' },
    ]);
    expect(endOf(events)).toEqual({ type: 'finish', reason: 'tool-calls' });
  });

  it.each([[null], ['x'], [{}], [{ choices: [] }], [{ error: { message: 'm' } }]])('%j is a failure', (body) => {
    expect(readChatAnswer(body as never)).toMatchObject([{ type: 'failed' }]);
  });
});

const stream = [
  delta({ role: 'assistant', content: '' }),
  delta({ reasoning_content: 'hmm 🤔' }),
  delta({ content: 'Grüße' }),
  call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"ü":' } }),
  call({ index: 0, function: { arguments: '"€"}' } }),
  delta({}, 'tool_calls'),
  { ...head, choices: [], usage },
];
const bytes = Buffer.from(
  `\u{FEFF}: hello\r\n\r\n${stream.map((chunk) => `data:${JSON.stringify(chunk)}\r\n\r\n`).join('')}data: [DONE]\n\n`,
);

it('gives the same events wherever the bytes are cut', () => {
  const decodeBytes = (cuts: readonly number[]) => {
    const decoder = createChatDecoder();
    const events = createStreamEvents();
    const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
    const pieces = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
    return [...pieces.flatMap((piece) => events.push(piece)).flatMap((event) => decoder.push(event)), ...decoder.end()];
  };
  const whole = decodeBytes([]);
  expect(endOf(whole)).toEqual({ type: 'finish', reason: 'tool-calls' });
  assert(
    property(array(integer({ min: 0, max: bytes.length }), { maxLength: 20 }), (cuts) => {
      expect(decodeBytes(cuts)).toEqual(whole);
    }),
  );
});

it('never throws, whatever the upstream sends', () => {
  assert(
    property(array(json(), { maxLength: 5 }), json(), (chunks, inner) => {
      const odd = [...chunks, JSON.stringify({ choices: [{ delta: JSON.parse(inner) }], usage: JSON.parse(inner) })];
      expect(['finish', 'failed']).toContain(endOf(decode(odd, { done: false }))?.type);
      expect(['finish', 'failed']).toContain(endOf(readChatAnswer(parseExact(inner)))?.type);
    }),
  );
});
