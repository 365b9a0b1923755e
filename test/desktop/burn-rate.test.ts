import { expect, it } from 'vitest';
import { burnRateOf } from '../../preload/burn-rate.ts';
import { hour, noon } from './app-states.ts';

const window = (used: number | undefined, leftHours: number) => ({
  id: '5h',
  label: '5 hours',
  ...(used === undefined ? {} : { used }),
  resetsAt: noon + leftHours * hour,
  lengthMs: 5 * hour,
});

it('a window that is used as fast as its time passes burns at 1', () => {
  expect(burnRateOf(window(0.5, 2.5), noon)).toEqual({ elapsed: 0.5, rate: 1 });
  expect(burnRateOf(window(0.2, 2.5), noon)).toEqual({ elapsed: 0.5, rate: 0.4 });
  expect(burnRateOf(window(0, 1), noon)?.rate).toBe(0);
});

it('a window that is used faster says when nothing is left', () => {
  const burn = burnRateOf(window(0.5, 4), noon);
  expect(burn?.rate).toBeCloseTo(2.5);
  expect(burn?.emptyAt).toBe(noon + hour);
  expect(burnRateOf(window(1.2, 4), noon)?.emptyAt).toBe(noon);
});

it('nothing is said where too little is known, of a fresh window, and of one that is over', () => {
  expect(burnRateOf(window(undefined, 2), noon)).toBeUndefined();
  expect(burnRateOf({ id: 'x', label: 'x', used: 0.5 }, noon)).toBeUndefined();
  expect(burnRateOf(window(0.5, 4.99), noon)).toBeUndefined();
  expect(burnRateOf(window(0.5, 0), noon)).toBeUndefined();
});
