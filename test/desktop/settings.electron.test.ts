import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { correctNumber } from '../window/journeys.ts';
import { launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';
import { openTrayHost, type TrayHost } from './tray-host.ts';

let host: TrayHost;
let place: Place;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  host = await openTrayHost();
  place = await makePlace({ ampcode: { 'upstream-url': '' }, 'cors-origins': ['https://one.example'] });
  running = await launch(place);
  page = await running.window();
  await untilAnswers(place.url, true);
});

afterAll(async () => {
  await running?.quit();
  await host?.close();
  await place?.remove();
});

const kept = async () => JSON.parse(await readFile(path.join(place.dataDir, 'settings.json'), 'utf8'));
const row = (title: string) => page.getByRole('listitem', { name: title, exact: true });
const group = (name: string) =>
  page.getByRole('navigation', { name: 'Groups of settings' }).getByRole('link', { name });

test('the rail leads to the page from the keyboard, and its groups to their settings', async () => {
  const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' });
  await link.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
  await group('Gateway').focus();
  await page.keyboard.press('Enter');
  await row('Port').getByText('Port to listen on; 0 takes a free one.').waitFor();
  await row('Port').getByText('Default: 8317').waitFor();
});

test('a number that does not fit explains itself in place, and the nearest one is offered', async () => {
  await correctNumber(page, kept);
  await expect.poll(async () => (await kept()).timeouts).toEqual({});
});

test('Escape gives a change up', async () => {
  const field = page.getByRole('textbox', { name: 'Proxy URL' });
  await field.fill('nonsense');
  await page.keyboard.press('Enter');
  await row('Proxy URL').getByText('Must be direct, or an http, https or socks5 URL.').waitFor();
  await field.focus();
  await page.keyboard.press('Escape');
  expect(await field.inputValue()).toBe('');
  expect(await row('Proxy URL').getByRole('alert').count()).toBe(0);
});

/** The system's dialog cannot be operated from here: it answers with this button, and what it showed is kept. */
async function answerDialogs(response: number): Promise<void> {
  await running.app.evaluate(({ dialog }, answer) => {
    dialog.showMessageBox = async (...shown: unknown[]) => {
      Object.assign(globalThis, { shown: shown.at(-1) });
      return { response: answer, checkboxChecked: false };
    };
  }, response);
}

const shownDialog = () => running.app.evaluate(() => Reflect.get(globalThis, 'shown'));

test('an address that tokens would be sent to is changed only after a native dialog, whatever the page asks', async () => {
  await answerDialogs(0);
  const asked = await page.evaluate(
    `fusebox.call('settings.set', { path: ['endpoints', 'claude', 'token'], value: 'https://evil.example' })`,
  );
  expect(asked).toMatchObject({ ok: false, error: { code: 'not_confirmed' } });
  expect(await shownDialog()).toMatchObject({
    type: 'warning',
    detail: expect.stringContaining('endpoints.claude.token\nto https://evil.example'),
    buttons: ['Keep as it is', 'Change address'],
    defaultId: 0,
  });
  expect((await kept()).endpoints).toBeUndefined();
  const field = page.getByRole('textbox', { name: 'Proxy URL' });
  await field.fill('http://proxy.example:3128');
  await page.keyboard.press('Enter');
  await row('Proxy URL').getByText('Nothing was changed: you did not confirm it.').waitFor();
  await answerDialogs(1);
  await field.focus();
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await kept())['proxy-url']).toBe('http://proxy.example:3128');
  await row('Proxy URL')
    .getByRole('button', { name: /^Reset Proxy URL/ })
    .click();
  await expect.poll(async () => (await kept())['proxy-url']).toBeUndefined();
});

test('what does not fit the other settings is refused in words', async () => {
  await page.getByRole('textbox', { name: 'Host', exact: true }).fill('0.0.0.0');
  await page.keyboard.press('Enter');
  await row('Host').getByText('lets other machines connect').waitFor();
  await page.keyboard.press('Escape');
});

test('lists are edited entry by entry', async () => {
  await page.getByRole('textbox', { name: 'New entry: CORS origins' }).fill('https://two.example');
  await page.keyboard.press('Enter');
  await row('CORS origins').getByText('https://two.example').waitFor();
  await page.getByRole('button', { name: 'Remove: https://one.example' }).click();
  await expect.poll(async () => (await kept())['cors-origins']).toEqual(['https://two.example']);
});

test('a key is kept in the vault, asked for by the gateway, and never shown', async () => {
  const key = 'a-local-key-that-nobody-is-shown-wxyz';
  await page.getByRole('textbox', { name: 'New entry: Local API keys' }).fill(key);
  await page.keyboard.press('Enter');
  await row('Local API keys').getByText('Entry 1 · Set, ends in wxyz').waitFor();
  expect(JSON.stringify(await kept())).not.toContain(key);
  const list = (headers: Record<string, string>) => fetch(`${place.url}/v1/models`, { headers });
  expect((await list({})).status).toBe(401);
  expect((await list({ authorization: `Bearer ${key}` })).status).toBe(200);
  expect(await page.content()).not.toContain(key);
  const answer = await page.evaluate(`fusebox.call('settings.get').then((result) => JSON.stringify(result))`);
  expect(answer).not.toContain(key);
  await page.getByRole('button', { name: 'Remove: Entry 1 · Set, ends in wxyz' }).click();
  await expect.poll(async () => (await list({})).status).toBe(200);
});

