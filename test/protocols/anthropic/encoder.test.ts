import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerEvent, AnswerPartStart, FinishReason } from '../../../main/protocols/answer.ts';
import { createAnthropicDecoder, readAnthropicAnswer } from '../../../main/protocols/anthropic/decoder.ts';
import { createAnthropicEncoder } from '../../../main/protocols/anthropic/encoder.ts';
import { writeAnthropicAnswer } from '../../../main/protocols/anthropic/write-answer.ts';
import type { Conversation } from '../../../main/protocols/conversation.ts';
import type { JsonObject } from '../../../main/protocols/exact-json.ts';
import { AnswerCollector } from '../../../main/protocols/translation/collect-answer.ts';
import { createStreamEvents } from '../../../main/protocols/translation/stream-events.ts';
import { conversationOf } from '../conversations.ts';

const asked: Partial<Conversation> = { thinking: { wish: { kind: 'auto' } } };
const context = (more: Partial<Conversation> = asked) => ({
  model: 'asked',
  conversation: conversationOf(more),
  createdAt: 1,
  newId: (prefix: string) => `${prefix}1`,
  path: '/v1/messages',
});
const usage = { inputTokens: 3, outputTokens: 9, cacheReadTokens: 2, cacheWriteTokens: 1 };
const words = { input_tokens: 3, cache_creation_input_tokens: 1, cache_read_input_tokens: 2, output_tokens: 9 };
const begin: AnswerEvent = { type: 'start', id: 'x', model: 'served' };
const finish = (reason: FinishReason = 'end'): AnswerEvent => ({ type: 'finish', reason });
const open = (part: number, start: AnswerPartStart): AnswerEvent => ({ type: 'open', part, start });
const delta = (part: number, text: string): AnswerEvent => ({ type: 'delta', part, text });
const signature = (part: number): AnswerEvent => ({ type: 'signature', part, signature: 'proof' });
const close = (part: number): AnswerEvent => ({ type: 'close', part });
const text = (part: number, ...said: string[]) => [
  open(part, { kind: 'text' }),
  ...said.map((one) => delta(part, one)),
  close(part),
];
const call = (id: string): AnswerPartStart => ({ kind: 'tool-call', id, name: 'f' });

const encode = (events: readonly AnswerEvent[], more?: Partial<Conversation>) => {
  const encoder = createAnthropicEncoder(context(more));
  return events.map((event) => encoder.push([event])).join('') + encoder.end();
};
const datas = (stream: string): JsonObject[] =>
  stream
    .split('\n\n')
    .filter(Boolean)
    .map((event) => JSON.parse(event.split('\ndata: ')[1] ?? '') as JsonObject);
const types = (stream: string) => datas(stream).map(({ type }) => type);
/** Blocks as a client puts them together. */
const blocks = (stream: string) => {
  const built: JsonObject[] = [];
  let current = -1;
  for (const event of datas(stream)) {
    if (event.type === 'content_block_start') {
      expect([event.index, current]).toEqual([built.length, -1]);
      current = built.length;
      built.push(event.content_block as JsonObject);
    } else if (event.type === 'content_block_delta') {
      expect(event.index).toBe(current);
      grow(built[current] as JsonObject, event.delta as JsonObject);
    } else if (event.type === 'content_block_stop') {
      expect(event.index).toBe(current);
      current = -1;
    }
  }
  expect(current).toBe(-1);
  return built;
};
const grow = (block: JsonObject, said: JsonObject) => {
  for (const [name, member] of [
    ['text', 'text'],
    ['thinking', 'thinking'],
    ['signature', 'signature'],
    ['partial_json', 'json'],
  ] as const)
    if (typeof said[name] === 'string') block[member] = `${block[member] ?? ''}${said[name]}`;
  if (said.citation) block.citations = [said.citation];
};
const collected = (events: readonly AnswerEvent[]) => {
  const collector = new AnswerCollector();
  collector.push(events);
  return collector.answer();
};

