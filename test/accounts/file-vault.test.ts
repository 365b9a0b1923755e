import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileLock } from '../../main/accounts/file-lock.ts';
import { FileVault } from '../../main/accounts/file-vault.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusebox-vault-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (passphrase?: string) =>
  new FileVault({
    dataDir: folder,
    lock: createFileLock({ folder: join(folder, 'locks') }),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
const file = (name = 'vault.json') => join(folder, name);

for (const passphrase of [undefined, 'correct horse battery staple']) {
  test(`values come back in a new process with ${passphrase ? 'FUSEBOX_VAULT_KEY' : 'the key file'}`, async () => {
    await open(passphrase).set('account:a', 'töken 🙂');
    await open(passphrase).set('account:b', 'other');
    await open(passphrase).delete('account:b');
    expect(await open(passphrase).entries()).toEqual(new Map([['account:a', 'töken 🙂']]));
    expect(await open(passphrase).get('account:b')).toBeUndefined();
  });
}

test('an empty folder is an empty vault, and reading writes nothing', async () => {
  expect(await open().entries()).toEqual(new Map());
  expect(await readdir(folder)).toEqual([]);
});

test('the file shows neither values nor names, and only the owner may read it and its key', async () => {
  await open().set('account:someone@example.com', 'sk-ant-oat01-secret');
  const text = await readFile(file(), 'utf8');
  expect(text).not.toMatch(/someone|sk-ant/);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect((await stat(file('vault.key'))).mode & 0o777).toBe(0o600);
});

test('a key file that others may read is closed to them', async () => {
  await open().set('a', 'b');
  const key = await readFile(file('vault.key'));
  await rm(file('vault.key'));
  await writeFile(file('vault.key'), key, { mode: 0o644 });
  expect(await open().get('a')).toBe('b');
  expect((await stat(file('vault.key'))).mode & 0o777).toBe(0o600);
});

async function expectRefusal(vault: FileVault, message: RegExp): Promise<void> {
  const before = await readFile(file(), 'utf8');
  await expect(vault.entries()).rejects.toThrow(message);
  await expect(vault.set('account:b', 'new')).rejects.toThrow(message);
  await expect(vault.delete('account:a')).rejects.toThrow(message);
  expect(await readFile(file(), 'utf8')).toBe(before);
}

test('a wrong key is an error that destroys nothing', async () => {
  await open('right').set('account:a', 'value');
  await expectRefusal(open('wrong'), /FUSEBOX_VAULT_KEY is not the key/);
  expect(await open('right').get('account:a')).toBe('value');
});

test('a missing key is an error that says which one', async () => {
  await open('right').set('account:a', 'value');
  await expectRefusal(open(), /set FUSEBOX_VAULT_KEY/);
});

test('a lost key file is an error, and no new key is made', async () => {
  await open().set('account:a', 'value');
  await rm(file('vault.key'));
  await expectRefusal(open(), /vault\.key is missing/);
  expect(await readdir(folder)).not.toContain('vault.key');
});

test('a key file is not replaced by FUSEBOX_VAULT_KEY behind the owner’s back', async () => {
  await open().set('account:a', 'value');
  await expectRefusal(open('new'), /unset that variable/);
});

test('a change to any field of the file is noticed', async () => {
  await open('key').set('account:a', 'value');
  const original = JSON.parse(await readFile(file(), 'utf8'));
  const flipped = (text: string) => {
    const bytes = Buffer.from(text, 'base64');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    return bytes.toString('base64');
  };
  for (const field of ['data', 'iv', 'tag', 'salt']) {
    await writeFile(file(), JSON.stringify({ ...original, [field]: flipped(original[field]) }));
    await expectRefusal(open('key'), /cannot be decrypted/);
  }
  await writeFile(file(), JSON.stringify({ ...original, tag: original.tag.slice(0, 8) }));
  await expectRefusal(open('key'), /cannot be decrypted/);
});

test('files that are cut, empty, or of a newer version are refused and left alone', async () => {
  await open('key').set('account:a', 'value');
  const text = await readFile(file(), 'utf8');
  for (const [content, message] of [
    [text.slice(0, 40), /damaged/],
    ['', /damaged/],
    [text.replace('"version":1', '"version":2'), /newer Fusebox/],
  ] as const) {
    await writeFile(file(), content);
    await expectRefusal(open('key'), message);
  }
});

test('several writers of one folder lose nothing', async () => {
  const vaults = [open(), open(), open()];
  await Promise.all(
    Array.from({ length: 30 }, (_, index) => vaults[index % 3]?.set(`account:${index}`, `value ${index}`)),
  );
  const entries = await open().entries();
  expect(entries.size).toBe(30);
  expect(entries.get('account:17')).toBe('value 17');
});

test('what a crash left half-written is ignored and cleared away by the next write', async () => {
  await open().set('account:a', 'value');
  await writeFile(file('vault.json.c9f7ba44-fb38-4e8b-8cf2-5f1b0bdc2b0c.tmp'), '{"half');
  expect(await open().get('account:a')).toBe('value');
  await open().set('account:b', 'value');
  expect((await readdir(folder)).sort()).toEqual(['locks', 'vault.json', 'vault.key']);
});
