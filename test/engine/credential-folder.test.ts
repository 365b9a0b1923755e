import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEngine } from './harness.ts';

const credential = (token: string) =>
  JSON.stringify({
    type: 'claude',
    email: 'you@example.com',
    access_token: token,
    refresh_token: 'sk-ant-ort01-from-file',
  });

test('credential files in auth-dir become accounts, are followed, and their originals go when the owner says so', async () => {
  const { engine, settings, dataDir } = await startEngine({ signedIn: false });
  const folder = join(dataDir, 'credentials');
  await mkdir(folder);
  await writeFile(join(folder, 'claude-you.json'), credential('sk-ant-oat01-from-file'));
  await settings.update({ 'auth-dir': folder });
  await expect.poll(() => engine.state().accounts.map(({ label }) => label)).toEqual(['you@example.com']);
  expect(engine.state().credentialFolder).toEqual({ path: folder, originals: 1, broken: [] });
  await engine.settleOriginals(true);
  expect(await readdir(folder)).toEqual([]);
  expect(engine.state().credentialFolder.originals).toBe(0);
  expect(engine.state().accounts).toMatchObject([{ label: 'you@example.com', status: 'ready' }]);
});

test('accounts travel to another Fusebox in a sealed file', async () => {
  const from = await startEngine();
  const to = await startEngine({ signedIn: false });
  const file = join(from.dataDir, 'accounts.fusebox');
  expect(await from.engine.exportAccounts(file, 'correct horse battery')).toBe(1);
  expect(await readFile(file, 'utf8')).not.toContain(from.anthropic.account.accessToken);
  expect((await to.engine.importAccounts(file)).skipped).toEqual([
    { file: 'accounts.fusebox', reason: 'it is an export of Fusebox; its passphrase is needed' },
  ]);
  expect((await to.engine.importAccounts(file, 'correct horse battery')).imported).toMatchObject([
    { label: 'owner@example.com' },
  ]);
});
