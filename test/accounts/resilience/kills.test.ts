import { expect, test } from 'vitest';
import { bundled } from './bundle.ts';
import { expectRefreshesSafe, expectSignInsSafe, killEverywhere } from './kills.ts';

const program = bundled('./dying-process.ts');
const slow = { timeout: 120_000 };

test(
  'kill -9 after each operation of a refresh leaves a whole token, the new one before it is used',
  slow,
  async () => {
    const all = await killEverywhere({ program: program.path(), vault: 'file', what: 'refresh' });
    expect(all.length).toBeGreaterThan(20);
    expectRefreshesSafe(all, 30);
  },
);

test('kill -9 after each operation of a new sign-in leaves the old tokens or the new ones', slow, async () => {
  const all = await killEverywhere({ program: program.path(), vault: 'file', what: 'sign-in' });
  expect(all.length).toBeGreaterThan(20);
  expectSignInsSafe(all);
});
