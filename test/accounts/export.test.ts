import { expect, test } from 'vitest';
import type { StoredAccount } from '../../main/accounts/account.ts';
import { isSealedExport, sealAccounts, unsealAccounts } from '../../main/accounts/export.ts';

const stored: StoredAccount = {
  account: {
    id: 'claude:a',
    provider: 'claude',
    kind: 'oauth',
    source: 'vault',
    label: 'ada@example.com',
    paused: true,
    priority: 3,
    prefix: 'work',
  },
  secret: { accessToken: 'sk-ant-oat01-secret', refreshToken: 'sk-ant-ort01-secret' },
};
const passphrase = 'correct horse battery';

test('exported accounts come back whole under the passphrase, and nothing of them shows in the file', async () => {
  const text = await sealAccounts([stored], passphrase);
  expect(text).not.toMatch(/secret|ada@example/);
  expect(isSealedExport(text)).toBe(true);
  expect(await unsealAccounts('x.fusebox', text, passphrase)).toMatchObject([stored]);
});

test('another passphrase, a changed file and a short passphrase are refused in plain words', async () => {
  const text = await sealAccounts([stored], passphrase);
  await expect(unsealAccounts('x.fusebox', text, 'correct horse batterz')).rejects.toThrow(
    'the passphrase is wrong, or the file is damaged',
  );
  const changed = text.replace(/"data":"(.)/, (_, first: string) => `"data":"${first === 'A' ? 'B' : 'A'}`);
  await expect(unsealAccounts('x.fusebox', changed, passphrase)).rejects.toThrow('damaged');
  await expect(sealAccounts([stored], 'short')).rejects.toThrow('at least 10 characters');
});

test('credential files are no exports', () => {
  expect(isSealedExport('{"type":"claude","access_token":"a"}')).toBe(false);
});
