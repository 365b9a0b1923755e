import { expect, test, vi } from 'vitest';
import { followed } from '../../renderer/browser/connection.ts';
import { patched } from '../../renderer/browser/state-patch.ts';
import { appState } from '../desktop/app-states.ts';

test('a patch replaces the parts that it names, whole, and takes away what is null', () => {
  const before = { ...appState(), settingsProblem: 'a typing error' };
  const after = patched(before, { settingsProblem: null, version: '9.9.9', recent: [] });
  expect(after).toEqual({ ...appState(), version: '9.9.9', recent: [] });
  expect('settingsProblem' in after).toBe(false);
  expect(after.accounts).toBe(before.accounts);
  expect(before.settingsProblem).toBe('a typing error');
});

test('whoever follows a value hears of each change, once, until they leave', () => {
  const value = followed('a');
  const [first, second] = [vi.fn(), vi.fn()];
  const leave = value.follow(first);
  value.follow(second);
  value.set('b');
  value.set('b');
  leave();
  value.set('c');
  expect(first.mock.calls).toEqual([['b']]);
  expect(second.mock.calls).toEqual([['b'], ['c']]);
  expect(value.get()).toBe('c');
});
