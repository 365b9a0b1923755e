import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AccountStore } from '../../../main/accounts/account-store.ts';
import { KeychainVault } from '../../../main/accounts/keychain-vault.ts';
import { openVault } from '../../../main/accounts/open-vault.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { FakeKeychain } from '../fake-keychain.ts';
import { longValue } from '../long-value.ts';

/** Bytes that the first version wrote; they never change, so every later one has to read them. */
interface Fixture {
  /** A whole vault.json, and what opens it. */
  file: { text: string; passphrase: string };
  /** Entries of a keychain, values cut at the limit of Windows. */
  keychain: Record<string, string>;
  secrets: Record<string, { accessToken: string; refreshToken: string }>;
}
const fixture = JSON.parse(readFileSync(new URL('./fixtures/first-vault.json', import.meta.url), 'utf8')) as Fixture;
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'fusebox-upgrade-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));
const open = (keychain: FakeKeychain, platform: NodeJS.Platform) =>
  openVault({
    choice: 'keychain',
    dataDir,
    env: {},
    loadKeytar: async () => keychain,
    clock: new FakeClock(),
    platform,
  });

function oldKeychain(): FakeKeychain {
  const keychain = new FakeKeychain();
  for (const [name, text] of Object.entries(fixture.keychain)) keychain.stored.set(name, text);
  return keychain;
}

function secretsOf(store: AccountStore) {
  return Object.fromEntries(store.list().map(({ id }) => [id, store.secretOf(id)]));
}

test.each(['win32', 'linux', 'darwin'] as const)('a keychain of the first version is read on %s', async (platform) => {
  const keychain = oldKeychain();
  keychain.limit = platform === 'win32' ? 2560 : 1024 * 1024;
  const store = await AccountStore.open({ vault: await open(keychain, platform), report: expect.unreachable });
  expect(secretsOf(store)).toEqual(fixture.secrets);
  // Reading changes nothing.
  expect(Object.fromEntries(keychain.stored)).toEqual(fixture.keychain);
});

test('a value that was cut for Windows becomes one entry when it is written next', async () => {
  const keychain = oldKeychain();
  keychain.limit = 1024 * 1024;
  const store = await AccountStore.open({ vault: await open(keychain, 'linux'), report: expect.unreachable });
  const [id = ''] = Object.keys(fixture.secrets);
  await store.updateTokens(id, { accessToken: 'new-access', refreshToken: 'new-refresh' });
  expect([...keychain.stored.keys()].filter((name) => name.startsWith(`account:${id}`))).toEqual([`account:${id}`]);
  const again = await AccountStore.open({ vault: await open(keychain, 'linux'), report: expect.unreachable });
  expect(again.secretOf(id)).toMatchObject({ accessToken: 'new-access', refreshToken: 'new-refresh' });
});

test('an encrypted file of the first version is read and stays readable after a write', async () => {
  await writeFile(join(dataDir, 'vault.json'), fixture.file.text);
  const openFile = () =>
    openVault({
      choice: 'file',
      dataDir,
      env: { FUSEBOX_VAULT_KEY: fixture.file.passphrase },
      loadKeytar: () => Promise.reject(new Error('there is none')),
    });
  const store = await AccountStore.open({ vault: await openFile(), report: expect.unreachable });
  expect(secretsOf(store)).toEqual(fixture.secrets);
  const [id = ''] = Object.keys(fixture.secrets);
  await store.updateTokens(id, { accessToken: 'new-access' });
  const again = await AccountStore.open({ vault: await openFile(), report: expect.unreachable });
  expect(secretsOf(again)).toEqual({
    ...fixture.secrets,
    [id]: { ...fixture.secrets[id], accessToken: 'new-access' },
  });
});

test.each([
  ['cuts what it is given', (text: string) => text.slice(0, 100)],
  ['drops what it is given', () => undefined],
  ['keeps what it had', (_text: string, before: string | undefined) => before],
])('a keychain that %s does not cost the old value', async (_how, keep) => {
  const keychain = oldKeychain();
  keychain.limit = 1024 * 1024;
  const vault = new KeychainVault({ keychain, clock: new FakeClock(), entryLimit: keychain.limit });
  const [id = ''] = Object.keys(fixture.secrets);
  const name = `account:${id}`;
  const old = await vault.get(name);
  const [head] = [keychain.stored.get(name)];
  const store = keychain.setPassword.bind(keychain);
  keychain.setPassword = async (service, account, text) => {
    const kept = text === head ? text : keep(text, keychain.stored.get(account));
    if (kept === undefined) keychain.stored.delete(account);
    else await store(service, account, kept);
  };
  await expect(vault.set(name, longValue(1))).rejects.toThrow('does not return what was written');
  expect(await vault.get(name)).toBe(old);
});
