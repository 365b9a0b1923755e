import { describe, expect, it } from 'vitest';
import { anthropicModels } from '../../main/protocols/anthropic/models-list.ts';
import { geminiModels } from '../../main/protocols/gemini/models-list.ts';
import { openaiModels } from '../../main/protocols/openai-chat/models-list.ts';
import { createClaudeProvider } from '../../main/providers/claude/index.ts';
import { type ListingOptions, listModels } from '../../main/routing/catalogue.ts';
import { account } from './fleet.ts';

const claude = createClaudeProvider({ userAgent: 'test' });
const opus = { models: [{ name: 'claude-opus-4-7', alias: 'best' }] };
const list = (accounts: ReturnType<typeof account>[], options?: ListingOptions) =>
  listModels(accounts, () => claude, options);
const names = (...given: Parameters<typeof list>) => list(...given).map(({ id }) => id);

describe('the list of models', () => {
  it('has every name once, with prefixes beside them', () => {
    expect(names([account('a', opus), account('b', { ...opus, prefix: 'work' })])).toEqual([
      'best',
      'claude-opus-4-7',
      'work/best',
      'work/claude-opus-4-7',
    ]);
  });

  it('has accounts with a prefix under it only where the owner wants that', () => {
    expect(names([account('b', { ...opus, prefix: 'work' })], { forcePrefix: true })).toEqual([
      'work/best',
      'work/claude-opus-4-7',
    ]);
  });

  it('leaves out what no enabled account serves, by wildcards too', () => {
    const accounts = [
      account('a', { ...opus, paused: true }),
      account('b', { ...opus, needsSignIn: 'revoked' }),
      account('c', { ...opus, withdrawn: true }),
      account('d', { ...opus, excludedModels: ['claude-opus-*'] }),
    ];
    expect(names(accounts)).toEqual([]);
  });

  it('keeps cooling models and says until when, by the account that is ready first', () => {
    const until = Date.parse('2026-11-22T00:00:00Z');
    const blocked: Record<string, number | undefined> = { a: until + 1000, b: until };
    const options: ListingOptions = { blockedUntil: ({ id }) => blocked[id] };
    const [cooling] = list([account('a', opus), account('b', opus)], options);
    expect(cooling?.blockedUntil).toBe(until);
    expect(list([account('a', opus), account('b', opus), account('c', opus)], options)[0]).not.toHaveProperty(
      'blockedUntil',
    );
    if (!cooling) throw new Error('The list is empty');
    const availability = { available: false, available_at: '2026-11-22T00:00:00.000Z' };
    for (const renderer of [openaiModels, anthropicModels]) {
      expect(JSON.parse(renderer.one(cooling))).toMatchObject(availability);
      expect(JSON.parse(renderer.one({ ...cooling, id: 'x' }))).toMatchObject({ id: 'x' });
    }
    expect(JSON.parse(geminiModels.one(cooling))).toMatchObject({
      inputTokenLimit: cooling.contextWindow,
      description: `${cooling.displayName}; cooling down until 2026-11-22T00:00:00.000Z`,
    });
  });
});
