import { expect, test } from 'vitest';
import type { AnswerEvent } from '../../../main/protocols/answer.ts';
import { createAnswerAdapter } from '../../../main/protocols/translation/answer-adapter.ts';
import type { AnswerNotes } from '../../../main/protocols/translator.ts';

const notes = (some: Partial<AnswerNotes> = {}): AnswerNotes => ({
  toolNames: new Map(),
  wrappedTools: new Set(),
  ...some,
});

const call = (name: string, input: string): AnswerEvent[] => [
  { type: 'open', part: 0, start: { kind: 'tool-call', id: 'c1', name } },
  { type: 'delta', part: 0, text: input },
  { type: 'close', part: 0 },
  { type: 'finish', reason: 'tool-calls' },
];

const text = (...pieces: string[]): AnswerEvent[] => [
  { type: 'open', part: 0, start: { kind: 'text' } },
  ...pieces.map((piece): AnswerEvent => ({ type: 'delta', part: 0, text: piece })),
  { type: 'close', part: 0 },
  { type: 'finish', reason: 'end' },
];

test('an answer that needs no change passes as it is', () => {
  const events = [...text('one', 'two')];
  expect(createAnswerAdapter(notes()).push(events)).toEqual(events);
});

test('a tool that was renamed for the upstream gets its own name back', () => {
  const adapter = createAnswerAdapter(notes({ toolNames: new Map([['read_1', 'read!']]) }));
  expect(adapter.push(call('read_1', '{}'))[0]).toMatchObject({ start: { name: 'read!' } });
});

test('a custom tool that went out as a function is called with its free text', () => {
  const adapter = createAnswerAdapter(
    notes({ toolNames: new Map([['apply_patch_1', 'apply_patch']]), wrappedTools: new Set(['apply_patch']) }),
  );
  expect(adapter.push(call('apply_patch_1', '{"input":"*** Begin"}'))).toEqual([
    { type: 'open', part: 0, start: { kind: 'tool-call', id: 'c1', name: 'apply_patch', custom: true } },
    { type: 'delta', part: 0, text: '*** Begin' },
    { type: 'close', part: 0 },
    { type: 'finish', reason: 'tool-calls' },
  ]);
});

test('the forced tool of a structured output is its text, and no call', () => {
  const adapter = createAnswerAdapter(notes({ outputTool: 'answer' }));
  expect(adapter.push(call('answer', '{"a":1}'))).toEqual(text('{"a":1}'));
});

test('an answer that is cut at a stop sequence ends at once, and only its usage still counts', () => {
  const adapter = createAnswerAdapter(notes({ stop: ['STOP'] }));
  const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 };
  expect(adapter.push(text('go ST', 'OP on').slice(0, 3))).toEqual([
    { type: 'open', part: 0, start: { kind: 'text' } },
    { type: 'delta', part: 0, text: 'go ' },
    { type: 'close', part: 0 },
    { type: 'finish', reason: 'stop-sequence', stopSequence: 'STOP' },
  ]);
  expect(adapter.isCut).toBe(true);
  expect(
    adapter.push([
      { type: 'delta', part: 0, text: 'more' },
      { type: 'usage', usage },
    ]),
  ).toEqual([{ type: 'usage', usage }]);
});

test('what was held back is shown when the answer ends or fails without closing its part', () => {
  const failed: AnswerEvent = { type: 'failed', error: { status: 502, code: 'upstream_lost', message: 'lost' } };
  const adapter = createAnswerAdapter(notes({ stop: ['STOP'] }));
  adapter.push(text('go ST').slice(0, 2));
  expect(adapter.push([failed])).toEqual([{ type: 'delta', part: 0, text: 'ST' }, failed]);
});
