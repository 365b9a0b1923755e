import { describe, expect, test } from 'vitest';
import type { AnswerEvent } from '../../../main/protocols/answer.ts';
import { parseExact } from '../../../main/protocols/exact-json.ts';
import { geminiTranslator } from '../../../main/protocols/gemini/translator.ts';
import { AnswerCollector } from '../../../main/protocols/translation/collect-answer.ts';
import { createStreamEvents } from '../../../main/protocols/translation/stream-events.ts';
import type { EncodeContext } from '../../../main/protocols/translator.ts';
import { conversationOf } from '../conversations.ts';

const conversation = conversationOf({ thinking: { wish: { kind: 'auto' }, visible: true } });

const context = (more: Partial<EncodeContext> = {}): EncodeContext => ({
  model: 'mine',
  conversation,
  createdAt: 1,
  newId: (prefix) => `${prefix}new`,
  path: '/v1beta/models/mine:streamGenerateContent',
  ...more,
});

const usage = { inputTokens: 10, outputTokens: 9, cacheReadTokens: 4, cacheWriteTokens: 2, reasoningTokens: 3 };

const events: AnswerEvent[] = [
  { type: 'start', id: 'msg_1', model: 'theirs' },
  { type: 'open', part: 0, start: { kind: 'thinking' } },
  { type: 'delta', part: 0, text: 'hm' },
  { type: 'signature', part: 0, signature: 'EgYK' },
  { type: 'close', part: 0 },
  { type: 'open', part: 1, start: { kind: 'text' } },
  { type: 'delta', part: 1, text: 'Look: ' },
  { type: 'delta', part: 1, text: 'cats.' },
  {
    type: 'citation',
    part: 1,
    citation: { title: 'Cats', url: 'https://example.com/cats', text: 'cats', start: 6, end: 10 },
  },
  { type: 'close', part: 1 },
  { type: 'open', part: 2, start: { kind: 'search-call', id: 's', query: 'cats' } },
  { type: 'close', part: 2 },
  { type: 'open', part: 3, start: { kind: 'tool-call', id: 'c1', name: 'read' } },
  { type: 'delta', part: 3, text: '{"id":1234567890' },
  { type: 'open', part: 4, start: { kind: 'tool-call', id: 'c2', name: 'list' } },
  { type: 'delta', part: 3, text: '1234567890}' },
  { type: 'signature', part: 3, signature: 'CgsB' },
  { type: 'close', part: 4 },
  { type: 'close', part: 3 },
  { type: 'open', part: 5, start: { kind: 'image', mediaType: 'image/png', data: 'aa' } },
  { type: 'close', part: 5 },
  { type: 'usage', usage },
  { type: 'finish', reason: 'tool-calls' },
];

function encode(some: Partial<EncodeContext> = {}): string[] {
  const encoder = geminiTranslator.encoder(context(some));
  return [...events.map((event) => encoder.push([event])), encoder.end()].filter((text) => text !== '');
}

const head = { modelVersion: 'mine', responseId: 'msg_1' };
const chunk = (...parts: object[]) => ({ candidates: [{ content: { parts, role: 'model' }, index: 0 }], ...head });
const last = (...parts: object[]) => ({
  candidates: [
    {
      content: { parts, role: 'model' },
      index: 0,
      finishReason: 'STOP',
      groundingMetadata: {
        webSearchQueries: ['cats'],
        groundingChunks: [{ web: { uri: 'https://example.com/cats', title: 'Cats' } }],
        groundingSupports: [{ segment: { startIndex: 6, endIndex: 10, text: 'cats' }, groundingChunkIndices: [0] }],
      },
    },
  ],
  usageMetadata: {
    promptTokenCount: 16,
    candidatesTokenCount: 6,
    cachedContentTokenCount: 4,
    thoughtsTokenCount: 3,
    totalTokenCount: 25,
  },
  ...head,
});

const thought = { text: 'hm', thought: true };
const proof = { text: '', thought: true, thoughtSignature: 'EgYK' };
const exact = parseExact('{"id":12345678901234567890}');
const calls = [
  { functionCall: { id: 'c2', name: 'list', args: {} } },
  { functionCall: { id: 'c1', name: 'read', args: exact }, thoughtSignature: 'CgsB' },
];
const image = { inlineData: { mimeType: 'image/png', data: 'aa' } };

