import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { emptyKeychain } from '../empty-keychain.ts';
import { bundled } from './bundle.ts';
import { expectRefreshesSafe, killEverywhere } from './kills.ts';

const program = bundled('./dying-process.ts');
emptyKeychain(fileURLToPath(import.meta.url));

test('kill -9 after each operation of a refresh on the keychain leaves a whole token', async () => {
  const all = await killEverywhere({ program: program.path(), vault: 'keychain', what: 'refresh' });
  expect(all.length).toBeGreaterThan(8);
  expectRefreshesSafe(all, 12);
});
