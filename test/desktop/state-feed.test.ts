import { expect, test } from 'vitest';
import { thinned } from '../../main/desktop/state-feed.ts';
import { FakeClock } from '../fakes/clock.ts';
import { appState } from './app-states.ts';

const versions = ['1', '2', '3', '4'].map((version) => appState({ version }));

test('the first state passes at once, a burst only with its last one, and then peace', () => {
  const clock = new FakeClock();
  const shown: string[] = [];
  const feed = thinned(clock, 200, ({ version }) => shown.push(version));
  for (const state of versions.slice(0, 3)) feed(state);
  expect(shown).toEqual(['1']);
  clock.advance(200);
  expect(shown).toEqual(['1', '3']);
  clock.advance(1_000);
  expect(shown).toEqual(['1', '3']);
  expect(clock.pending).toBe(0);
  for (const state of versions.slice(3)) feed(state);
  expect(shown).toEqual(['1', '3', '4']);
});
