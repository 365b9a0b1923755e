import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import keytar from 'keytar';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keychainService } from '../../main/accounts/keychain-vault.ts';
import { FUSES, readFuses } from '../../scripts/package/fuses.mjs';
import { type LocalServer, listenLocally } from '../upstreams/local-server.ts';
import { appEnvironment, makePlace, type Place, untilAnswers } from './app.ts';
import {
  listArchive,
  type PackedApp,
  packApp,
  type RunningPackage,
  readArchived,
  startPacked,
} from './packaged-app.ts';
import { openTrayHost, type TrayHost, type TrayItem } from './tray-host.ts';

// Packing and starting take some 10 seconds on two cores; other work may share them.
const packingLimitMs = 120_000;
const token = 'sk-ant-oat01-packaged-test';

const email = 'me@example.com';
let packed: PackedApp;
let place: Place;
let host: TrayHost;
let item: TrayItem;
let running: RunningPackage;
let page: Page;
let feed: LocalServer;
let appImage: string;
let evil: string;

beforeAll(async () => {
  packed = await packApp();
  place = await makePlace({ ampcode: { 'upstream-url': '' } });
  [feed, host] = await Promise.all([openFeed(), openTrayHost()]);
  appImage = path.join(place.home, 'Fusebox.AppImage');
  await writeFile(appImage, 'the old version');
  const credentials = path.join(place.home, '.cli-proxy-api');
  await mkdir(credentials);
  const account = { type: 'claude', email, access_token: token, refresh_token: 'r', expired: '2099' };
  await writeFile(
    path.join(credentials, 'claude.json'),
    JSON.stringify({ ...account, expired: '2099-01-01T00:00:00Z' }),
  );
  evil = path.join(place.home, 'evil');
  await writeFile(`${evil}.cjs`, `require('fs').writeFileSync(${JSON.stringify(evil)}, '')`);
  const env = {
    ...appEnvironment(place),
    APPIMAGE: appImage,
    // None of these may have an effect: fuses.
    ELECTRON_RUN_AS_NODE: '1',
    NODE_OPTIONS: `--require=${evil}.cjs`,
  };
  running = await startPacked(packed, place, env, ['--inspect=0']);
  item = await host.item();
  page = await running.window();
}, packingLimitMs);

afterAll(async () => {
  running?.kill();
  await running?.ended;
  await forgetAccount();
  await host?.close();
  await feed?.close();
  await place?.remove();
  await packed?.remove();
});

/** The session's keychain is that of all tests: none may find this account. */
async function forgetAccount(): Promise<void> {
  const kept = await keytar.findCredentials(keychainService);
  const own = kept.filter(({ account, password }) => account.includes(email) || password.includes(token));
  for (const { account } of own) await keytar.deletePassword(keychainService, account);
}

/** What would be the new AppImage: it says that it was started. */
const nextVersion = Buffer.from('#!/bin/sh\necho started >"$HOME/started"\n');

/** A server of updates with one newer version, whose address goes into the package as a build would put it there. */
async function openFeed(): Promise<LocalServer> {
  const sha512 = createHash('sha512').update(nextVersion).digest('base64');
  const url = 'fusebox-9.9.9-linux-x86_64.AppImage';
  const files = [{ url, sha512, size: nextVersion.length }];
  const releaseNotes = '<ul><li>Answers sooner</li></ul>';
  const offer = { version: '9.9.9', files, path: url, sha512, releaseNotes };
  const server = await listenLocally({
    async request(request, response) {
      // JSON is YAML too.
      if (request.url?.startsWith('/latest-linux.yml')) response.end(JSON.stringify(offer));
      else if (request.url?.startsWith(`/${url}`)) response.end(nextVersion);
      else response.writeHead(404).end();
    },
  });
  const config = { provider: 'generic', url: server.origin, updaterCacheDirName: 'fusebox-updater' };
  await writeFile(path.join(packed.resources, 'app-update.yml'), JSON.stringify(config));
  return server;
}

const labels = async () => (await item.menu()).map(({ label }) => label);

test('the fuses of the executable are set', async () => {
  const wanted = Object.fromEntries(FUSES.map(({ name, on }) => [name, on]));
  expect(await readFuses(packed.executable)).toEqual(wanted);
  expect(wanted).toMatchObject({ RunAsNode: false, OnlyLoadAppFromAsar: true, EnableNodeCliInspectArguments: false });
});

test('neither the environment nor an option makes it a plain Node, loads code or opens an inspector', async () => {
  await untilAnswers(place.url, true);
  expect(existsSync(evil)).toBe(false);
  expect(running.log()).not.toContain('Debugger listening');
});

