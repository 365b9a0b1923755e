import { describe, expect, it } from 'vitest';
import type { AnswerEvent, FinishReason } from '../../../main/protocols/answer.ts';
import type { Conversation } from '../../../main/protocols/conversation.ts';
import { createChatDecoder } from '../../../main/protocols/openai-chat/decoder.ts';
import { createChatEncoder } from '../../../main/protocols/openai-chat/encoder.ts';
import { writeChatAnswer } from '../../../main/protocols/openai-chat/write-answer.ts';
import { AnswerCollector } from '../../../main/protocols/translation/collect-answer.ts';
import { createStreamEvents } from '../../../main/protocols/translation/stream-events.ts';
import { conversationOf } from '../conversations.ts';

const context = (more: Partial<Conversation> = {}, path = '/v1/chat/completions') => ({
  model: 'asked',
  conversation: conversationOf(more),
  createdAt: 1_700_000_000,
  newId: (prefix: string) => `${prefix}1`,
  path,
});

const events: AnswerEvent[] = [
  { type: 'start', id: 'upstream', model: 'served' },
  { type: 'open', part: 0, start: { kind: 'thinking' } },
  { type: 'delta', part: 0, text: 'hm' },
  { type: 'signature', part: 0, signature: 'secret' },
  { type: 'close', part: 0 },
  { type: 'open', part: 1, start: { kind: 'text' } },
  { type: 'delta', part: 1, text: 'Hello' },
  { type: 'citation', part: 1, citation: { title: 'T', url: 'https://t', start: 0, end: 5 } },
  { type: 'close', part: 1 },
  { type: 'open', part: 2, start: { kind: 'tool-call', id: 'a', name: 'f' } },
  { type: 'open', part: 3, start: { kind: 'tool-call', id: 'b', name: 'p', custom: true } },
  { type: 'delta', part: 2, text: '{"x":' },
  { type: 'delta', part: 3, text: '***' },
  { type: 'delta', part: 2, text: '1}' },
  { type: 'close', part: 2 },
  { type: 'close', part: 3 },
  { type: 'open', part: 4, start: { kind: 'tool-call', id: 'c', name: 'g' } },
  { type: 'close', part: 4 },
  { type: 'open', part: 5, start: { kind: 'image', mediaType: 'image/png', data: 'AAAA' } },
  { type: 'close', part: 5 },
  {
    type: 'usage',
    usage: { inputTokens: 3, outputTokens: 9, cacheReadTokens: 2, cacheWriteTokens: 1, reasoningTokens: 4 },
  },
  { type: 'finish', reason: 'tool-calls' },
];

const encode = (all: readonly AnswerEvent[], more: Partial<Conversation> = {}, path?: string) => {
  const encoder = createChatEncoder(context(more, path));
  return all.map((event) => encoder.push([event])).join('') + encoder.end();
};
const collected = (all: readonly AnswerEvent[]) => {
  const collector = new AnswerCollector();
  collector.push(all);
  return collector.answer();
};
const datas = (stream: string) =>
  stream
    .split('\n\n')
    .filter(Boolean)
    .map((event) => event.replace('data: ', ''));
const deltas = (stream: string) =>
  datas(stream)
    .slice(0, -1)
    .map((data) => JSON.parse(data).choices[0]);