describe('a stream', () => {
  it('has the order of events that the API has', () => {
    const stream = encode([begin, ...text(0, 'Hel', '', 'lo'), { type: 'usage', usage }, finish()]);
    expect(datas(stream)).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'asked',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: words },
      { type: 'message_stop' },
    ]);
    expect(stream.startsWith('event: message_start\ndata: {"type":"message_start"')).toBe(true);
  });

  it('comes to what the same format said', () => {
    const golden = readFileSync(new URL('golden/stream.txt', import.meta.url));
    const decoder = createAnthropicDecoder();
    const events = createStreamEvents()
      .push(golden)
      .flatMap((event) => decoder.push(event));
    const again = createAnthropicDecoder();
    const bytes = Buffer.from(encode(events));
    const repeated = createStreamEvents()
      .push(bytes)
      .flatMap((event) => again.push(event));
    expect({ ...collected(repeated), id: '', model: '' }).toEqual({ ...collected(events), id: '', model: '' });
  });

  it('tells in its first event the usage that is known with it', () => {
    const encoder = createAnthropicEncoder(context());
    expect(datas(encoder.push([begin, { type: 'usage', usage }]))).toMatchObject([{ message: { usage: words } }]);
  });

  it('waits with its end for usage, or for the end of the bytes', () => {
    const encoder = createAnthropicEncoder(context());
    expect(types(encoder.push([begin, finish()]))).toEqual(['message_start']);
    expect(types(encoder.push([{ type: 'usage', usage }]))).toEqual(['message_delta', 'message_stop']);
    expect(encoder.end()).toBe('');
    expect(types(encode([begin, finish()]))).toEqual(['message_start', 'message_delta', 'message_stop']);
  });

  it('has one open block at a time: calls that come side by side are queued', () => {
    const stream = encode([
      begin,
      open(0, call('a')),
      open(1, call('b')),
      delta(0, '{"x"'),
      delta(1, '{"y":2}'),
      delta(0, ':1}'),
      close(1),
      close(0),
      finish('tool-calls'),
    ]);
    expect(blocks(stream)).toMatchObject([
      { id: 'a', json: '{"x":1}' },
      { id: 'b', json: '{"y":2}' },
    ]);
    expect(datas(stream).at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
  });

  it('sends the arguments of a call as they come', () => {
    const encoder = createAnthropicEncoder(context());
    encoder.push([begin, open(0, call('a'))]);
    expect(types(encoder.push([delta(0, '{')]))).toEqual(['content_block_start', 'content_block_delta']);
    expect(types(encoder.push([delta(0, '}')]))).toEqual(['content_block_delta']);
  });

  it('has a call without arguments', () => {
    expect(blocks(encode([begin, open(0, call('a')), close(0), finish('tool-calls')]))).toEqual([
      { type: 'tool_use', id: 'a', name: 'f', input: {} },
    ]);
  });

  it('has no empty blocks', () => {
    expect(
      blocks(encode([begin, ...text(0), open(1, { kind: 'thinking' }), close(1), ...text(2, 'a'), finish()])),
    ).toEqual([{ type: 'text', text: 'a' }]);
  });

  it('shows thinking to who asked for it, and only its proof to others', () => {
    const events = [begin, open(0, { kind: 'thinking' }), delta(0, 'hm'), signature(0), close(0), finish()];
    expect(blocks(encode(events))).toEqual([{ type: 'thinking', thinking: 'hm', signature: 'proof' }]);
    for (const more of [{}, { thinking: { wish: { kind: 'auto' as const }, visible: false } }])
      expect(blocks(encode(events, more))).toEqual([{ type: 'thinking', thinking: '', signature: 'proof' }]);
  });

  it('puts the proof of a call into a block ahead of it', () => {
    const events = [begin, open(0, call('a')), signature(0), delta(0, '{}'), close(0), finish('tool-calls')];
    expect(blocks(encode(events))).toMatchObject([
      { type: 'thinking', signature: 'proof' },
      { type: 'tool_use', json: '{}' },
    ]);
    const late = [begin, open(0, call('a')), delta(0, '{}'), signature(0), close(0), finish('tool-calls')];
    expect(blocks(encode(late))).toMatchObject([{ type: 'tool_use' }, { type: 'thinking', signature: 'proof' }]);
  });

  it('has a result for every search', () => {
    const search = open(0, { kind: 'search-call', id: 'ws:1', query: 'q' });
    const found = open(1, { kind: 'search-result', callId: 'ws:1', results: [{ title: 'T', url: 'u' }] });
    expect(blocks(encode([begin, search, close(0), found, close(1), ...text(2, 'a'), finish()]))).toMatchObject([
      { type: 'server_tool_use', id: 'srvtoolu_ws_1', name: 'web_search', json: '{"query":"q"}' },
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_ws_1', content: [{ title: 'T', url: 'u' }] },
      { type: 'text' },
    ]);
    expect(blocks(encode([begin, search, close(0), ...text(2, 'a'), finish()]))).toMatchObject([
      { type: 'server_tool_use' },
      { type: 'web_search_tool_result', content: [] },
      { type: 'text' },
    ]);
  });

  it('carries citations and hidden thinking, and says where a picture was', () => {
    const stream = encode([
      begin,
      open(0, { kind: 'redacted-thinking', data: 'd' }),
      close(0),
      open(1, { kind: 'text' }),
      delta(1, 'a'),
      { type: 'citation', part: 1, citation: { title: 'T', url: 'u', text: 'c' } },
      close(1),
      open(2, { kind: 'image', mediaType: 'image/png', data: 'AAAA' }),
      close(2),
      finish(),
    ]);
    expect(blocks(stream)).toMatchObject([
      { type: 'redacted_thinking', data: 'd' },
      {
        type: 'text',
        text: 'a',
        citations: [{ type: 'web_search_result_location', url: 'u', title: 'T', cited_text: 'c' }],
      },
      { type: 'text', text: expect.stringContaining('image/png') },
    ]);
  });

  it.each<[FinishReason, string]>([
    ['end', 'end_turn'],
    ['max-output', 'max_tokens'],
    ['context-full', 'model_context_window_exceeded'],
    ['refusal', 'refusal'],
    ['pause', 'pause_turn'],
    ['broken-tool-call', 'end_turn'],
    ['tool-calls', 'end_turn'],
  ])('ends by %s as %s', (reason, word) => {
    expect(datas(encode([begin, ...text(0, 'a'), finish(reason)])).at(-2)).toMatchObject({
      delta: { stop_reason: word },
    });
  });

  it('names the stop sequence', () => {
    const end: AnswerEvent = { type: 'finish', reason: 'stop-sequence', stopSequence: 'END' };
    expect(datas(encode([begin, end])).at(-2)).toMatchObject({
      delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' },
    });
  });

  it('keeps its order however parts are mixed', () => {
    const step = fc.tuple(
      fc.constantFrom<'delta' | 'close' | 'signature'>('delta', 'close', 'signature'),
      fc.nat(3),
      fc.constantFrom('', 'a', '{}'),
    );
    const kinds = fc.array(
      fc.constantFrom<AnswerPartStart>({ kind: 'text' }, { kind: 'thinking' }, call('a'), {
        kind: 'search-call',
        id: 's',
        query: 'q',
      }),
      { minLength: 4, maxLength: 4 },
    );
    fc.assert(
      fc.property(kinds, fc.array(step, { maxLength: 20 }), (starts, steps) => {
        const opened = starts.map((start, part) => open(part, start));
        const said = steps.map(
          ([type, part, words]): AnswerEvent =>
            type === 'delta' ? delta(part, words) : type === 'close' ? close(part) : signature(part),
        );
        const stream = encode([begin, ...opened, ...said, finish()]);
        blocks(stream);
        expect(types(stream).slice(-2)).toEqual(['message_delta', 'message_stop']);
      }),
    );
  });
});