test('a stream is one object after the other, the last with the end and the usage', () => {
  const objects = encode().map((text) => {
    expect(text).toMatch(/^data: .*\n\n$/);
    return parseExact(text.slice('data: '.length));
  });
  expect(objects).toEqual([
    chunk(thought),
    chunk(proof),
    chunk({ text: 'Look: ' }),
    chunk({ text: 'cats.' }),
    ...calls.map((one) => chunk(one)),
    chunk(image),
    last({ text: '' }),
  ]);
});

test('as an array it is one JSON array, also when it says nothing', () => {
  const array = parseExact(encode({ asArray: true }).join(''));
  expect(array).toHaveLength(8);
  expect(geminiTranslator.encoder(context({ asArray: true })).end()).toMatch(/^\[\{.*\}\]$/);
});

describe('thinking is shown to those who have asked for it only', () => {
  test.each([[{ wish: { kind: 'auto' }, visible: false } as const], [undefined]])('%j', (thinking) => {
    const { thinking: _, ...rest } = conversation;
    const asked = { ...rest, ...(thinking ? { thinking } : {}) };
    expect(encode({ conversation: asked }).join('')).not.toContain('"thought":true');
  });
});

test('a whole answer has the same parts', () => {
  const collector = new AnswerCollector();
  collector.push(events);
  const inOrder = calls.toReversed();
  expect(geminiTranslator.writeAnswer(collector.answer(), context())).toEqual(
    last({ ...thought, thoughtSignature: 'EgYK' }, { text: 'Look: cats.' }, ...inOrder, image),
  );
});

test.each([
  ['end', 'STOP'],
  ['stop-sequence', 'STOP'],
  ['max-output', 'MAX_TOKENS'],
  ['context-full', 'MAX_TOKENS'],
  ['refusal', 'SAFETY'],
  ['pause', 'STOP'],
  ['broken-tool-call', 'MALFORMED_FUNCTION_CALL'],
] as const)('%s ends as %s', (reason, name) => {
  const encoder = geminiTranslator.encoder(context());
  encoder.push([{ type: 'finish', reason }]);
  expect(encoder.end()).toContain(`"finishReason":"${name}"`);
});

test.each([
  ['', {}],
  ['[1]', { input: [1] }],
  ['{"a":', { input: '{"a":' }],
])('arguments %j are an object', (input, args) => {
  const encoder = geminiTranslator.encoder(context());
  const text = encoder.push([
    { type: 'open', part: 0, start: { kind: 'tool-call', id: 'c', name: 'f' } },
    { type: 'delta', part: 0, text: input },
    { type: 'close', part: 0 },
  ]);
  expect(text).toContain(JSON.stringify({ id: 'c', name: 'f', args }));
});

test('what is written is read as it was', () => {
  const cutter = createStreamEvents();
  const decoder = geminiTranslator.decoder();
  const read = encode().flatMap((text) => cutter.push(Buffer.from(text)).flatMap((event) => decoder.push(event)));
  const collector = new AnswerCollector();
  collector.push([...read, ...decoder.end()]);
  expect(collector.answer()).toMatchObject({
    id: 'msg_1',
    model: 'mine',
    finish: 'tool-calls',
    usage: { inputTokens: 12, outputTokens: 9, cacheReadTokens: 4, cacheWriteTokens: 0, reasoningTokens: 3 },
    parts: [
      { start: { kind: 'thinking' }, text: 'hm', signature: 'EgYK' },
      { start: { kind: 'text' }, text: 'Look: cats.' },
      { start: { kind: 'tool-call', id: 'c2', name: 'list' }, text: '{}' },
      { start: { kind: 'tool-call', id: 'c1', name: 'read' }, text: '{"id":12345678901234567890}', signature: 'CgsB' },
      { start: { kind: 'image', mediaType: 'image/png', data: 'aa' } },
      { start: { kind: 'search-call', query: 'cats' } },
      { start: { kind: 'search-result', results: [{ title: 'Cats', url: 'https://example.com/cats' }] } },
    ],
  });
});

test('a count of tokens is one number', () => {
  expect(geminiTranslator.writeCount(7)).toEqual({ totalTokens: 7 });
});
