import { expect, it } from 'vitest';
import { repairHistory } from '../../../main/providers/claude/repair.ts';

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
  expect(repairHistory(body, failure(message))?.toString()).toBe(
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
  expect(repairHistory(given, failed)).toBeUndefined();
});

it('takes searches of others out together with their thinking', () => {
  const content = [
    thinking,
    { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
    { type: 'text', text: 'a' },
  ];
  const searched = Buffer.from(JSON.stringify({ messages: [{ role: 'assistant', content }] }));
  const refused = failure('messages.0.content.1: Invalid `encrypted_content` in `search_result` block');
  expect(repairHistory(searched, refused)?.toString()).toBe(
    '{"messages":[{"role":"assistant","content":[{"type":"text","text":"a"}]}]}',
  );
});
