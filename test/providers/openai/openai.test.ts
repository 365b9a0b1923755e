import { describe, expect, it } from 'vitest';
import { createOpenaiProvider } from '../../../main/providers/openai/index.ts';
import { accountOf, prepared, requestOf } from './upstream-call.ts';

const openai = createOpenaiProvider({ userAgent: 'Fusebox/1' });
const chat = { model: 'gpt-5.5', messages: [{ role: 'user', content: 'hi' }] };

it('both of its formats pass as they came, each to its own route', () => {
  const answer = prepared(openai, requestOf(chat, { query: 'a=1' }));
  expect(answer).toMatchObject({
    origin: 'https://api.openai.com',
    path: '/v1/chat/completions?a=1',
    headers: { authorization: 'Bearer key', 'user-agent': 'Fusebox/1', accept: 'application/json' },
    json: chat,
  });
  const body = { model: 'gpt-5.5', input: 'hi', stream: true };
  expect(prepared(openai, requestOf(body, { wireFormat: 'openai-responses' }))).toMatchObject({
    path: '/v1/responses',
    headers: { accept: 'text/event-stream' },
    json: body,
  });
  expect(openai.upstream.nativeFormats).toEqual(['openai-responses', 'openai-chat']);
});

it.each([
  ['https://gateway.example', '/v1/chat/completions'],
  ['https://gateway.example/v1/', '/v1/chat/completions'],
  ['https://gateway.example/v1/v1', '/v1/chat/completions'],
  ['https://gateway.example/openai/v1/chat/completions', '/openai/v1/chat/completions'],
])('behind %s the route is %s', (api, path) => {
  expect(prepared(openai, requestOf(chat), accountOf('openai'), { apiKey: 'k' }, api).path).toBe(path);
});

it('the model is named as the upstream knows it, and headers of the account go over all others', () => {
  const account = accountOf('openai', { headers: { 'OpenAI-Project': 'p', Host: 'evil' } });
  const { json, headers } = prepared(openai, requestOf(chat, { model: 'gpt-5.4' }), account);
  expect(json.model).toBe('gpt-5.4');
  expect(headers).toMatchObject({ 'openai-project': 'p' });
  expect(headers.host).toBeUndefined();
});

describe('the suffix of a name', () => {
  const chatBody = { ...chat, reasoning_effort: 'low', reasoning: { effort: 'low' } };
  const responsesBody = { model: 'gpt-5.5', input: 'hi', reasoning: { summary: 'auto', effort: 'low' } };

  it.each([
    [{ kind: 'level', level: 'high' }, 'high'],
    [{ kind: 'level', level: 'max' }, 'xhigh'],
    [{ kind: 'budget', tokens: 8000 }, 'medium'],
    [{ kind: 'none' }, 'none'],
    [{ kind: 'auto' }, undefined],
  ] as const)('%j is effort %s, whatever the body says', (thinking, effort) => {
    const { json } = prepared(openai, requestOf(chatBody, { thinking }));
    expect([json.reasoning_effort, json.reasoning]).toEqual([effort, undefined]);
    const responses = prepared(openai, requestOf(responsesBody, { thinking, wireFormat: 'openai-responses' })).json;
    expect(responses.reasoning).toEqual({ summary: 'auto', effort: effort ?? null });
  });

  it('makes the member where the body has none', () => {
    const thinking = { kind: 'level', level: 'high' } as const;
    expect(prepared(openai, requestOf(chat, { thinking })).json.reasoning_effort).toBe('high');
    const body = { model: 'gpt-5.5', input: 'hi' };
    const { json } = prepared(openai, requestOf(body, { thinking, wireFormat: 'openai-responses' }));
    expect(json.reasoning).toEqual({ effort: 'high' });
  });
});

it.each([
  ['gpt-5.5', 'gpt-5.5'],
  ['GPT-4o', 'gpt-4o'],
  ['gpt-9-turbo', 'gpt-9-turbo'],
  ['o9-mini', 'o9-mini'],
  ['claude-opus-5', undefined],
  ['openai/gpt-5.5', undefined],
])('%s is %s', (name, id) => {
  expect(openai.upstream.resolveModel(accountOf('openai'), name)).toBe(id);
});
