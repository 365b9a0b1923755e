import { expect, it } from 'vitest';
import { settingsAccounts } from '../../main/engine/settings-accounts.ts';
import { normalise, settingsSchema } from '../../main/settings/schema.ts';

const accounts = (settings: object) => settingsAccounts(normalise(settingsSchema.parse(settings)));
const base = 'https://openrouter.ai/api/v1';

it('keys of a list are accounts of its provider', () => {
  const all = accounts({
    'claude-api-key': [{ 'api-key': 'sk-ant-api-123456' }],
    'codex-api-key': [{ 'api-key': 'sk-proj-123456', prefix: 'work', 'excluded-models': ['gpt-4*'] }],
    'gemini-api-key': [{ 'api-key': 'AIzaSy123456' }],
    'vertex-api-key': [{ 'api-key': 'AQ.123456' }],
  });
  expect(all.map(({ account, secret }) => [account.provider, account.kind, secret])).toEqual([
    ['claude', 'api-key', { apiKey: 'sk-ant-api-123456' }],
    ['openai', 'api-key', { apiKey: 'sk-proj-123456' }],
    ['gemini', 'api-key', { apiKey: 'AIzaSy123456' }],
    ['vertex', 'api-key', { apiKey: 'AQ.123456' }],
  ]);
  expect(all[1]?.account).toMatchObject({ prefix: 'work', excludedModels: ['gpt-4*'], label: 'API key work' });
});

it('a server is an account for each of its keys, with the models that it is asked for', () => {
  const [one, two, ...more] = accounts({
    'openai-compatibility': [
      {
        name: 'router',
        'base-url': base,
        'proxy-url': 'http://all:1',
        'api-key-entries': [{ 'api-key': 'key-one-1234' }, { 'api-key': 'key-two-5678', 'proxy-url': 'http://two:2' }],
        models: [{ name: 'moonshotai/kimi-k2:free', alias: 'k2' }],
      },
    ],
  });
  expect(more).toEqual([]);
  expect(one?.account).toMatchObject({ provider: 'openai-compatible', baseUrl: base, proxyUrl: 'http://all:1' });
  expect(two?.account).toMatchObject({
    proxyUrl: 'http://two:2',
    models: [{ name: 'moonshotai/kimi-k2:free', alias: 'k2' }],
  });
  expect(one?.account.id).not.toBe(two?.account.id);
  expect(JSON.stringify([one?.account, two?.account])).not.toMatch(/key-one-1234|key-two-5678/);
  expect([one?.secret, two?.secret]).toEqual([{ apiKey: 'key-one-1234' }, { apiKey: 'key-two-5678' }]);
});

it('a server may have no keys, keys in the older spelling, or be left out', () => {
  const servers = [
    { name: 'mine', 'base-url': 'http://127.0.0.1:11434/v1' },
    { name: 'old', 'base-url': base, 'api-keys': ['key-old-1234'] },
    { name: 'off', 'base-url': base, disabled: true },
  ];
  expect(accounts({ 'openai-compatibility': servers }).map(({ account, secret }) => [account.label, secret])).toEqual([
    ['mine', {}],
    ['old', { apiKey: 'key-old-1234' }],
  ]);
});