test('the Amp token is set, replaced and forgotten', async () => {
  await group('Amp').click();
  await page.getByRole('button', { name: 'Set: Amp access token', exact: true }).click();
  await page
    .getByLabel('Amp access token', { exact: true })
    .and(page.getByRole('textbox'))
    .fill('sgamp_user_first_of_them_1234');
  await page.keyboard.press('Enter');
  const token = row('Amp access token');
  await token.getByText('Set, ends in 1234').waitFor();
  await page.getByRole('button', { name: 'Replace: Amp access token' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Forget: Amp access token' }).click();
  await token.getByText('Not set', { exact: true }).waitFor();
});

test('entries with a key are added, edited without showing it, and removed', async () => {
  await group('Provider keys').click();
  await page.getByRole('button', { name: 'Add: Anthropic API keys' }).click();
  const form = page.getByRole('form', { name: 'New entry: Anthropic API keys' });
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('Write something here.').waitFor();
  await form.getByLabel('API key', { exact: true }).fill('sk-ant-api03-of-this-test-only-abcd');
  await form.getByLabel('Prefix').fill('work');
  await form.getByLabel('Models', { exact: true }).fill('claude-opus-4-8 = big');
  await form.getByLabel('Prefix').focus();
  await page.keyboard.press('Enter');
  await page.getByText('work · Set, ends in abcd').waitFor();
  await page.getByRole('button', { name: 'Edit: work · Set, ends in abcd' }).click();
  const again = page.getByRole('form', { name: 'Edit: work · Set, ends in abcd' });
  expect(await again.getByLabel('API key', { exact: true }).inputValue()).toBe('');
  expect(await again.getByLabel('Models', { exact: true }).inputValue()).toBe('claude-opus-4-8 = big');
  await again.getByLabel('Prefix').fill('home');
  await page.keyboard.press('Enter');
  await page.getByText('home · Set, ends in abcd').waitFor();
  await page.getByRole('button', { name: 'Remove: home · Set, ends in abcd' }).click();
  await expect.poll(() => page.getByText('home · Set').count()).toBe(0);
});

test('mappings are edited on their own page', async () => {
  await group('Amp').click();
  expect(await row('Model mappings').getByRole('link', { name: 'Edit on the Models page' }).getAttribute('href')).toBe(
    '#models',
  );
});

test('the search finds settings of every group', async () => {
  await page.getByRole('searchbox', { name: 'Search settings' }).fill('amp credits');
  await page.getByText('First use of Amp credits in a day').waitFor();
  await page.getByText('What may spend Amp credits').waitFor();
  await page.getByRole('searchbox', { name: 'Search settings' }).fill('zebra');
  await page.getByText('No setting matches “zebra”.').waitFor();
  await page.getByRole('searchbox', { name: 'Search settings' }).fill('');
});

test('what runs from its sources says why it cannot update itself, and has no button for it', async () => {
  await group('About').click();
  const about = page.getByRole('region', { name: 'About' });
  await about.getByText(/^Fusebox \d+\.\d+\.\d+/).waitFor();
  await about.getByText('Fusebox runs from its sources. Update them with git.').first().waitFor();
  expect(await about.getByRole('button').count()).toBe(0);
});

test('starting at login is an entry of the autostart folder that starts hidden', async () => {
  await group('Window and tray').click();
  const config = process.env.XDG_CONFIG_HOME ?? path.join(place.home, '.config');
  const file = path.join(config, 'autostart', 'fusebox.desktop');
  await page.getByRole('switch', { name: 'Start at login' }).click();
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain(`--data-dir ${place.dataDir} --hidden\n`);
  await page.getByRole('switch', { name: 'Start at login' }).click();
  await expect
    .poll(() =>
      stat(file).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone');
});

test.each(['light', 'dark'] as const)(
  'the %s theme is put on as wished for, and axe finds nothing in any group',
  async (theme) => {
    await group('Window and tray').click();
    await page.getByRole('combobox', { name: 'Theme' }).selectOption(theme);
    await page.waitForFunction(`matchMedia('(prefers-color-scheme: ${theme})').matches`);
    await page.evaluate(axe.source);
    const links = page.getByRole('navigation', { name: 'Groups of settings' }).getByRole('link');
    for (const link of await links.all()) {
      await link.click();
      const violations = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))',
      );
      expect(violations).toEqual([]);
    }
  },
);

test('the page was quiet', () => {
  expect(running.complaints).toEqual([]);
});
