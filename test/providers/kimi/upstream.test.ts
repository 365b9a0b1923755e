import { describe, expect, it, onTestFinished } from 'vitest';
import { createKimiProvider } from '../../../main/providers/kimi/index.ts';
import { startFakeOpenai } from '../../upstreams/openai/server.ts';
import { accountOf, prepared, requestOf, sent } from '../openai/upstream-call.ts';

const kimi = createKimiProvider({ userAgent: 'Fusebox/1', installId: 'install' });
const user = { role: 'user', content: 'hi' };
const chat = (more: object = {}, model = 'kimi-k3') => ({ model, messages: [user], ...more });
const thinkingOf = (more: object, model = 'kimi-k3') => {
  const { json } = prepared(kimi, requestOf(chat(more, model)));
  return [json.thinking, json.reasoning_effort];
};

it('a chat that Kimi would refuse is repaired', async () => {
  const fake = await startFakeOpenai({ flavour: 'kimi' });
  onTestFinished(() => fake.close());
  const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
  const messages = [
    user,
    { role: 'assistant', content: '' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', call_id: 'c1', content: 'ok' },
    { role: 'assistant', content: null },
    { role: 'assistant', content: 'done', reasoning_content: '', tool_calls: [{ ...call, id: 'c2' }] },
    { role: 'tool', tool_call_id: 'c2', content: 'ok' },
  ];
  expect((await sent(kimi, fake, requestOf(chat({ messages })))).status).toBe(200);
  const seen = fake.requests[0]?.json as { messages: { role: string; reasoning_content?: string }[] };
  expect(seen.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'tool']);
  expect(seen.messages[1]?.reasoning_content).toBe('[not kept]');
  expect(fake.requests[0]?.headers).toMatchObject({ 'x-msh-device-id': 'install', 'user-agent': 'Fusebox/1' });
});

it('what needs no repair stays as it came', () => {
  const body = chat({ messages: [user, { role: 'assistant', content: [{ type: 'text', text: 'a' }] }], seed: 1 });
  expect(prepared(kimi, requestOf(body)).json).toEqual({ ...body, model: 'k3' });
});

it.each([
  ['kimi-k3', 'k3'],
  ['kimi-k3[1m]', 'k3'],
  ['kimi-k2.7-code', 'kimi-for-coding'],
  ['kimi-k2.7-code-highspeed', 'kimi-for-coding-highspeed'],
  ['kimi-for-coding', 'kimi-for-coding'],
])('%s is %s at Kimi', (name, upstream) => {
  const model = kimi.upstream.resolveModel(accountOf('kimi'), name) ?? '';
  expect(prepared(kimi, requestOf(chat({}, name), { model })).json.model).toBe(upstream);
});

describe('thinking', () => {
  it('is an object of its own', () => {
    expect(thinkingOf({ reasoning_effort: 'high' })).toEqual([{ type: 'enabled', effort: 'high' }, undefined]);
    expect(thinkingOf({ reasoning_effort: 'medium' })).toEqual([{ type: 'enabled', effort: 'low' }, undefined]);
    expect(thinkingOf({ reasoning_effort: 'none' }, 'kimi-k2.6')).toEqual([{ type: 'disabled' }, undefined]);
    expect(thinkingOf({ reasoning_effort: 'high' }, 'kimi-k2')).toEqual([undefined, undefined]);
    expect(thinkingOf({ thinking: { type: 'enabled', effort: 'max' } })).toEqual([
      { type: 'enabled', effort: 'max' },
      undefined,
    ]);
  });

  it('is what the suffix of the name asks, whatever the body says', () => {
    const request = requestOf(chat({ reasoning_effort: 'low' }), { thinking: { kind: 'level', level: 'max' } });
    expect(prepared(kimi, request).json.thinking).toEqual({ type: 'enabled', effort: 'max' });
  });
});

it('clients of Messages are served in their own format', () => {
  const body = { model: 'kimi-k3', max_tokens: 5, messages: [user] };
  const headers = { 'anthropic-version': '2023-06-01' };
  expect(prepared(kimi, requestOf(body, { wireFormat: 'anthropic', headers }))).toMatchObject({
    origin: 'https://api.kimi.com',
    path: '/coding/v1/messages',
    headers: { authorization: 'Bearer token', 'anthropic-version': '2023-06-01', 'x-msh-platform': 'fusebox' },
    json: { ...body, model: 'k3' },
  });
});

it.each([
  [429, { type: 'engine_overloaded_error', message: 'overloaded' }, 'model', 'overload'],
  [429, { type: 'exceeded_current_quota_error', message: 'no' }, 'credential', 'quota'],
  [
    403,
    { type: 'permission_error', message: "You've reached your usage limit for this period" },
    'credential',
    'quota',
  ],
  [429, { type: 'rate_limit_reached_error', message: 'slow down' }, 'model', 'quota'],
] as const)('%i %j', (status, error, scope, kind) => {
  expect(kimi.upstream.classify({ status, headers: {}, body: JSON.stringify({ error }) }, 0)).toMatchObject({
    scope,
    kind,
  });
});
