import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitThinking } from '../../main/protocols/thinking-fit.ts';
import { type ThinkingSupport, type ThinkingWish, thinkingLevels } from '../../main/protocols/thinking-suffix.ts';

const byLevel: ThinkingSupport = { levels: ['low', 'medium', 'high', 'xhigh'], canDisable: false };
const byBudget: ThinkingSupport = { levels: [], budget: { min: 1024, max: 32_768 }, canDisable: true };
const byBoth: ThinkingSupport = { levels: ['low', 'high'], budget: { min: 128, max: 32_768 }, canDisable: false };
const thoughtless: ThinkingSupport = { levels: [], canDisable: false };

const level = (name: (typeof thinkingLevels)[number]): ThinkingWish => ({ kind: 'level', level: name });
const budget = (tokens: number): ThinkingWish => ({ kind: 'budget', tokens });
const none: ThinkingWish = { kind: 'none' };
const auto: ThinkingWish = { kind: 'auto' };

describe('fitThinking', () => {
  it.each([
    ['a level that the model has', level('high'), byLevel, { kind: 'on', level: 'high', changed: false }],
    ['a level above the highest', level('max'), byLevel, { kind: 'on', level: 'xhigh', changed: true }],
    ['a level below the lowest', level('minimal'), byLevel, { kind: 'on', level: 'low', changed: true }],
    ['a level between two', level('medium'), byBoth, { kind: 'on', level: 'low', budget: 1024, changed: true }],
    ['a level where only budgets count', level('medium'), byBudget, { kind: 'on', budget: 8192, changed: false }],
    ['a level beyond the budget', level('max'), byBudget, { kind: 'on', budget: 32_768, changed: true }],
    ['a level below the budget', level('minimal'), byBudget, { kind: 'on', budget: 1024, changed: true }],
    ['a budget where only levels count', budget(9000), byLevel, { kind: 'on', level: 'high', changed: false }],
    ['a budget below every level', budget(100), byLevel, { kind: 'on', level: 'low', changed: true }],
    ['a budget within the range', budget(5000), byBudget, { kind: 'on', budget: 5000, changed: false }],
    ['a budget above the range', budget(99_999), byBudget, { kind: 'on', budget: 32_768, changed: true }],
    ['a budget below the range', budget(1), byBudget, { kind: 'on', budget: 1024, changed: true }],
    ['none where it can be off', none, byBudget, { kind: 'off', changed: false }],
    ['none where it cannot', none, byLevel, { kind: 'on', level: 'low', changed: true }],
    ['none where it cannot, by both', none, byBoth, { kind: 'on', level: 'low', budget: 128, changed: true }],
    ['auto by level', auto, byLevel, { kind: 'auto', level: 'medium', changed: false }],
    ['auto by budget', auto, byBudget, { kind: 'auto', budget: 16_896, changed: false }],
    ['a level for a model without thinking', level('high'), thoughtless, { kind: 'absent', changed: true }],
    ['none for a model without thinking', none, thoughtless, { kind: 'absent', changed: false }],
    [
      'a level for an unknown model',
      level('max'),
      undefined,
      { kind: 'on', level: 'max', budget: 128_000, changed: false },
    ],
    [
      'a budget for an unknown model',
      budget(600),
      undefined,
      { kind: 'on', level: 'low', budget: 600, changed: false },
    ],
    ['none for an unknown model', none, undefined, { kind: 'off', changed: false }],
    ['auto for an unknown model', auto, undefined, { kind: 'auto', changed: false }],
  ])('fits %s', (_what, wish, support, fitted) => {
    expect(fitThinking(wish, support)).toEqual(fitted);
  });

  it('never leaves what the model allows', () => {
    const wishes = fc.oneof(
      fc.constantFrom(...thinkingLevels).map(level),
      fc.nat(1_000_000).map(budget),
      fc.constantFrom(none, auto),
    );
    const supports = fc.record({
      levels: fc.subarray([...thinkingLevels]),
      budget: fc.record({ min: fc.nat(1000), max: fc.integer({ min: 1000, max: 200_000 }) }),
      canDisable: fc.boolean(),
    });
    fc.assert(
      fc.property(wishes, supports, (wish, support) => {
        const fitted = fitThinking(wish, support);
        if (fitted.level) expect(support.levels).toContain(fitted.level);
        if (fitted.budget === undefined) return;
        expect(fitted.budget).toBeGreaterThanOrEqual(support.budget.min);
        expect(fitted.budget).toBeLessThanOrEqual(support.budget.max);
      }),
    );
  });
});
