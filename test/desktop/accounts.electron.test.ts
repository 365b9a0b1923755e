import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errors } from '../upstreams/anthropic/errors.ts';
import { fails } from '../upstreams/anthropic/replies.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';

const email = 'owner@example.com';
let anthropic: FakeAnthropic;
let place: Place;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  // Nothing is known of quota until a request has been served.
  anthropic = await startFakeAnthropic({ usageCalls: 0 });
  const api = { api: anthropic.origin, token: anthropic.tokenUrl };
  place = await makePlace({ endpoints: { claude: api }, ampcode: { 'upstream-url': '' } });
  // A folder that is made later is found too, but only after half a minute.
  await mkdir(path.join(place.home, '.cli-proxy-api'));
  await start();
});

afterAll(async () => {
  await running?.quit();
  await anthropic?.close();
  await place?.remove();
});

/** With the real keychain of the test's session. */
async function start(): Promise<void> {
  running = await launch(place, { vault: 'keychain' });
  page = await running.window();
  await untilAnswers(place.url, true);
}

const row = () => page.getByRole('listitem').filter({ hasText: email });
const inUse = () => row().getByRole('switch', { name: `Use ${email}` });

/** Imports by the button. The system's dialog cannot be operated from here: it answers with this folder, or as cancelled. */
async function importFrom(folder: string | undefined): Promise<void> {
  await running.app.evaluate(({ dialog }, chosen) => {
    const asked = new Promise<void>((resolve) => {
      dialog.showOpenDialog = async () => {
        resolve();
        return { canceled: chosen === undefined, filePaths: chosen ? [chosen] : [] };
      };
    });
    Object.assign(globalThis, { asked });
  }, folder);
  await page.getByRole('button', { name: 'Import accounts' }).click();
  await running.app.evaluate(() => Reflect.get(globalThis, 'asked'));
}

const ask = () =>
  fetch(`${place.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }),
  });

async function credentialFolder(): Promise<string> {
  const folder = path.join(place.home, 'credentials');
  await mkdir(folder, { recursive: true });
  const { accessToken, refreshToken } = anthropic.account;
  const tokens = { access_token: accessToken, refresh_token: refreshToken, expired: '2099-01-01T00:00:00Z' };
  await writeFile(path.join(folder, 'claude.json'), JSON.stringify({ type: 'claude', email, ...tokens }));
  await writeFile(path.join(folder, 'other.json'), JSON.stringify({ type: 'unheard-of' }));
  return folder;
}

test('the empty window says what to do, and a cancelled import changes nothing', async () => {
  await page.getByText('No accounts yet').waitFor();
  await importFrom(undefined);
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await page.getByText('No accounts yet').isVisible()).toBe(true);
});

test('an imported account shows up with unknown quota, and what was left out is said', async () => {
  await importFrom(await credentialFolder());
  await row().getByText('Ready').waitFor();
  await page.getByText('Imported 1 account.').waitFor();
  await page.getByText(/other\.json: .*unheard-of/).waitFor();
  expect(await row().getByText('not reported').isVisible()).toBe(true);
});

test('a served request fills the meters and the list of last requests', async () => {
  expect((await ask()).status).toBe(200);
  await row().getByText('88 %').waitFor();
  await row().getByText('66 %').waitFor();
  expect(await row().getByRole('meter').first().getAttribute('aria-valuetext')).toBe('88 % left');
  await page.getByRole('listitem').filter({ hasText: 'claude-sonnet-5' }).waitFor();
});

test('exact reset times open from the keyboard', async () => {
  await row()
    .getByRole('group', { name: `Quota of ${email}` })
    .focus();
  await page
    .getByRole('tooltip')
    .getByText(/88 % left · resets \d\d:\d\d/)
    .waitFor();
  await page.keyboard.press('Escape');
});

const choose = async (item: string) => {
  await row()
    .getByRole('button', { name: `More for ${email}` })
    .click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('a test sends one tiny request and tells how it went, with the whole trail one click away', async () => {
  const before = anthropic.requests.length;
  await choose('Test');
  await row()
    .getByText(/^Answered in .* with claude-haiku-4-5/)
    .waitFor();
  expect(anthropic.requests.slice(before).filter(({ path: asked }) => asked.startsWith('/v1/messages'))).toHaveLength(
    1,
  );
  await row().getByRole('link', { name: 'Show the whole trail' }).click();
  await page.getByText('its owner tests this account').first().waitFor();
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Panel' }).click();
});

test('a test that fails gives the provider’s words, and is put away by the keyboard', async () => {
  anthropic.script(fails(errors.rateLimit('You are over your limit.'), { 'retry-after': '600' }));
  await choose('Test');
  await row()
    .getByText(/^Did not answer: You are over your limit\.$/)
    .waitFor();
  await page.getByRole('button', { name: `Dismiss the test of ${email}` }).focus();
  await page.keyboard.press('Enter');
  await row().getByText('Did not answer').waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe(`More for ${email}`);
  await choose('Reset cooldown');
});

test('the row switch pauses the account for real', async () => {
  await inUse().click();
  await row().getByText('Paused', { exact: true }).waitFor();
  const before = anthropic.requests.length;
  expect((await ask()).status).not.toBe(200);
  expect(anthropic.requests.length).toBe(before);
});

test('account, pause and window place are still there after a restart, out of the real keychain', async () => {
  await running.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 60, width: 800, height: 500 }),
  );
  expect(await running.quit()).toBe(0);
  expect(running.complaints).toEqual([]);
  await start();
  await row().getByText('Paused', { exact: true }).waitFor();
  expect(await inUse().getAttribute('aria-checked')).toBe('false');
  const bounds = await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
  expect(bounds).toMatchObject({ x: 40, y: 60, width: 800, height: 500 });
  await inUse().click();
  await row().getByText('Ready').waitFor();
  expect((await ask()).status).toBe(200);
});

test('a removed account is gone after a restart', async () => {
  await row()
    .getByRole('button', { name: `More for ${email}` })
    .click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByText('No accounts yet').waitFor();
  await running.quit();
  expect(running.complaints).toEqual([]);
  await start();
  await page.getByText('No accounts yet').waitFor();
});

test('files in the followed folder become accounts, a broken one is named, and the originals are deleted when the owner says so', async () => {
  const folder = path.join(place.home, '.cli-proxy-api');
  const file = path.join(folder, 'claude-followed.json');
  await writeFile(path.join(folder, 'broken.json'), '{');
  const tokens = { access_token: 'sk-ant-oat01-followed', refresh_token: 'sk-ant-ort01-followed' };
  await writeFile(file, JSON.stringify({ type: 'claude', email: 'followed@example.com', ...tokens }));
  await page.getByRole('listitem', { name: 'followed@example.com' }).getByText('Ready').waitFor();
  await page.getByText('A credential file cannot be used').click();
  await page.getByText(/^broken\.json: /).waitFor();
  await page.getByText('A credential file still holds tokens in the clear').waitFor();
  await page.getByRole('button', { name: 'Delete the file' }).click();
  await expect.poll(() => existsSync(file)).toBe(false);
  await page.getByText('still holds tokens in the clear').waitFor({ state: 'detached' });
  await page.getByRole('listitem', { name: 'followed@example.com' }).getByText('Ready').waitFor();
});

test('no token reached the log or the page', async () => {
  const { accessToken, refreshToken } = anthropic.account;
  const state = JSON.stringify(await page.evaluate("fusebox.call('state.get')"));
  for (const secret of [accessToken, refreshToken]) {
    expect(running.log()).not.toContain(secret);
    expect(state).not.toContain(secret);
  }
});
