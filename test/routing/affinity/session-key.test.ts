import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { members } from '../../../main/protocols/json-edit.ts';
import type { UpstreamHeaders } from '../../../main/providers/contract.ts';
import { sessionKey } from '../../../main/routing/affinity/session-key.ts';

const digest = (pieces: readonly Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('base64url');
};

function keyOf(body: unknown, headers: UpstreamHeaders = {}): string | undefined {
  const json = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return sessionKey({ headers, json, find: (name) => members(json).get(name), digest })?.key;
}

const uuid = '0b7c3a52-58a4-4f4e-9d0e-0a5b8f6f9d11';
const hello = { messages: [{ role: 'user', content: 'Hello' }] };

describe('the session of a request', () => {
  it.each<[string, UpstreamHeaders, unknown, string]>([
    ['Amp’s thread', { 'x-amp-thread-id': 'T-1', 'x-claude-code-session-id': 's' }, hello, 'amp:T-1'],
    ['Claude Code’s session', { 'x-claude-code-session-id': 's', 'session-id': 'c' }, hello, 'claude-code:s'],
    ['one of its agents', { 'x-claude-code-session-id': 's', 'x-claude-code-agent-id': 'a1' }, {}, 'claude-code:s a1'],
    [
      'its metadata as JSON',
      { 'session-id': 'c' },
      { metadata: { user_id: JSON.stringify({ device_id: 'd', account_uuid: 'a', session_id: uuid }) } },
      `claude-code:${uuid}`,
    ],
    ['its older metadata', {}, { metadata: { user_id: `user_ab_account__session_${uuid}` } }, `claude-code:${uuid}`],
    ['Codex’s session', { 'session-id': 'c' }, { prompt_cache_key: 'p' }, 'codex:c'],
    ['its older spelling', { session_id: 'c' }, {}, 'codex:c'],
    ['a conversation header', { conversation_id: 'c' }, {}, 'codex:c'],
    ['a session header', { 'x-session-id': 'x', 'x-session-affinity': 'y' }, {}, 'session:x'],
    ['an affinity header', { 'x-session-affinity': ['y', 'z'] }, {}, 'session:y'],
    ['the prompt cache key', {}, { prompt_cache_key: 'p', session_id: 's' }, 'cache:p'],
    ['a conversation object', {}, { conversation: { id: 'conv_1' } }, 'conversation:conv_1'],
    ['a conversation id', {}, { conversation: 'conv_1' }, 'conversation:conv_1'],
    ['a session id', {}, { sessionId: 's' }, 'session:s'],
    ['the previous response', {}, { previous_response_id: 'resp_1', input: 'Hi' }, 'response:resp_1'],
  ])('is %s', (_name, headers, body, key) => {
    expect(keyOf(body, headers)).toBe(key);
  });

  it.each<[string, UpstreamHeaders, object]>([
    ['an id of one request', { 'x-client-request-id': 'r1' }, {}],
    ['a user id of unknown form', {}, { metadata: { user_id: 'user-1' } }],
    ['an empty header', { 'session-id': ' ' }, {}],
    ['a number', {}, { prompt_cache_key: 5 }],
  ])('is not %s', (_name, headers, extra) => {
    expect(keyOf({ ...extra, ...hello }, headers)).toBe(keyOf(hello));
  });

  it('shortens huge ids', () => {
    expect(keyOf(hello, { 'session-id': 'x'.repeat(5000) })?.length).toBeLessThan(60);
  });
});

describe('a conversation without id', () => {
  const anthropic = (turns: object[], system: unknown = 'You are helpful') => ({
    system,
    tools: [{ name: 'read' }],
    messages: turns,
  });
  const first = {
    role: 'user',
    content: [{ type: 'text', text: 'Fix the bug', cache_control: { type: 'ephemeral' } }],
  };

  it('keeps its key from turn to turn, wherever the cache markers are', () => {
    const next = [
      { role: 'user', content: [{ type: 'text', text: 'Fix the bug' }] },
      { role: 'assistant', content: 'Done' },
      { role: 'user', content: 'Thanks' },
    ];
    expect(keyOf(anthropic(next))).toBe(keyOf(anthropic([first])));
    expect(keyOf(anthropic([first]))).toMatch(/^start:/);
  });

  it('differs by system text, tools and the end of a long prompt', () => {
    const long = `${'x'.repeat(100_000)}`;
    const keys = [
      keyOf(anthropic([first])),
      keyOf(anthropic([first], [{ type: 'text', text: 'You are terse' }])),
      keyOf({ ...anthropic([first]), tools: [{ name: 'write' }] }),
      keyOf({ messages: [{ role: 'user', content: `${long}1` }] }),
      keyOf({ messages: [{ role: 'user', content: `${long}2` }] }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each<[string, object, object]>([
    [
      'OpenAI Chat',
      {
        tools: [{ type: 'function', function: { name: 'a' } }],
        messages: [
          { role: 'developer', content: 'S' },
          { role: 'user', content: 'Hi' },
        ],
      },
      {
        tools: [{ type: 'function', function: { name: 'b' } }],
        messages: [
          { role: 'developer', content: 'S' },
          { role: 'user', content: 'Hi' },
        ],
      },
    ],
    [
      'OpenAI Responses',
      { instructions: 'S', input: 'Hi' },
      { instructions: 'S', input: [{ role: 'user', content: [{ type: 'input_text', text: 'Ho' }] }] },
    ],
    [
      'Gemini',
      {
        systemInstruction: { parts: [{ text: 'S' }] },
        contents: [{ parts: [{ text: 'Hi' }] }],
        tools: [{ functionDeclarations: [{ name: 'a' }] }],
      },
      {
        systemInstruction: { parts: [{ text: 'S' }] },
        contents: [{ parts: [{ text: 'Hi' }] }],
        tools: [{ functionDeclarations: [{ name: 'b' }] }],
      },
    ],
  ])('is told apart in %s', (_name, one, other) => {
    expect(keyOf(one)).toMatch(/^start:/);
    expect(keyOf(one)).not.toBe(keyOf(other));
    expect(keyOf(one)).toBe(keyOf(JSON.parse(JSON.stringify(one))));
  });

  it.each([
    '',
    '{"messages":',
    '[]',
    '{}',
    '{"messages":[]}',
    '{"messages":[{"role":"assistant","content":"x"}]}',
    '{"messages":5}',
  ])('has no session for %j', (body) => {
    expect(keyOf(body)).toBeUndefined();
  });

  it('does not read past the first user message', () => {
    const json = Buffer.from(`{"messages":[{"role":"user","content":"Hi"},${'x'.repeat(100)}]}`);
    const span = { start: 12, end: json.length - 1 };
    const find = (name: string) => (name === 'messages' ? span : undefined);
    expect(sessionKey({ headers: {}, json, find, digest })?.key).toMatch(/^start:/);
  });
});
