import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { filterRequests, requestRows } from '../window/journeys.ts';
import { launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';
import { pastRequests, writeJournal } from './past-requests.ts';
import { scrollWork } from './scroll-work.ts';

let anthropic: FakeAnthropic;
let place: Place;
let running: RunningApp;
let page: Page;

/** An application with one Claude account, and with the past that `prepare` gives it. */
async function start(prepare: (dataDir: string) => void = () => {}): Promise<void> {
  anthropic = await startFakeAnthropic();
  const api = { api: anthropic.origin, token: anthropic.tokenUrl };
  place = await makePlace({ endpoints: { claude: api }, ampcode: { 'upstream-url': '' } });
  const { accessToken, refreshToken } = anthropic.account;
  const tokens = { access_token: accessToken, refresh_token: refreshToken, expired: '2099-01-01T00:00:00Z' };
  const folder = path.join(place.home, '.cli-proxy-api');
  await mkdir(folder);
  await writeFile(
    path.join(folder, 'claude.json'),
    JSON.stringify({ type: 'claude', email: 'owner@example.com', ...tokens }),
  );
  prepare(place.dataDir);
  running = await launch(place);
  page = await running.window();
  await untilAnswers(place.url, true);
  await page.getByRole('listitem', { name: 'owner@example.com' }).waitFor();
}

async function stop(): Promise<void> {
  await running?.quit();
  await anthropic?.close();
  await place?.remove();
}

async function ask(model: string): Promise<void> {
  const answer = await fetch(`${place.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'user-agent': 'curl/8.0' },
    body: JSON.stringify({ model, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await answer.text();
}

const grid = () => page.getByRole('grid', { name: 'Requests, latest first' });
const rows = () => requestRows(page);
const row = (words: string) => rows().filter({ hasText: words });
const trail = (model: string) => page.getByRole('region', { name: `Request: ${model}` });
const palette = () => page.getByRole('dialog', { name: 'Commands' });
const rail = (name: string) => page.getByRole('navigation').getByRole('link', { name });
/** Playwright's functions run in the page, whose types this project does not have. */
const inPage = <T>(script: string) => page.evaluate<T>(script);

async function command(words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await palette().waitFor();
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  await palette().waitFor({ state: 'detached' });
}

describe('from the first request on', () => {
  beforeAll(() => start());
  afterAll(stop);

  test('an empty page says what will be there and where to point a tool', async () => {
    await rail('Activity').click();
    await page.getByRole('heading', { name: 'No requests yet' }).waitFor();
    await page.getByText('Prompts and answers are not, unless you turn on request-log').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Copy the gateway address' }).click();
    expect(await running.app.evaluate(({ clipboard }) => clipboard.readText())).toContain(place.url);
  });

  test('requests show up as they end, and filters know their tool at once', async () => {
    await ask('claude-sonnet-5');
    await row('claude-sonnet-5').getByText('Served').waitFor();
    await ask('nobodys-model');
    await row('nobodys-model').getByText('Refused · 404').waitFor();
    await page.getByRole('option', { name: 'curl' }).waitFor({ state: 'attached' });
    await page.getByText(/^1 request, \d+ tokens$/).waitFor();
  });

  test('a line of the panel leads to the request with its whole trail', async () => {
    await rail('Panel').click();
    await page.getByRole('link').filter({ hasText: 'claude-sonnet-5' }).click();
    const shown = trail('claude-sonnet-5');
    await shown.getByText('/v1/messages', { exact: true }).waitFor();
    await shown.getByText('Anthropic Messages').waitFor();
    await shown.getByRole('listitem', { name: 'Attempt 1' }).getByText('owner@example.com').waitFor();
    await shown.getByText('First byte').waitFor();
    await shown.getByText('subscription', { exact: true }).waitFor();
    expect(await shown.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  });

  test('a refusal says in words that nobody was asked and why', async () => {
    await row('nobodys-model').click();
    const shown = trail('nobodys-model');
    await shown.getByText('no account serves this model').waitFor();
    await shown.getByText('Nobody was asked.').waitFor();
    await page.keyboard.press('Escape');
    await shown.waitFor({ state: 'detached' });
  });

  test('the palette goes to pages, copies the address and opens accounts, by the keyboard alone', async () => {
    await command('models');
    await page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
    await running.app.evaluate(({ clipboard }) => clipboard.clear());
    await command('copy');
    await expect.poll(() => running.app.evaluate(({ clipboard }) => clipboard.readText())).toContain(place.url);
    await command('owner@');
    const account = page.getByRole('listitem', { name: 'owner@example.com' });
    await account.waitFor();
    await expect.poll(() => account.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
  });

  test('the palette stops and starts the gateway', async () => {
    await command('stop');
    await untilAnswers(place.url, false);
    await page.getByRole('heading', { name: 'Stopped' }).waitFor();
    await command('start');
    await untilAnswers(place.url, true);
  });

  test('the palette adds an account', async () => {
    await rail('Activity').click();
    await command('claude api key');
    await page.getByRole('listitem', { name: 'Add Claude key' }).waitFor();
    await page.getByRole('textbox', { name: 'API key' }).waitFor();
  });

  test('the palette says when nothing fits, and Escape gives the focus back', async () => {
    await rail('Activity').focus();
    await page.keyboard.press('Control+k');
    await palette().getByRole('combobox').fill('zzzz');
    await palette().getByText('No command has these words.').waitFor();
    await page.keyboard.press('Escape');
    await palette().waitFor({ state: 'detached' });
    expect(await rail('Activity').evaluate((link) => link === link.ownerDocument.activeElement)).toBe(true);
  });

  test('the page was quiet', () => {
    expect(running.complaints).toEqual([]);
  });
});

describe('with five thousand requests', () => {
  const count = 5_000;
  const past = pastRequests(count, Date.now());
  const [oldest] = past;

  beforeAll(async () => {
    await start((dataDir) => writeJournal(dataDir, past));
    await rail('Activity').click();
    await rows().first().waitFor();
  });
  afterAll(stop);

  test('only what is in view exists, and scrolling leads to the oldest', async () => {
    await grid().focus();
    await page.keyboard.press('ArrowDown');
    const lastRow = `document.querySelector('[role=grid]').getAttribute('aria-rowcount')`;
    await expect
      .poll(
        async () => {
          await page.keyboard.press('End');
          return inPage<string>(lastRow);
        },
        { timeout: 20_000 },
      )
      .toBe(String(count + 1));
    await page.keyboard.press('End');
    await grid()
      .locator(`[aria-rowindex="${count + 1}"]`)
      .waitFor();
    expect(await rows().count()).toBeLessThan(60);
    await page.keyboard.press('Enter');
    await trail(oldest?.modelAsked ?? '')
      .getByText(oldest?.id ?? '')
      .waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
  });

  test('scrolling leaves most of the time that a frame has at 60 a second', async () => {
    expect(await scrollWork(page, '[role=grid]')).toBeLessThan(10);
  });

  test('arrows move, Enter opens, and with a request open arrows lead on to the next', async () => {
    await grid().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const latest = past.at(-1);
    await trail(latest?.modelAsked ?? '')
      .getByText(latest?.id ?? '')
      .waitFor();
    await grid().focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText(past.at(-2)?.id ?? '').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: /^Request: / }).waitFor({ state: 'detached' });
    expect(await grid().evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
  });

  test('new requests do not move what is being read', async () => {
    await inPage(`document.querySelector('[role=grid]').scrollTop = 1800`);
    const watched = grid().locator('[aria-rowindex="55"]');
    const before = await watched.boundingBox();
    const words = await watched.textContent();
    await ask('claude-haiku-4-5');
    const newer = page.getByRole('button', { name: 'New requests' });
    await newer.waitFor();
    expect(await watched.boundingBox()).toEqual(before);
    expect(await watched.textContent()).toBe(words);
    await newer.click();
    await row('claude-haiku-4-5').first().waitFor();
    expect(await inPage(`document.querySelector('[role=grid]').scrollTop`)).toBe(0);
  });

  test('filters narrow the list down, and can be cleared', () => filterRequests(page));

  test('what the filters mean is exported to the file that the owner names', async () => {
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('gone');
    const file = path.join(place.home, 'requests.json');
    await running.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    }, file);
    await page.getByRole('button', { name: 'Export JSON' }).click();
    const gone = past.filter(({ status }) => status === 499).length;
    await page.getByText(`${gone} requests written to requests.json.`).waitFor();
    expect(JSON.parse(await readFile(file, 'utf8'))).toHaveLength(gone);
    await page.getByRole('button', { name: 'Clear filters' }).click();
  });

  test('charts sum up the time, with a table of the same figures', async () => {
    await rows().first().click();
    await page.getByRole('region', { name: /^Request: / }).waitFor();
    await page.getByRole('tab', { name: 'Usage' }).click();
    await page.getByRole('img', { name: /^Bars: Requests from / }).waitFor();
    await page.getByText('Show as a table').click();
    await page.getByRole('columnheader', { name: 'Amp credits' }).waitFor();
    await page.getByRole('radio', { name: 'Tokens' }).click();
    await page.getByRole('columnheader', { name: 'Cache read' }).waitFor();
    await page.getByRole('radio', { name: 'Model' }).click();
    await page.getByRole('row', { name: /^gemini-3-pro / }).waitFor();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in the %s theme', async (theme) => {
    await running.app.evaluate(({ nativeTheme }, wanted) => {
      nativeTheme.themeSource = wanted;
    }, theme);
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(axe.source);
    const violations = () =>
      inPage<unknown[]>(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))',
      );
    await page.getByRole('tab', { name: 'Usage' }).click();
    await page.getByRole('img', { name: /^Bars: / }).waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole('tab', { name: 'Requests' }).click();
    await rows().nth(2).click();
    await page.getByRole('region', { name: /^Request: / }).waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await palette().waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('the page was quiet', () => {
    expect(running.complaints).toEqual([]);
  });
});
