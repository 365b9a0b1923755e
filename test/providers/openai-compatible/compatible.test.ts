import { expect, it } from 'vitest';
import { createCompatibleProvider } from '../../../main/providers/openai-compatible/index.ts';
import { accountOf, prepared, requestOf } from '../openai/upstream-call.ts';

const compatible = createCompatibleProvider({ userAgent: 'Fusebox/1' });
const api = 'https://openrouter.ai/api/v1';
const resolve = (name: string, more: object) =>
  compatible.upstream.resolveModel(accountOf('openai-compatible', more), name);

it('calls the server of the account, with a key where there is one', () => {
  const body = { model: 'm', messages: [] };
  const call = prepared(compatible, requestOf(body), accountOf('openai-compatible'), { apiKey: 'k' }, api);
  expect(call).toMatchObject({ origin: 'https://openrouter.ai', path: '/api/v1/chat/completions', json: body });
  const open = prepared(compatible, requestOf(body), accountOf('openai-compatible'), {}, 'http://127.0.0.1:11434/v1');
  expect(Object.keys(open.headers)).not.toContain('authorization');
});

it('thinks as the suffix of a name asks', () => {
  const request = requestOf(
    { model: 'm', thinking: { type: 'disabled' } },
    { thinking: { kind: 'level', level: 'max' } },
  );
  const { json } = prepared(compatible, request, accountOf('openai-compatible'), {}, api);
  expect(json).toEqual({ model: 'm', reasoning_effort: 'max' });
});

it('calls a developer’s message what every server does', () => {
  const messages = [
    { role: 'developer', content: 'a "developer"' },
    { content: 'hi', role: 'user' },
  ];
  const call = prepared(compatible, requestOf({ model: 'm', messages }), accountOf('openai-compatible'), {}, api);
  expect(call.json.messages).toEqual([{ role: 'system', content: 'a "developer"' }, messages[1]]);
});

it('serves what an account lists, by name and alias', () => {
  const models = [{ name: 'moonshotai/kimi-k2:free', alias: 'k2' }];
  expect(resolve('k2', { models })).toBe('moonshotai/kimi-k2:free');
  expect(resolve('moonshotai/kimi-k2:free', { models })).toBe('moonshotai/kimi-k2:free');
  expect(resolve('p/k2', { models, prefix: 'p' })).toBe('moonshotai/kimi-k2:free');
  expect(resolve('other', { models })).toBeUndefined();
});

it('serves anything of an account without list, but only when it is named', () => {
  const named = { attributes: { name: 'router' }, prefix: 'p', excludedModels: ['*:free'] };
  expect(resolve('router/anthropic/claude-x', named)).toBe('anthropic/claude-x');
  expect(resolve('p/gpt-5.5', named)).toBe('gpt-5.5');
  expect(resolve('gpt-5.5', named)).toBeUndefined();
  expect(resolve('router/', named)).toBeUndefined();
  expect(resolve('router/x:free', named)).toBeUndefined();
});
