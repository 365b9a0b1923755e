import { describe, expect, it } from 'vitest';
import { claudeModelList, claudeModels, familyOf } from '../../../main/providers/claude/models.ts';
import { claudeAccount } from './account.ts';

const { modelInfo, models: accountModels, resolveModel } = claudeModelList;

describe('the table', () => {
  it('names every model and alias once', () => {
    const names = claudeModels.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    expect(claudeModels.length).toBe(15);
  });

  it('gives careful values to models that it lacks', () => {
    expect(modelInfo(claudeAccount(), 'claude-opus-9')).toMatchObject({ id: 'claude-opus-9', maxOutput: 32_000 });
    expect(modelInfo(claudeAccount(), 'claude-3-5-haiku-latest')).toMatchObject({
      id: 'claude-3-5-haiku-20241022',
      maxOutput: 8192,
    });
  });
});

describe('names that clients use', () => {
  it.each([
    ['claude-opus-4-6', 'claude-opus-4-6'],
    ['claude-haiku-4-5', 'claude-haiku-4-5-20251001'],
    ['Claude-Sonnet-4-5', 'claude-sonnet-4-5-20250929'],
    ['claude-3-5-haiku-latest', 'claude-3-5-haiku-20241022'],
    ['claude-opus-6-20270101', 'claude-opus-6-20270101'],
    ['gpt-5', undefined],
    ['claude-', undefined],
    ['claude-x y', undefined],
    ['work/claude-opus-5', undefined],
  ])('%s is %s upstream', (name, id) => {
    expect(resolveModel(claudeAccount(), name)).toBe(id);
  });

  it('may carry the prefix of the account', () => {
    const prefixed = claudeAccount({ prefix: 'work' });
    expect(resolveModel(prefixed, 'work/claude-haiku-4-5')).toBe('claude-haiku-4-5-20251001');
    expect(resolveModel(prefixed, 'claude-haiku-4-5')).toBe('claude-haiku-4-5-20251001');
    expect(resolveModel(prefixed, 'home/claude-haiku-4-5')).toBeUndefined();
  });
});

describe('excluded models', () => {
  it.each([
    ['claude-haiku-*', 'claude-haiku-4-5', undefined],
    ['*-4-5', 'claude-haiku-4-5-20251001', undefined],
    ['*HAIKU*', 'claude-haiku-4-5', undefined],
    ['claude-*-5*', 'claude-opus-5', undefined],
    ['claude-haiku', 'claude-haiku-4-5', 'claude-haiku-4-5-20251001'],
    ['claude-opus-9', 'claude-opus-9', undefined],
    ['claude-*x*', 'claude-opus-5', 'claude-opus-5'],
    ['opus*opus', 'opus', undefined],
  ])('%s: %s is %s', (pattern, name, id) => {
    expect(resolveModel(claudeAccount({ excludedModels: [pattern] }), name)).toBe(id);
  });

  it('are not listed either', () => {
    const ids = accountModels(claudeAccount({ excludedModels: ['*opus*', 'claude-haiku-4-5'] })).map(({ id }) => id);
    expect(ids).toContain('claude-sonnet-5');
    expect(ids.filter((id) => id.includes('opus') || id.includes('haiku-4'))).toEqual([]);
  });
});

describe("an account's own list", () => {
  const own = claudeAccount({
    models: [
      { name: 'claude-sonnet-4-5', alias: 'fast' },
      { name: 'deepseek-chat', alias: 'claude-opus-5' },
      { name: 'glm' },
    ],
  });

  it('is all that the account offers, under the names that its host knows', () => {
    expect(resolveModel(own, 'fast')).toBe('claude-sonnet-4-5');
    expect(resolveModel(own, 'claude-sonnet-4-5-20250929')).toBe('claude-sonnet-4-5');
    expect(resolveModel(own, 'claude-opus-5')).toBe('deepseek-chat');
    expect(resolveModel(own, 'GLM')).toBe('glm');
    expect(resolveModel(own, 'claude-opus-4-6')).toBeUndefined();
  });

  it('is listed with its aliases', () => {
    expect(accountModels(own).map(({ id, aliases }) => [id, aliases])).toEqual([
      ['claude-sonnet-4-5', ['fast']],
      ['deepseek-chat', ['claude-opus-5']],
      ['glm', []],
    ]);
  });
});

it('models of one line are one family', () => {
  expect(familyOf('claude-opus-4-6')).toBe('opus');
  expect(familyOf('claude-3-5-haiku-20241022')).toBe('haiku');
  expect(familyOf('deepseek-chat')).toBe('deepseek-chat');
});
