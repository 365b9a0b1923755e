import { describe, expect, it } from 'vitest';
import { createModelList } from '../../main/providers/model-list.ts';
import { noOwnerModels, type OwnerModels, withOwnerModels } from '../../main/providers/owner-models.ts';
import { account } from '../routing/fleet.ts';

const list = createModelList({
  table: [
    { id: 'opus-1', displayName: 'Opus 1', contextWindow: 200, maxOutput: 20, aliases: ['opus'] },
    { id: 'haiku-1', displayName: 'Haiku 1', contextWindow: 100, maxOutput: 10 },
  ],
  unlisted: { contextWindow: 50, maxOutput: 5 },
  plausible: (name) => name.startsWith('opus-'),
});

const owned = (over: Partial<OwnerModels>) => withOwnerModels(list, () => ({ ...noOwnerModels, ...over }));
const table = (models: OwnerModels['table']['models'], replace = false) => ({ table: { replace, models } });
const signedIn = account('a');
const fromSettings = account('k', { source: 'settings' });

describe("an owner's table", () => {
  it('changes limits and names, and adds models', () => {
    const { models, modelInfo, resolveModel } = owned(
      table([
        { id: 'opus-1', contextWindow: 1000, displayName: 'Big' },
        { id: 'opus-2', maxOutput: 30, aliases: ['newest'] },
      ]),
    );
    expect(models(signedIn)).toEqual([
      { id: 'haiku-1', displayName: 'Haiku 1', contextWindow: 100, maxOutput: 10, aliases: [] },
      { id: 'opus-1', displayName: 'Big', contextWindow: 1000, maxOutput: 20, aliases: ['opus'] },
      { id: 'opus-2', displayName: 'opus-2', contextWindow: 50, maxOutput: 30, aliases: ['newest'] },
    ]);
    expect(modelInfo(signedIn, 'opus-1').contextWindow).toBe(1000);
    expect(resolveModel(signedIn, 'NEWEST')).toBe('opus-2');
    expect(resolveModel(signedIn, 'opus')).toBe('opus-1');
    expect(resolveModel(signedIn, 'opus-9')).toBe('opus-9');
  });

  it("may replace the program's list, and still leaves room for newer models", () => {
    const { models, resolveModel } = owned(table([{ id: 'opus-1' }], true));
    expect(models(signedIn).map(({ id }) => id)).toEqual(['opus-1']);
    expect(['opus-1', 'haiku-1', 'opus-9'].map((name) => resolveModel(signedIn, name))).toEqual([
      'opus-1',
      undefined,
      'opus-9',
    ]);
  });

  it('has limits by plan, and models that a plan lacks', () => {
    const { models, modelInfo, resolveModel } = owned(
      table([{ id: 'opus-1', contextWindow: 900, plans: { Pro: { contextWindow: 300 }, free: false } }]),
    );
    const [pro, free] = [account('p', { plan: 'pro' }), account('f', { plan: 'free' })];
    expect([signedIn, pro].map((one) => modelInfo(one, 'opus-1').contextWindow)).toEqual([900, 300]);
    expect(models(free).map(({ id }) => id)).toEqual(['haiku-1']);
    expect([pro, free].map((one) => resolveModel(one, 'opus'))).toEqual(['opus-1', undefined]);
  });

  it('tells the limits of models that an account lists itself, and adds none to them', () => {
    const own = account('o', { models: [{ name: 'opus-1', alias: 'best' }] });
    const { models, resolveModel } = owned(table([{ id: 'opus-1', contextWindow: 900 }, { id: 'opus-2' }]));
    expect(models(own)).toMatchObject([{ id: 'opus-1', contextWindow: 900, aliases: ['best'] }]);
    expect([resolveModel(own, 'best'), resolveModel(own, 'opus-2')]).toEqual(['opus-1', undefined]);
  });
});

describe("an owner's names for models", () => {
  const aliases = [{ name: 'opus', alias: 'Best', hides: false }];

  it('are listed and resolved beside the own name, with and without the prefix, for signed-in accounts only', () => {
    const { models, resolveModel } = owned({ aliases });
    const prefixed = account('p', { prefix: 'work' });
    expect(models(signedIn)).toMatchObject([{ id: 'opus-1', aliases: ['opus', 'Best'] }, { id: 'haiku-1' }]);
    expect(['best', 'opus-1'].map((name) => resolveModel(signedIn, name))).toEqual(['opus-1', 'opus-1']);
    expect(resolveModel(prefixed, 'work/best')).toBe('opus-1');
    expect(resolveModel(fromSettings, 'best')).toBeUndefined();
  });

  it('take the own name out of use where they are to replace it', () => {
    const { resolveModel } = owned({ aliases: [{ name: 'haiku-1', alias: 'small', hides: true }] });
    expect(['small', 'haiku-1'].map((name) => resolveModel(signedIn, name))).toEqual(['haiku-1', undefined]);
    expect(resolveModel(fromSettings, 'haiku-1')).toBe('haiku-1');
  });
});

describe('models that an owner excludes', () => {
  it('are neither listed nor served by signed-in accounts, by whatever name', () => {
    const { models, resolveModel } = owned({ excluded: ['OPUS*'] });
    expect(models(signedIn).map(({ id }) => id)).toEqual(['haiku-1']);
    expect(['opus', 'opus-1', 'opus-9'].map((name) => resolveModel(signedIn, name))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(resolveModel(fromSettings, 'opus-1')).toBe('opus-1');
  });

  it("count for the owner's own table too, as those of the account do", () => {
    const { resolveModel } = owned(table([{ id: 'opus-2' }]));
    expect(resolveModel(account('x', { excludedModels: ['*-2'] }), 'opus-2')).toBeUndefined();
  });
});

it('an owner who says nothing changes nothing', () => {
  const { models, resolveModel, modelInfo } = withOwnerModels(list, () => noOwnerModels);
  expect(models(signedIn)).toEqual(list.models(signedIn));
  expect(resolveModel(signedIn, 'opus')).toBe('opus-1');
  expect(modelInfo(signedIn, 'opus-1')).toEqual(list.modelInfo(signedIn, 'opus-1'));
});
