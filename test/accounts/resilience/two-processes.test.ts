import { test } from 'vitest';
import { bundled } from './bundle.ts';
import { refreshInTwoProcesses } from './two-processes.ts';

const program = bundled('./refreshing-process.ts');

test('two processes refresh one account 1,000 times on the encrypted file and lose nothing', { timeout: 120_000 }, () =>
  refreshInTwoProcesses(program.path(), 'file'),
);
