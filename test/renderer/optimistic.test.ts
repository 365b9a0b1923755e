import { expect, test } from 'vitest';
import { shownValue, wishLimitMs } from '../../renderer/state/optimistic.ts';

const wish = { wanted: true, madeAt: 1_000 };

test('a switch shows the wish at once, and the truth without one', () => {
  expect(shownValue(false, wish, 1_000)).toBe(true);
  expect(shownValue(false, undefined, 1_000)).toBe(false);
});

test('after three seconds it shows the truth again', () => {
  expect(wishLimitMs).toBe(3_000);
  expect(shownValue(false, wish, 3_999)).toBe(true);
  expect(shownValue(false, wish, 4_000)).toBe(false);
});
