import { expect, test } from 'vitest';
import { newToken } from '../../upstreams/anthropic/accounts.ts';
import { bundled } from './bundle.ts';
import { refreshInTwoProcesses } from './two-processes.ts';

const program = bundled('./refreshing-process.ts');

test('two processes refresh one account 1,000 times on the encrypted file and lose nothing', { timeout: 120_000 }, () =>
  refreshInTwoProcesses({ program: program.path(), vault: 'file' }),
);

test('a refresh token that the provider does not know ends it at once, with what each process did', async () => {
  const spent = { program: program.path(), vault: 'file', refreshToken: newToken('ort01') } as const;
  const failure = await refreshInTwoProcesses(spent).catch(String);
  expect(failure).toMatch(/ended with code 1\..*The first process.*The second process/s);
  expect(failure).toContain('needs a new sign-in');
});
