import { expect, it } from 'vitest';
import { waitInText } from '../../main/providers/text-hint.ts';

it.each([
  ['Please try again in 1.5s.', 1500],
  ['Please try again in 20ms. Visit', 20],
  ['Please retry in 6m0s', 360_000],
  ['Please retry after 20 seconds', 20_000],
  ['try again after 1h2m3s', 3_723_000],
  ['Resets in 108h48m29s', 391_709_000],
  ['Your quota will reset after 1h16m0.5s.', 4_560_500],
  ['Try again in 2 minutes', 120_000],
  ['Try again later', undefined],
  ['Limit 20, used 20', undefined],
])('%s asks to wait %s ms', (text, wait) => {
  expect(waitInText(text)).toBe(wait);
});