describe('a stream', () => {
  it('is in the order of the API, byte for byte', async () => {
    await expect(encode(events, { includeUsage: true })).toMatchFileSnapshot('golden/stream.txt');
  });

  it('names each call in its first chunk only and counts calls from 0', () => {
    const calls = deltas(encode(events)).flatMap(({ delta }) => delta.tool_calls ?? []);
    expect(calls.map(({ index, id }: { index: number; id?: string }) => [index, id])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [0, undefined],
      [1, undefined],
      [0, undefined],
      [2, 'c'],
      [2, undefined],
    ]);
    expect(calls.at(-1)).toEqual({ index: 2, function: { arguments: '{}' } });
  });

  it('tells usage only to who asks, and ends once', () => {
    expect(encode(events)).not.toContain('usage');
    const all = datas(encode(events, { includeUsage: true }));
    expect(JSON.parse(all.at(-2) ?? '')).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 6, completion_tokens: 9, total_tokens: 15, prompt_tokens_details: { cached_tokens: 2 } },
    });
    expect(all.filter((data) => data === '[DONE]')).toHaveLength(1);
    expect(
      encode(
        events.filter(({ type }) => type !== 'usage'),
        { includeUsage: true },
      ),
    ).not.toContain('prompt_tokens');
  });

  it('hides thinking from who does not want it', () => {
    expect(encode(events, { thinking: { wish: { kind: 'auto' }, visible: false } })).not.toContain('reasoning');
  });

  it('keeps thoughts apart', () => {
    const thoughts: AnswerEvent[] = [0, 1].flatMap((part): AnswerEvent[] => [
      { type: 'open', part, start: { kind: 'thinking' } },
      { type: 'delta', part, text: `t${part}` },
      { type: 'close', part },
    ]);
    const text = deltas(encode(thoughts))
      .map(({ delta }) => delta.reasoning_content ?? '')
      .join('');
    expect(text).toBe('t0\n\nt1');
  });

  it.each([
    ['end', 'stop'],
    ['stop-sequence', 'stop'],
    ['max-output', 'length'],
    ['context-full', 'length'],
    ['tool-calls', 'tool_calls'],
    ['refusal', 'content_filter'],
    ['pause', 'stop'],
    ['broken-tool-call', 'stop'],
  ] satisfies [FinishReason, string][])('of an answer that ended by %s says %s', (reason, word) => {
    const [role, last] = deltas(encode([{ type: 'finish', reason }]));
    expect(role).toMatchObject({ delta: { role: 'assistant' }, finish_reason: null });
    expect(last).toMatchObject({ delta: {}, finish_reason: word });
  });

  it('says nothing for no events', () => {
    expect(createChatEncoder(context()).push([])).toBe('');
  });

  it('is read back as what it was', () => {
    const cutter = createStreamEvents();
    const decoder = createChatDecoder();
    const again = cutter
      .push(Buffer.from(encode(events, { includeUsage: true })))
      .flatMap((event) => decoder.push(event));
    const { id: _, model: __, ...before } = collected(events);
    const { id: ___, model: ____, ...after } = collected([...again, ...decoder.end()]);
    const meaning = ({ parts, ...rest }: typeof before) => ({
      ...rest,
      parts: parts.map(({ start, text, citations }) => ({
        start,
        text: text || (start.kind === 'tool-call' ? '{}' : ''),
        citations,
      })),
    });
    expect(meaning(after)).toEqual(meaning(before));
  });
});

describe('a client of functions', () => {
  const uses = [{ feature: 'function-tool' as const, field: 'functions' }];
  const call: AnswerEvent[] = [
    { type: 'open', part: 0, start: { kind: 'tool-call', id: 'a', name: 'f' } },
    { type: 'delta', part: 0, text: '{}' },
    { type: 'close', part: 0 },
    { type: 'finish', reason: 'tool-calls' },
  ];

  it('gets its kind of call', () => {
    expect(
      deltas(encode(call, { uses })).map(({ delta, finish_reason }) => finish_reason ?? delta.function_call),
    ).toEqual([undefined, { name: 'f', arguments: '' }, { arguments: '{}' }, 'function_call']);
    expect(writeChatAnswer(collected(call), context({ uses })).choices).toMatchObject([
      { message: { function_call: { name: 'f', arguments: '{}' } }, finish_reason: 'function_call' },
    ]);
  });
});

describe('the legacy completions', () => {
  const path = '/v1/completions';

  it('stream their text', () => {
    const stream = encode(events, { includeUsage: true }, path);
    expect(deltas(stream).filter(Boolean)).toEqual([
      { text: 'Hello', index: 0, logprobs: null, finish_reason: null },
      { text: '', index: 0, logprobs: null, finish_reason: 'tool_calls' },
    ]);
    expect(JSON.parse(datas(stream)[0] ?? '')).toMatchObject({
      id: 'cmpl-1',
      object: 'text_completion',
      model: 'asked',
    });
  });

  it('answer whole', () => {
    expect(writeChatAnswer(collected(events), context({}, path))).toMatchObject({
      id: 'cmpl-1',
      object: 'text_completion',
      choices: [{ text: 'Hello', index: 0, logprobs: null }],
      usage: { prompt_tokens: 6 },
    });
  });
});

it('a whole answer is one message', () => {
  expect(writeChatAnswer(collected(events), context())).toEqual({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'asked',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Hello',
          refusal: null,
          reasoning_content: 'hm',
          annotations: [
            { type: 'url_citation', url_citation: { url: 'https://t', title: 'T', start_index: 0, end_index: 5 } },
          ],
          images: [{ index: 0, type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
            { id: 'b', type: 'custom', custom: { name: 'p', input: '***' } },
            { id: 'c', type: 'function', function: { name: 'g', arguments: '{}' } },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ],
    usage: {
      prompt_tokens: 6,
      completion_tokens: 9,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 2, cached_creation_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 4 },
    },
  });
  const only = writeChatAnswer(collected(events.filter((event) => !('part' in event) || event.part === 2)), context());
  expect(only.choices).toMatchObject([{ message: { content: null } }]);
});
