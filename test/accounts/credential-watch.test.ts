import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AccountStore } from '../../main/accounts/account-store.ts';
import { type CredentialWatch, createCredentialWatch } from '../../main/accounts/credential-watch.ts';
import { MemoryVault } from '../../main/accounts/vault.ts';
import { type Clock, systemClock } from '../../main/clock.ts';

/** The real clock with short waits: events come from the file system, so they cannot be faked. */
const quick: Clock = { now: systemClock.now, after: (ms, task) => systemClock.after(Math.min(ms, 20), task) };

let root: string;
let folder: string;
let store: AccountStore;
let watch: CredentialWatch;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fusebox-watch-'));
  folder = join(root, 'credentials');
  store = await AccountStore.open({ vault: new MemoryVault(), report: () => {} });
  watch = newWatch();
});

afterEach(async () => {
  await watch.close();
  await rm(root, { recursive: true, force: true });
});

function newWatch(): CredentialWatch {
  return createCredentialWatch({
    folder,
    memoryFile: join(root, 'memory.json'),
    store,
    clock: quick,
    log: { info: () => {}, warn: () => {} },
    onChange: () => {},
  });
}

const credential = (email: string, token = `at-${email}`, more: object = {}) =>
  JSON.stringify({ type: 'claude', email, access_token: token, refresh_token: `rt-${token}`, ...more });

async function save(name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.new`), text);
  await rename(join(folder, `${name}.new`), join(folder, name));
}

const labels = () => store.list().map(({ label, withdrawn }) => (withdrawn ? `(${label})` : label));
const eventually = <T>(look: () => T, wanted: T) =>
  vi.waitFor(() => expect(look()).toEqual(wanted), { timeout: 5_000, interval: 10 });

test('files that are there at the start are taken over, and their originals offered for deletion', async () => {
  await save('claude-ada.json', credential('ada@example.com'));
  await watch.start();
  expect(labels()).toEqual(['ada@example.com']);
  expect(watch.originals()).toEqual(['claude-ada.json']);
  expect(await readFile(join(root, 'memory.json'), 'utf8')).not.toContain('at-ada');
});

test('a folder that appears later, new files and changed ones are followed', async () => {
  await watch.start();
  await save('a.json', credential('ada@example.com'));
  await eventually(labels, ['ada@example.com']);
  await save('b.json', credential('bob@example.com', 'one'));
  await eventually(labels, ['ada@example.com', 'bob@example.com']);
  await save('b.json', credential('bob@example.com', 'two'));
  await eventually(() => store.secretOf('claude:bob@example.com').accessToken, 'two');
}, 10_000);

test('deleting a file takes its account out of rotation, keeps the tokens, and its return undoes it', async () => {
  await save('a.json', credential('ada@example.com'));
  await watch.start();
  await rm(join(folder, 'a.json'));
  await eventually(labels, ['(ada@example.com)']);
  expect(store.secretOf('claude:ada@example.com').refreshToken).toBe('rt-at-ada@example.com');
  await save('a.json', credential('ada@example.com'));
  await eventually(labels, ['ada@example.com']);
});

test('a file deleted while nothing ran is noticed at the next start', async () => {
  await save('a.json', credential('ada@example.com'));
  await watch.start();
  await watch.close();
  await rm(join(folder, 'a.json'));
  watch = newWatch();
  await watch.start();
  expect(labels()).toEqual(['(ada@example.com)']);
});

test('a broken file is named with its reason, the others go on, and it is taken once it is whole', async () => {
  await save('bad.json', '{"type":"claude","access_token":"hunter2"');
  await save('good.json', credential('ada@example.com'));
  await watch.start();
  expect(watch.broken()).toEqual([{ file: 'bad.json', reason: 'it is not valid JSON' }]);
  expect(labels()).toEqual(['ada@example.com']);
  await save('bad.json', credential('bob@example.com'));
  await eventually(labels, ['ada@example.com', 'bob@example.com']);
  await eventually(() => watch.broken().length, 0);
});

test('a half-written change never withdraws the account', async () => {
  await save('a.json', credential('ada@example.com'));
  await watch.start();
  await writeFile(join(folder, 'a.json'), '{"type":"cla');
  await eventually(() => watch.broken().length, 1);
  expect(labels()).toEqual(['ada@example.com']);
});

test('an account that moved to another file stays', async () => {
  await save('a.json', credential('ada@example.com'));
  await watch.start();
  await watch.close();
  await rename(join(folder, 'a.json'), join(folder, 'renamed.json'));
  watch = newWatch();
  await watch.start();
  expect(labels()).toEqual(['ada@example.com']);
});

test('originals are deleted only when the owner says so, the accounts stay, and the question is not asked again', async () => {
  await save('a.json', credential('ada@example.com'));
  await watch.start();
  await watch.settleOriginals(true);
  expect(await readdir(folder)).toEqual([]);
  expect(watch.originals()).toEqual([]);
  await watch.close();
  watch = newWatch();
  await watch.start();
  expect(labels()).toEqual(['ada@example.com']);
  await save('b.json', credential('bob@example.com'));
  await eventually(labels, ['ada@example.com', 'bob@example.com']);
  expect(watch.originals()).toEqual([]);
});

test('a folder that is gone for a while, or another folder, withdraws nothing', async () => {
  await save('a.json', credential('ada@example.com'));
  await watch.start();
  await watch.close();
  await rename(folder, `${folder}-elsewhere`);
  watch = newWatch();
  await watch.start();
  expect(labels()).toEqual(['ada@example.com']);
  await watch.close();
  folder = join(root, 'another');
  await save('b.json', credential('bob@example.com'));
  watch = newWatch();
  await watch.start();
  expect(labels()).toEqual(['ada@example.com', 'bob@example.com']);
});
