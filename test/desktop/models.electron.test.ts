import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rateLimited } from '../upstreams/anthropic/replies.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { writeModelRules, writtenRules } from '../window/journeys.ts';
import { launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';

let anthropic: FakeAnthropic;
let place: Place;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  anthropic = await startFakeAnthropic();
  const api = { api: anthropic.origin, token: anthropic.tokenUrl };
  place = await makePlace({ endpoints: { claude: api }, ampcode: { 'upstream-url': '' } });
  await mkdir(path.join(place.home, '.cli-proxy-api'));
  running = await launch(place);
  page = await running.window();
  await untilAnswers(place.url, true);
});

afterAll(async () => {
  await running?.quit();
  await anthropic?.close();
  await place?.remove();
});

const row = (id: string) => page.getByRole('row').filter({ has: page.getByText(id, { exact: false }) });
const nameField = () => page.getByRole('combobox', { name: 'Model name' });
const settings = async () => JSON.parse(await readFile(path.join(place.dataDir, 'settings.json'), 'utf8'));

/** As the owner's credential file would be found in the folder that is followed. */
async function addAccount(): Promise<void> {
  const { accessToken, refreshToken } = anthropic.account;
  const tokens = { access_token: accessToken, refresh_token: refreshToken, expired: '2099-01-01T00:00:00Z' };
  const file = path.join(place.home, '.cli-proxy-api', 'claude.json');
  await writeFile(file, JSON.stringify({ type: 'claude', email: 'owner@example.com', ...tokens }));
}

function ask(model: string): Promise<Response> {
  return fetch(`${place.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }),
  });
}

test('the rail leads to the page from the keyboard, and it says what to do while there is nothing', async () => {
  const link = page.getByRole('navigation').getByRole('link', { name: 'Models' });
  await link.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
  expect(await link.getAttribute('aria-current')).toBe('page');
  await page.getByText('No account serves models yet').waitFor();
});

test('models show up with their limits, thinking and who serves them', async () => {
  await addAccount();
  const opus = row('claude-opus-4-8');
  await opus.getByText('owner@example.com').waitFor();
  await opus.getByText('1M context').waitFor();
  await opus.getByText('128k output').waitFor();
  await opus.getByText('low, medium, high, xhigh, max').waitFor();
  await opus.getByText('Claude, ready').waitFor();
});

test('the search narrows them down, and offers to try a name that nobody has', async () => {
  const search = page.getByRole('searchbox', { name: 'Search models' });
  await search.fill('haiku owner@');
  await expect.poll(() => page.getByRole('row').count()).toBe(3);
  await search.fill('gpt-5');
  await page.getByText('No account offers “gpt-5”.').waitFor();
  await page.getByRole('button', { name: 'Try it: gpt-5' }).click();
  await page.getByText('Refused:').waitFor();
  await search.fill('');
});

test('trying a model explains where it would go, as the command does', async () => {
  await row('claude-sonnet-4-6').getByRole('button', { name: 'Try it: claude-sonnet-4-6' }).click();
  await page.getByText('One attempt:').waitFor();
  await page.getByText('Claude · claude-sonnet-4-6 · the only account that serves this model').waitFor();
  expect(await nameField().inputValue()).toBe('claude-sonnet-4-6');
});

test('a mapping, an alias and a chain are kept in the settings and hold at once', async () => {
  await writeModelRules(page);
  expect(await settings()).toMatchObject(writtenRules);
  await nameField().fill('gpt-5');
  await page.keyboard.press('Enter');
  await page.getByText('Mapped to claude-opus-4-8 by gpt-5 → claude-opus-4-8.').waitFor();
  await page.getByText('Claude · claude-haiku-4-5-20251001 · in the chain of claude-opus-4-8').waitFor();
  expect((await ask('quick')).status).toBe(200);
});

test('a rule is edited in its place, given up with Escape, and removed', async () => {
  await page.getByRole('button', { name: 'Edit gpt-5 → claude-opus-4-8' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Edit gpt-5 → claude-opus-4-8' }).click();
  await page.getByRole('textbox', { name: 'Served is' }).fill('');
  await page.keyboard.press('Enter');
  await page.getByText('Write something here.').waitFor();
  await page.getByRole('textbox', { name: 'Served is' }).fill('claude-sonnet-5');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove gpt-5 → claude-sonnet-5' }).click();
  await page.getByText('None yet. Amp’s requests are served as it asks.').waitFor();
  expect((await settings()).ampcode['model-mappings']).toEqual([]);
});

test('a pattern that cannot be used is refused in words, and nothing is kept', async () => {
  await page.getByRole('button', { name: 'Add: Mappings for Amp' }).click();
  await page.getByRole('textbox', { name: 'Amp asks for' }).fill('gpt-(');
  await page.getByRole('textbox', { name: 'Served is' }).fill('claude-opus-4-8');
  await page.getByRole('checkbox', { name: 'The left side is a regular expression' }).check();
  await page.keyboard.press('Enter');
  const form = page.getByRole('form', { name: 'Add: Mappings for Amp' });
  await form.getByRole('alert').getByText('not a valid regular expression').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect((await settings()).ampcode['model-mappings']).toEqual([]);
});

test('a model that cools down says until when', async () => {
  anthropic.script(rateLimited('unified-5h', 3600, Date.now()));
  expect((await ask('claude-sonnet-5')).status).toBe(429);
  await row('claude-sonnet-5')
    .getByText(/Claude, cooling until \d\d:\d\d/)
    .waitFor();
});

test.each(['light', 'dark'] as const)('axe finds nothing in the %s theme', async (theme) => {
  await running.app.evaluate(({ nativeTheme }, wanted) => {
    nativeTheme.themeSource = wanted;
  }, theme);
  await page.emulateMedia({ colorScheme: theme });
  const opened = await page.getByRole('form', { name: 'Add: Aliases' }).count();
  if (opened === 0) await page.getByRole('button', { name: 'Add: Aliases' }).click();
  await page.evaluate(axe.source);
  const violations = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))',
  );
  expect(violations).toEqual([]);
});

test('the page was quiet', () => {
  expect(running.complaints).toEqual([]);
});
