import { describe, expect, test } from 'vitest';
import type { ModelServerView, ModelView } from '../../preload/models-view.ts';
import {
  found,
  isAvailable,
  limitLines,
  rangeText,
  standingText,
  thinkingText,
  tokensText,
} from '../../renderer/models/model-reading.ts';
import { hour, noon, utc } from '../desktop/app-states.ts';

const server = (over: Partial<ModelServerView> = {}): ModelServerView => ({
  accountId: 'claude:1',
  label: 'me@example.com',
  provider: 'claude',
  providerLabel: 'Claude',
  standing: 'ready',
  ...over,
});

const model = (over: Partial<ModelView> = {}): ModelView => ({
  id: 'claude-opus-5',
  displayName: 'Claude Opus 5',
  names: ['claude-opus-5', 'best'],
  contextWindow: [1_000_000, 1_000_000],
  maxOutput: [128_000, 128_000],
  servers: [server()],
  ...over,
});

test.each([
  [512, '512'],
  [8192, '8.19k'],
  [64_000, '64k'],
  [200_000, '200k'],
  [1_000_000, '1M'],
  [1_048_576, '1.05M'],
])('%d tokens read %s', (tokens, words) => {
  expect(tokensText(tokens)).toBe(words);
});

test('limits that differ by account are a range, and unknown ones say so', () => {
  expect(rangeText([200_000, 1_000_000])).toBe('200k–1M');
  expect(rangeText([0, 64_000])).toBe('64k');
  expect(limitLines(model())).toEqual(['1M context', '128k output']);
  expect(limitLines(model({ contextWindow: [0, 0], maxOutput: [0, 0] }))).toEqual(['limits not known']);
});

test.each([
  [undefined, 'not known'],
  [{ levels: [], canDisable: false }, 'none'],
  [{ levels: ['low', 'high'], canDisable: true }, 'low, high'],
  [{ levels: ['low'], canDisable: false }, 'low; always on'],
  [{ levels: [], budget: { min: 1024, max: 128_000 }, canDisable: true }, '1.02k to 128k tokens'],
])('thinking %j reads %s', (thinking, words) => {
  expect(thinkingText(thinking ? { thinking } : {})).toBe(words);
});

test('an account that cannot serve says until when', () => {
  expect(standingText(server(), noon, utc)).toBe('ready');
  expect(standingText(server({ standing: 'cooling', until: noon + hour }), noon, utc)).toBe('cooling until 13:00');
  expect(standingText(server({ standing: 'cooling', until: noon }), noon, utc)).toBe('cooling');
  const servers = [server({ standing: 'cooling' }), server({ standing: 'reserve' })];
  expect([isAvailable({ servers }), isAvailable({ servers: [...servers, server()] })]).toEqual([false, true]);
});

describe('a search', () => {
  const models = [
    model(),
    model({
      id: 'gpt-5',
      displayName: 'GPT-5',
      names: ['gpt-5'],
      servers: [server({ providerLabel: 'ChatGPT', label: 'Work' })],
    }),
  ];
  const ids = (query: string) => found(models, query).map(({ id }) => id);

  test('finds names, aliases, providers and accounts, every word of it', () => {
    expect(ids('')).toEqual(['claude-opus-5', 'gpt-5']);
    expect(ids('BEST')).toEqual(['claude-opus-5']);
    expect(ids('gpt work')).toEqual(['gpt-5']);
    expect(ids('claude work')).toEqual([]);
  });
});
