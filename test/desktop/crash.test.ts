import { expect, test } from 'vitest';
import { pageRecovery } from '../../main/desktop/crash.ts';
import { FakeClock } from '../fakes/clock.ts';

function recovery() {
  const clock = new FakeClock();
  const did: string[] = [];
  const onCrash = pageRecovery({
    clock,
    reload: () => did.push('reload'),
    giveUp: (reason) => did.push(`gave up: ${reason}`),
  });
  return { clock, did, onCrash };
}

test('a page that keeps crashing is loaded three times a minute, then given up', () => {
  const { did, onCrash } = recovery();
  for (let i = 0; i < 4; i += 1) onCrash('crashed');
  expect(did).toEqual(['reload', 'reload', 'reload', 'gave up: crashed']);
});

test('crashes that lie far apart do not add up', () => {
  const { clock, did, onCrash } = recovery();
  for (let i = 0; i < 6; i += 1) {
    onCrash('oom');
    clock.advance(61_000);
  }
  expect(did).toEqual(Array(6).fill('reload'));
});

test('a page that ends as it should is left alone', () => {
  const { did, onCrash } = recovery();
  onCrash('clean-exit');
  expect(did).toEqual([]);
});
