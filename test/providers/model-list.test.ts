import { describe, expect, it } from 'vitest';
import type { Account } from '../../main/accounts/account.ts';
import { createModelList } from '../../main/providers/model-list.ts';

const account = (more: Partial<Account> = {}): Account => ({
  id: 'a',
  provider: 'acme',
  kind: 'api-key',
  source: 'settings',
  label: 'Acme',
  paused: false,
  priority: 0,
  ...more,
});

const small = { id: 'acme-small', displayName: 'Small', contextWindow: 1000, maxOutput: 100, aliases: ['small'] };
const large = { id: 'acme-large', displayName: 'Large', contextWindow: 9000, maxOutput: 900 };
const unlisted = { contextWindow: 500, maxOutput: 50 };
const list = createModelList({
  table: ({ plan }) => (plan === 'pro' ? [small, large] : [small]),
  unlisted,
  plausible: (name) => name.startsWith('acme-'),
});

describe('a table by plan', () => {
  it('lists what the plan has', () => {
    expect(list.models(account()).map(({ id }) => id)).toEqual(['acme-small']);
    expect(list.models(account({ plan: 'pro' })).map(({ id }) => id)).toEqual(['acme-small', 'acme-large']);
  });

  it('finds ids and aliases in any case, and takes plausible names as they are', () => {
    expect(list.resolveModel(account(), 'SMALL')).toBe('acme-small');
    expect(list.resolveModel(account(), 'acme-Next')).toBe('acme-Next');
    expect(list.resolveModel(account(), 'other')).toBeUndefined();
  });

  it('assumes little of models that it lacks', () => {
    expect(list.modelInfo(account(), 'acme-large')).toEqual({
      id: 'acme-large',
      displayName: 'acme-large',
      ...unlisted,
    });
    expect(list.modelInfo(account({ plan: 'pro' }), 'acme-large')).toEqual(large);
  });
});

it('an own list is all that an account offers', () => {
  const own = account({ prefix: 'p', models: [{ name: 'deep', alias: 'mind' }, { name: 'acme-small' }] });
  expect(['p/mind', 'deep', 'small', 'acme-large'].map((name) => list.resolveModel(own, name))).toEqual([
    'deep',
    'deep',
    'acme-small',
    undefined,
  ]);
  expect(list.models(own).map(({ id, aliases }) => [id, aliases])).toEqual([
    ['deep', ['mind']],
    ['acme-small', []],
  ]);
});

it('excluded models are neither listed nor found by any of their names', () => {
  const without = account({ plan: 'pro', excludedModels: ['small'] });
  expect(list.models(without).map(({ id }) => id)).toEqual(['acme-large']);
  expect(list.resolveModel(without, 'acme-small')).toBeUndefined();
});
