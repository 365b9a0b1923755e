import { expect, test } from 'vitest';
import {
  createThinkingMemory,
  type ThinkingMemory,
} from '../../../main/gateway/inference/translation/thinking-memory.ts';
import type { AnswerEvent } from '../../../main/protocols/answer.ts';
import type { Part, Turn } from '../../../main/protocols/conversation.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { assistant, conversationOf } from '../../protocols/conversations.ts';

function memory(clock = new FakeClock()) {
  let changes = 0;
  const made = createThinkingMemory({ now: () => clock.now(), onChange: () => void changes++ });
  return { memory: made, changes: () => changes };
}

const thought: AnswerEvent[] = [
  { type: 'start', id: 'msg_1', model: 'm' },
  { type: 'open', part: 0, start: { kind: 'thinking' } },
  { type: 'delta', part: 0, text: 'Let me ' },
  { type: 'delta', part: 0, text: 'see.' },
  { type: 'signature', part: 0, signature: 'EqQB' },
  { type: 'close', part: 0 },
];
const call: AnswerEvent[] = [
  { type: 'open', part: 1, start: { kind: 'tool-call', id: 'call_1', name: 'ls' } },
  { type: 'delta', part: 1, text: '{}' },
  { type: 'close', part: 1 },
  { type: 'finish', reason: 'tool-calls' },
];
const words: AnswerEvent[] = [
  { type: 'open', part: 1, start: { kind: 'text' } },
  { type: 'delta', part: 1, text: 'Hello.' },
  { type: 'close', part: 1 },
  { type: 'finish', reason: 'end' },
];

const conversation = (...turns: Turn[]) => conversationOf({ turns });
const toolCall: Part = { kind: 'tool-call', id: 'call_1', name: 'ls', input: '{}' };
const partsAfter = (kept: ThinkingMemory, turn: Turn, session = 's') =>
  kept.restore(conversation(turn), session).turns[0]?.parts;

test('a turn with tool calls gets its signed thinking back', () => {
  const { memory: kept } = memory();
  const record = kept.recorder('s');
  record(thought);
  record(call);
  expect(partsAfter(kept, assistant(toolCall))).toEqual([
    { kind: 'thinking', text: 'Let me see.', signature: 'EqQB' },
    toolCall,
  ]);
});

test('a turn without calls is known by its words, and unsigned thinking of the client gives way', () => {
  const { memory: kept } = memory();
  kept.recorder('s')([...thought, ...words]);
  const said: Part = { kind: 'text', text: 'Hello.' };
  expect(partsAfter(kept, assistant({ kind: 'thinking', text: 'Let me see.' }, said))).toEqual([
    { kind: 'thinking', text: 'Let me see.', signature: 'EqQB' },
    said,
  ]);
});

test('signatures of calls come back to their calls', () => {
  const { memory: kept } = memory();
  kept.recorder('s')([...call.slice(0, 2), { type: 'signature', part: 1, signature: 'CtEB' }, ...call.slice(2)]);
  expect(partsAfter(kept, assistant(toolCall))).toEqual([{ ...toolCall, signature: 'CtEB' }]);
});

test('another conversation, other words and signed turns stay as they are', () => {
  const { memory: kept } = memory();
  kept.recorder('s')([...thought, ...call]);
  const signed = assistant({ kind: 'thinking', text: 'x', signature: 'y' }, toolCall);
  expect(partsAfter(kept, assistant(toolCall), 'other')).toEqual([toolCall]);
  expect(partsAfter(kept, assistant({ kind: 'text', text: 'Hi.' }))).toEqual([{ kind: 'text', text: 'Hi.' }]);
  expect(partsAfter(kept, signed)).toEqual(signed.parts);
});

test('an answer that never ends, or signs nothing, is not kept', () => {
  const { memory: kept, changes } = memory();
  kept.recorder('s')(thought);
  kept.recorder('s')(words);
  expect(kept.all()).toEqual([]);
  expect(changes()).toBe(0);
});

test('what was saved is there after a restart, and forgotten after a day', () => {
  const clock = new FakeClock();
  const { memory: kept } = memory(clock);
  kept.recorder('s')([...thought, ...call]);
  const again = () => createThinkingMemory({ now: () => clock.now(), saved: kept.all(), onChange: () => {} });
  expect(partsAfter(again(), assistant(toolCall))).toHaveLength(2);
  clock.advance(24 * 3_600_000 + 1);
  expect(again().all()).toEqual([]);
});

test('it stays bounded by turns and by size, the oldest go first', () => {
  const { memory: kept } = memory();
  const long = 'x'.repeat(4 * 1024 * 1024);
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    kept.recorder(name)([...thought.slice(0, 2), { type: 'delta', part: 0, text: long }, ...thought.slice(4), ...call]);
  expect(kept.all()).toHaveLength(3);
  expect(partsAfter(kept, assistant(toolCall), 'a')).toHaveLength(1);
  expect(partsAfter(kept, assistant(toolCall), 'e')).toHaveLength(2);
});