describe('a whole answer', () => {
  const events = [
    begin,
    open(0, { kind: 'thinking' }),
    delta(0, 'hm'),
    signature(0),
    close(0),
    open(1, { kind: 'search-call', id: 's', query: 'q' }),
    close(1),
    ...text(2, 'Hello'),
    ...text(3),
    open(4, call('a')),
    signature(4),
    delta(4, '{"x":1}'),
    close(4),
    { type: 'usage' as const, usage },
    finish('end'),
  ];

  it('has the blocks that its stream has', () => {
    expect(writeAnthropicAnswer(collected(events), context())).toEqual({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'asked',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'proof' },
        { type: 'server_tool_use', id: 'srvtoolu_s', name: 'web_search', input: { query: 'q' } },
        { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_s', content: [] },
        { type: 'text', text: 'Hello' },
        { type: 'thinking', thinking: '', signature: 'proof' },
        { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: words,
    });
  });

  it('has arguments that are an object, even where the limit cut them off', () => {
    const cut = [begin, open(0, call('a')), delta(0, '{"x":'), close(0), finish('max-output')];
    expect(writeAnthropicAnswer(collected(cut), context())).toMatchObject({
      content: [{ type: 'tool_use', input: {} }],
      stop_reason: 'max_tokens',
    });
  });

  it('is read as it was written', () => {
    const written = writeAnthropicAnswer(collected(events), context());
    const again = writeAnthropicAnswer(collected(readAnthropicAnswer(written)), context());
    expect(again).toEqual(written);
  });
});
