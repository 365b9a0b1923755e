import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';
import { pastRequests, writeJournal } from './past-requests.ts';

const email = 'owner@example.com';
let anthropic: FakeAnthropic;
let place: Place;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  anthropic = await startFakeAnthropic({ usageCalls: 0 });
  place = await makePlace({ endpoints: { claude: { api: anthropic.origin, token: anthropic.tokenUrl } } });
  const folder = path.join(place.home, '.cli-proxy-api');
  await mkdir(folder);
  const { accessToken, refreshToken } = anthropic.account;
  const tokens = { access_token: accessToken, refresh_token: refreshToken, expired: '2099-01-01T00:00:00Z' };
  await writeFile(path.join(folder, 'claude.json'), JSON.stringify({ type: 'claude', email, ...tokens }));
  writeJournal(place.dataDir, pastRequests(60, Date.now()));
  running = await launch(place);
  page = await running.window();
  await untilAnswers(place.url, true);
  await page.getByRole('listitem', { name: email }).waitFor();
  // Its headers tell what is left, for the meters.
  await page.evaluate(`fusebox.call('state.get').then(({ value }) =>
    fusebox.call('account.test', { id: value.accounts[0].id }))`);
  await page.getByRole('listitem', { name: email }).getByText('88 %').waitFor();
  await page.evaluate(axe.source);
});

afterAll(async () => {
  await running?.quit();
  await anthropic?.close();
  await place?.remove();
});

const addresses = ['panel', 'activity', 'models', 'tools', 'settings/desktop', 'settings/about'];

async function go(address: string): Promise<void> {
  await page.evaluate(`location.hash = '${address}'`);
  const name = { panel: 'Panel', activity: 'Activity', models: 'Models', tools: 'Tools' }[address] ?? 'Settings';
  await page.getByRole('navigation', { name: 'Pages' }).locator('[aria-current=page]', { hasText: name }).waitFor();
  await page.locator('main').getByRole('heading').or(page.getByRole('tab')).first().waitFor();
}

/** Resolves when the page has been painted with it. */
async function show(media: Parameters<Page['emulateMedia']>[0]): Promise<void> {
  await page.emulateMedia(media);
  await page.evaluate('new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))');
}

/** A computed style of an element. */
const styleOf = (element: Locator, property: string) =>
  element.evaluate((it, name) => it.ownerDocument.defaultView?.getComputedStyle(it).getPropertyValue(name), property);

const violations = () =>
  page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))',
  );

describe.each(['light', 'dark'] as const)('with the %s theme', (colorScheme) => {
  test.each(addresses)(
    'axe finds nothing on %s, with more contrast and with the system’s own colours',
    async (address) => {
      await go(address);
      await show({ colorScheme, contrast: 'more', forcedColors: 'none' });
      expect(await page.evaluate("matchMedia('(prefers-contrast: more)').matches")).toBe(true);
      expect(await violations()).toEqual([]);
      await show({ colorScheme, contrast: 'no-preference', forcedColors: 'active' });
      expect(await page.evaluate("matchMedia('(forced-colors: active)').matches")).toBe(true);
      expect(await violations()).toEqual([]);
    },
  );
});

describe('with the system’s own colours', () => {
  beforeAll(() => page.emulateMedia({ colorScheme: 'dark', contrast: 'no-preference', forcedColors: 'active' }));

  test('meters keep their frame, their filling and their tick', async () => {
    await go('panel');
    const track = page.getByRole('listitem', { name: email }).getByRole('meter').first().locator('..');
    expect(await styleOf(track, 'outline-style')).toBe('solid');
    const [filling, canvas] = [track.locator('div').first(), page.locator('body')];
    expect(await styleOf(filling, 'background-color')).not.toBe(await styleOf(canvas, 'background-color'));
    expect(await styleOf(track.locator('div').nth(1), 'background-color')).not.toBe(
      await styleOf(filling, 'background-color'),
    );
  });

  test('a switch that is on looks different from one that is off', async () => {
    const account = page.getByRole('switch', { name: `Use ${email}` });
    const on = await styleOf(account, 'background-color');
    await account.click();
    await page.getByRole('listitem', { name: email }).getByText('Paused').waitFor();
    expect(await styleOf(account, 'background-color')).not.toBe(on);
    await account.click();
  });

  test('the page that is shown, the tab that is chosen and the menu’s place have a frame', async () => {
    await go('activity');
    const current = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Activity' });
    const other = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Tools' });
    const framed = async (element: Locator) => (await styleOf(element, 'outline-style')) === 'solid';
    expect([await framed(current), await framed(other)]).toEqual([true, false]);
    expect(await framed(page.getByRole('tab', { name: 'Requests' }))).toBe(true);
    expect(await framed(page.getByRole('tab', { name: 'Usage' }))).toBe(false);
    await page.getByRole('tab', { name: 'Usage' }).click();
    expect(await framed(page.getByRole('radio', { name: 'Requests' }))).toBe(true);
    await go('panel');
    await page.getByRole('button', { name: `More for ${email}` }).click();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => framed(page.locator('[role=menuitem][data-highlighted]'))).toBe(true);
    await page.keyboard.press('Escape');
  });

  test('what has the focus shows it', async () => {
    const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Tools' });
    await page.keyboard.press('Tab');
    await link.focus();
    expect(await styleOf(link, 'outline-width')).toBe('3px');
  });

  test('icons take the colour of their text', async () => {
    const icon = page.getByRole('listitem', { name: email }).locator('p svg').first();
    expect(await styleOf(icon, 'color')).toBe(await styleOf(icon.locator('..'), 'color'));
  });
});

test('the page was quiet', () => {
  expect(running.complaints).toEqual([]);
});