test('only what runs is inside: no sources, tests or maps, and natives only outside of the archive', async () => {
  const files = await listArchive(path.join(packed.resources, 'app.asar'));
  const known = [
    /^package\.json$/,
    /^dist\/(electron|journal-worker)\.js$/,
    /^dist\/preload\.cjs$/,
    /^dist\/chunks\/[\w.-]+\.js$/,
    /^dist\/renderer\/(index\.html|assets\/[\w.-]+\.(js|css|woff2|svg|png))$/,
    /^assets\/(icon|linux\/[\w@-]+)\.png$/,
    /^node_modules\/(libsql|keytar|@libsql\/linux-\w+-gnu|@neon-rs\/load)\/([\w./-]+\.(js|node|json)|LICENSE(\.md)?)$/,
    /^node_modules\/libsql\/node_modules\/detect-libc\/LICENSE$/,
  ];
  expect(files.filter(({ path: name }) => !known.some((pattern) => pattern.test(name)))).toEqual([]);
  expect(files.filter(({ path: name }) => /(^|\/)(test|tests|src)\/|\.tsx?$|\.map$/.test(name))).toEqual([]);
  expect(files.filter(({ unpacked }) => unpacked).map(({ path: name }) => path.basename(name))).toEqual([
    'keytar.node',
    'index.node',
  ]);
  expect(files.filter(({ secured }) => !secured)).toEqual([]);
});

test('it is as small as its parts allow', async () => {
  const megabyte = 1_000_000;
  const files = await listArchive(path.join(packed.resources, 'app.asar'));
  const own = files.reduce((sum, { size }) => sum + size, 0);
  // Without Electron, whose size is not ours; libsql has 10 MB of it.
  expect(own).toBeLessThan(22 * megabyte);
  expect(await packed.size()).toBeLessThan(330 * megabyte);
});

test('its manifest has nothing of development', async () => {
  const manifest = JSON.parse(await readArchived(path.join(packed.resources, 'app.asar'), 'package.json'));
  expect(manifest).toMatchObject({ name: 'fusebox', main: 'dist/electron.js', desktopName: 'fusebox.desktop' });
  for (const key of ['devDependencies', 'scripts', 'knip', 'overrides', 'bin'])
    expect(manifest[key] ?? null).toBeNull();
});

test('tray and window come up, and the gateway serves', async () => {
  const menu = await item.untilMenu(([first]) => first?.startsWith('Running') ?? false);
  expect(menu).toContain(`Running on 127.0.0.1:${place.port}`);
  expect(page.url()).toBe('fusebox://app/');
  await page.getByRole('heading', { name: 'Running' }).waitFor();
});

test('the real keychain has the account’s token', async () => {
  await page.getByText(email).first().waitFor();
  const state = await page.evaluate("fusebox.call('state.get')");
  expect(state).toMatchObject({ ok: true, value: { vault: { kind: 'keychain' } } });
  const kept = await keytar.findCredentials(keychainService);
  expect(kept.map(({ password }) => password).join('\n')).toContain(token);
  expect(JSON.stringify(state)).not.toContain(token);
});

test('requests are written to the journal on the disk', async () => {
  const body = JSON.stringify({ model: 'gpt-9', max_tokens: 1, messages: [] });
  const answer = await fetch(`${place.url}/v1/messages`, { method: 'POST', body });
  await answer.text();
  const id = answer.headers.get('x-fusebox-request-id') ?? '';
  const found: unknown = await page.evaluate(
    `Promise.all([fusebox.call('journal.record', { id: '${id}' }), fusebox.call('state.get')])`,
  );
  expect(found).toMatchObject([
    { ok: true, value: { id, modelAsked: 'gpt-9' } },
    { ok: true, value: { journal: { kind: 'file' } } },
  ]);
  expect(existsSync(path.join(place.dataDir, 'journal.db'))).toBe(true);
});

test('an update is found when asked for, and not downloaded before that is asked for too', async () => {
  await page.evaluate("location.hash = 'settings/about'");
  await page.getByText('Fusebox looks for a newer version only when asked.').waitFor();
  await page.getByRole('button', { name: 'Check for updates' }).click();
  await page.getByRole('region', { name: 'What is new in 9.9.9' }).getByText('• Answers sooner').waitFor();
  await item.untilMenu((lines) => lines.includes('Download Fusebox 9.9.9'));
  const state = await page.evaluate("fusebox.call('state.get')");
  expect(state).toMatchObject({ value: { update: { status: 'available', version: '9.9.9' } } });
  await page.getByRole('button', { name: 'Download 9.9.9' }).click();
  await page.getByText('Version 9.9.9 is downloaded and checked.').waitFor();
  await item.untilMenu((lines) => lines.includes('Restart with Fusebox 9.9.9'));
  expect(await readFile(appImage, 'utf8')).toBe('the old version');
  expect(await labels()).not.toContain('Check for updates…');
});

test('installing it ends this version and starts the new one', async () => {
  const button = page.getByRole('button', { name: 'Restart to install' });
  await button.click().catch((error: Error) => {
    // The window may be gone before Playwright has heard that its press was taken.
    if (!error.message.includes('has been closed')) throw error;
  });
  expect(await running.ended).toBe(0);
  expect(await readFile(appImage)).toEqual(nextVersion);
  await expect.poll(() => existsSync(path.join(place.home, 'started')), { timeout: 10_000 }).toBe(true);
});
