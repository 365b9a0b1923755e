import { expect, it } from 'vitest';
import { repairThinking } from '../../../main/providers/claude/repair.ts';

const thinking = { type: 'thinking', thinking: 'hm', signature: 'foreign' };
const body = Buffer.from(
  JSON.stringify({ messages: [{ role: 'assistant', content: [thinking, { type: 'text', text: 'a' }] }] }),
);
const failure = (message: string, status = 400) => ({
  status,
  headers: {},
  body: JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }),
});

it.each([
  'messages.1.content.0: Invalid `signature` in `thinking` block',
  'messages.1.content.0: Invalid `data` in `redacted_thinking` block',
  'messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.',
])('takes refused thinking out: %s', (message) => {
  expect(repairThinking(body, failure(message))?.toString()).toBe(
    '{"messages":[{"role":"assistant","content":[{"type":"text","text":"a"}]}]}',
  );
});

it.each([
  ['another fault', body, failure('max_tokens: Field required')],
  ['another status', body, failure('Invalid `signature` in `thinking` block', 500)],
  ['a connection that was lost', body, { networkError: { code: 'ECONNRESET', message: 'lost' } }],
  ['a body without thinking', Buffer.from('{"messages":[]}'), failure('Invalid `signature` in `thinking` block')],
  ['a body that is no JSON', Buffer.from('{'), failure('Invalid `signature` in `thinking` block')],
])('does nothing about %s', (_name, given, failed) => {
  expect(repairThinking(given, failed)).toBeUndefined();
});
