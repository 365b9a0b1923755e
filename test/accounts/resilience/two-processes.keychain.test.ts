import { test } from 'vitest';
import { bundled } from './bundle.ts';
import { refreshInTwoProcesses } from './two-processes.ts';

const program = bundled('./refreshing-process.ts');

test('two processes refresh one account 1,000 times on the keychain and lose nothing', { timeout: 180_000 }, () =>
  refreshInTwoProcesses(program.path(), 'keychain'),
);
