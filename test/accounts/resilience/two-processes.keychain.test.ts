import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { emptyKeychain } from '../empty-keychain.ts';
import { bundled } from './bundle.ts';
import { refreshInTwoProcesses } from './two-processes.ts';

const program = bundled('./refreshing-process.ts');
emptyKeychain(fileURLToPath(import.meta.url));

test('two processes refresh one account 1,000 times on the keychain and lose nothing', { timeout: 180_000 }, () =>
  refreshInTwoProcesses({ program: program.path(), vault: 'keychain' }),
);
