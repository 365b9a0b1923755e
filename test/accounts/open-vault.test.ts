import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileLock } from '../../main/accounts/file-lock.ts';
import type { Keychain } from '../../main/accounts/keychain-vault.ts';
import { openVault } from '../../main/accounts/open-vault.ts';
import type { VaultKind } from '../../main/accounts/vault.ts';
import { FakeClock } from '../fakes/clock.ts';
import { FakeKeychain } from './fake-keychain.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'fusebox-open-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const missing = () =>
  Promise.reject(new Error("Cannot find module 'keytar'\nRequire stack:\n- /home/ada/fusebox/dist/cli.js"));

function open(choice: VaultKind | undefined, keychain: Keychain | undefined, env: Record<string, string> = {}) {
  return openVault({ choice, dataDir, env, loadKeytar: keychain ? async () => keychain : missing });
}

test('without a choice a keychain that works is used, and the probe leaves nothing in it', async () => {
  const keychain = new FakeKeychain();
  const vault = await open(undefined, keychain);
  expect([vault.kind, vault.note]).toEqual(['keychain', "Accounts are kept in the operating system's keychain."]);
  expect(keychain.stored.size).toBe(0);
  await vault.set('account:a', 'value');
  expect(await (await open(undefined, keychain)).get('account:a')).toBe('value');
  expect(await readdir(dataDir)).not.toContain('vault.json');
});

test('without a keychain the file is used, and the note says why without a path', async () => {
  const vault = await open(undefined, undefined);
  expect(vault.kind).toBe('file');
  expect(vault.note).toBe(
    "Accounts are kept in an encrypted file in the data folder, because the keychain cannot be used (Cannot find module 'keytar'). " +
      'Its key comes from the file vault.key beside it, readable by you only.',
  );
});

test('the note names FUSEBOX_VAULT_KEY when the key comes from there', async () => {
  const vault = await open('file', undefined, { FUSEBOX_VAULT_KEY: 'secret-key' });
  expect(vault.note).toContain('Its key comes from FUSEBOX_VAULT_KEY.');
  await vault.set('a', 'b');
  expect(await readdir(dataDir)).not.toContain('vault.key');
});

test('a keychain that does not answer costs the time limit, then the file is used', async () => {
  const clock = new FakeClock();
  const keychain = new FakeKeychain();
  let asked = () => {};
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  keychain.setPassword = () => {
    asked();
    return new Promise(() => undefined);
  };
  const opening = openVault({ choice: undefined, dataDir, env: {}, loadKeytar: async () => keychain, clock });
  await wasAsked;
  clock.advance(5_000);
  expect((await opening).note).toContain('it did not answer within 5 s; it may be locked');
});

test('a keychain that can be read but not written is not used', async () => {
  const refusing = new FakeKeychain();
  refusing.setPassword = () => Promise.reject(new Error('no default collection'));
  expect((await open(undefined, refusing)).note).toContain('no default collection');
  const forgetful = new FakeKeychain();
  forgetful.getPassword = async () => null;
  expect((await open(undefined, forgetful)).note).toContain('does not return what is stored');
});

test('a keychain that was asked for and does not work is an error, not another vault', async () => {
  await expect(open('keychain', undefined)).rejects.toThrow(
    "The keychain cannot be used: Cannot find module 'keytar'.",
  );
});

test('accounts in the file are not lost from sight when an empty keychain appears', async () => {
  await (await open('file', undefined)).set('account:a', 'value');
  const vault = await open(undefined, new FakeKeychain());
  expect(vault.kind).toBe('file');
  expect(vault.note).toContain('because this data folder already has one and the keychain holds nothing');
  expect(await vault.get('account:a')).toBe('value');
});

test('an unreadable file is not passed over for an empty keychain', async () => {
  await writeFile(join(dataDir, 'vault.json'), 'rubbish');
  const vault = await open(undefined, new FakeKeychain());
  expect(vault.kind).toBe('file');
  await expect(vault.entries()).rejects.toThrow('damaged');
});

test('what a start that was killed left of its probe is cleared away by a later one', async () => {
  const clock = new FakeClock();
  const keychain = new FakeKeychain();
  const start = () => openVault({ choice: 'keychain', dataDir, env: {}, loadKeytar: async () => keychain, clock });
  keychain.callsLeft = 1;
  await expect(start()).rejects.toThrow('killed');
  keychain.callsLeft = Number.POSITIVE_INFINITY;
  expect(keychain.stored.size).toBe(1);
  clock.advance(3_600_000);
  expect(await (await start()).entries()).toEqual(new Map());
  expect(keychain.stored.size).toBe(0);
});

test.each([
  ['linux', true],
  ['darwin', false],
  ['win32', false],
] as const)('on %s, listing and removing under one lock: %s', async (platform, locked) => {
  const keychain = new FakeKeychain();
  const held: Record<'list' | 'delete', boolean[]> = { list: [], delete: [] };
  const note = (what: 'list' | 'delete') => held[what].push(existsSync(join(dataDir, 'locks', 'keychain.lock')));
  const list = keychain.findCredentials.bind(keychain);
  keychain.findCredentials = (service) => {
    note('list');
    return list(service);
  };
  const remove = keychain.deletePassword.bind(keychain);
  keychain.deletePassword = (service, account) => {
    note('delete');
    return remove(service, account);
  };
  const clock = new FakeClock();
  const start = () =>
    openVault({ choice: undefined, dataDir, env: {}, loadKeytar: async () => keychain, clock, platform });
  await (await open('file', undefined)).set('account:file', 'value');
  keychain.stored.set('account:left#1-ab.0', 'of a write that was killed');
  await keychain.setPassword('fusebox', 'account:a', 'fusebox:1:value:a');
  const vault = await start();
  await vault.entries();
  await vault.delete('account:a');
  // The probe's entry, what was left over, the account; the choice of vault, the entries.
  expect(held).toEqual({ delete: [locked, locked, locked], list: [locked, locked] });
  expect([...keychain.stored.keys()]).toEqual([]);
});

test('the probe of another process is no account in the keychain', async () => {
  await (await open('file', undefined)).set('account:a', 'value');
  const keychain = new FakeKeychain();
  keychain.stored.set(`probe#${Date.now().toString(36)}-0123abcd.0`, '0123abcd');
  expect((await open(undefined, keychain)).kind).toBe('file');
});

test('a keychain that another process lists for long is used all the same', async () => {
  const keychain = new FakeKeychain();
  const lock = createFileLock({ folder: join(dataDir, 'locks') });
  const vault = await lock('keychain', () =>
    openVault({ choice: undefined, dataDir, env: {}, loadKeytar: async () => keychain, platform: 'linux' }),
  );
  expect(vault.kind).toBe('keychain');
  // Left for a later start.
  expect([...keychain.stored.keys()]).toEqual([expect.stringMatching(/^probe#/)]);
});

test('memory keeps nothing', async () => {
  const vault = await open('memory', undefined);
  await vault.set('a', 'b');
  expect(await (await open('memory', undefined)).entries()).toEqual(new Map());
  expect(await readdir(dataDir)).toEqual([]);
});
