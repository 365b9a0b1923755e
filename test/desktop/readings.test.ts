import { expect, test } from 'vitest';
import {
  clockText,
  durationText,
  leftOf,
  percentText,
  tightestAccount,
  tightestWindow,
} from '../../preload/readings.ts';
import { accountView, hour, noon, utc } from './app-states.ts';

const window = { id: '5h', label: '5 hours', resetsAt: noon + hour };

test('what is left is what is not used, never below nothing', () => {
  expect(leftOf({ ...window, used: 0.25 }, noon)).toBe(0.75);
  expect(leftOf({ ...window, used: 1.2 }, noon)).toBe(0);
});

test('an unreported window and one that was reset since are unknown, not empty and not full', () => {
  expect(leftOf(window, noon)).toBeUndefined();
  expect(leftOf({ ...window, used: 0.9, resetsAt: noon }, noon)).toBeUndefined();
});

test.each([
  [1, '100 %'],
  [0.999, '99 %'],
  [0.62, '62 %'],
  [0.29, '29 %'],
  [0.004, '0 %'],
])('%d left reads %s', (fraction, text) => {
  expect(percentText(fraction)).toBe(text);
});

test('the tightest window has the least left; unknown ones do not count', () => {
  const windows = [window, { ...window, id: 'a', used: 0.2 }, { ...window, id: 'b', used: 0.7 }];
  expect(tightestWindow(windows, noon)?.window.id).toBe('b');
  expect(tightestWindow([window], noon)).toBeUndefined();
});

test('the tightest account is one that may serve', () => {
  const used = (part: number) => [{ ...window, used: part }];
  const accounts = [
    accountView({ id: 'a', windows: used(0.5) }),
    accountView({ id: 'b', windows: used(0.9), status: 'paused' }),
    accountView({ id: 'c', windows: used(0.95), status: 'needs-sign-in' }),
    accountView({ id: 'd', windows: used(0.6), status: 'serving' }),
  ];
  expect(tightestAccount(accounts, noon)?.account.id).toBe('d');
});

test.each([
  [2 * hour, '14:00'],
  [-2 * hour, '10:00'],
  [-12 * hour, '00:00'],
  [13 * hour, 'Sun 01:00'],
  [70 * hour, 'Tue 10:00'],
  [7 * 24 * hour, 'Sat 28 Nov, 12:00'],
])('%d ms from Saturday noon reads %s', (offset, text) => {
  expect(clockText(noon + offset, noon, utc)).toBe(text);
});

test.each([
  [0, 'under 1 m'],
  [59_999, 'under 1 m'],
  [60_000, '1 m'],
  [2 * hour, '2 h'],
  [2 * hour + 10 * 60_000, '2 h 10 m'],
  [51 * hour, '2 d 3 h'],
  [48 * hour + 60_000, '2 d'],
])('%d ms read %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
