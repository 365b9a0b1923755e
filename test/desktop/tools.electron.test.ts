import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAmp, lookAtAmpPlan } from '../window/journeys.ts';
import { freePort, launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';

let place: Place;
let running: RunningApp;
let page: Page;

const amp = '.config/amp/settings.json';
const before = '{\n  // Mine.\n  "amp.url": "https://ampcode.com",\n  "amp.notifications.enabled": true\n}\n';

const at = (file: string) => path.join(place.home, file);
const read = (file: string) => readFile(at(file), 'utf8');

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(at(file)), { recursive: true });
  await writeFile(at(file), text);
}

beforeAll(async () => {
  place = await makePlace({ ampcode: { 'upstream-url': '' } });
  await write(amp, before);
  await write('.codex/config.toml', 'model = "gpt-5.4"\n');
  await write('.claude/settings.json', '{ "env": }');
  await mkdir(at('.config/Code/User'), { recursive: true });
  // The session that tests run in has folders of its own for these.
  running = await launch(place, { env: { XDG_CONFIG_HOME: at('.config'), XDG_DATA_HOME: at('.local/share') } });
  page = await running.window();
  await untilAnswers(place.url, true);
});

afterAll(async () => {
  await running?.quit();
  await place?.remove();
});

const row = (label: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: label, level: 3 }) });
const button = (name: string) => page.getByRole('button', { name, exact: true });

async function come(back: () => Promise<void>): Promise<void> {
  await back();
  // As when the owner comes back to the window from the program that wrote.
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
}

test('the rail leads to the page, which tells what was found and where', async () => {
  const link = page.getByRole('navigation').getByRole('link', { name: 'Tools' });
  await link.focus();
  await page.keyboard.press('Enter');
  await row('Amp CLI').getByText('Not connected').waitFor();
  await row('Amp CLI').getByText(at(amp)).first().waitFor();
  await row('Claude Code').getByText('is not valid JSON (line 1)').waitFor();
  await page.getByText('Amp Neo', { exact: false }).first().waitFor();
});

test('the exact lines are shown before anything is written, and Escape writes nothing', async () => {
  await lookAtAmpPlan(page, [`  "amp.url": "${place.url}",`, '  "amp.url": "https://ampcode.com",']);
  expect(await read(amp)).toBe(before);
});

test('connecting writes those lines, and the Panel and the file say so', async () => {
  await connectAmp(page);
  await row('Amp CLI')
    .getByText(path.join(place.dataDir, 'tools', 'amp.json'))
    .waitFor();
  expect(await read(amp)).toBe(before.replace('https://ampcode.com', place.url));
  await page.getByRole('navigation').getByRole('link', { name: 'Panel' }).click();
  await page.getByRole('region', { name: 'Tools' }).getByText('Amp CLI').waitFor();
  await page.getByRole('link', { name: 'Connect tools' }).click();
});

test('a file that changes behind the plan is left alone, and the plan is shown anew', async () => {
  await button('Connect: Codex').click();
  await page.getByRole('region', { name: 'This is written: Codex' }).getByText('model_provider = "fusebox"').waitFor();
  await write('.codex/config.toml', 'model_provider = "theirs"\n');
  await button('Connect').click();
  await page.getByRole('alert').getByText('A file has changed since it was looked at').waitFor();
  await page.getByText('model_provider = "theirs"').waitFor();
  expect(await read('.codex/config.toml')).toBe('model_provider = "theirs"\n');
  await button('Cancel').click();
  await page.getByRole('button', { name: 'Dismiss' }).click();
});

test('what somebody else has written is not overwritten before the owner chooses', async () => {
  await come(() => write(amp, before.replace('https://ampcode.com', 'https://theirs.example')));
  await row('Amp CLI').getByText('Changed by someone else').waitFor();
  await button('Put the original back: Amp CLI').click();
  await page.getByText('  "amp.url": "https://theirs.example",').waitFor();
  await button('Restore').click();
  await row('Amp CLI').getByText('Not connected').waitFor();
  expect(await read(amp)).toBe(before);
});

test('their values stay where the owner keeps them', async () => {
  await button('Connect: VS Code').click();
  await button('Connect').click();
  await row('VS Code').getByText('Connected', { exact: true }).waitFor();
  await come(() => write('.config/Code/User/settings.json', '{"amp.url": "https://theirs.example"}'));
  await button('Keep theirs: VS Code').click();
  await row('VS Code').getByText('Not connected').waitFor();
  expect(await read('.config/Code/User/settings.json')).toBe('{"amp.url": "https://theirs.example"}');
});

test('a move of the gateway is offered to connected tools', async () => {
  await button('Connect: Amp CLI').click();
  await button('Connect').click();
  await row('Amp CLI').getByText('Connected', { exact: true }).waitFor();
  const elsewhere = await freePort();
  await page.evaluate(`window.fusebox.call('gateway.use-port', { port: ${elsewhere} })`);
  await row('Amp CLI').getByText('Needs an update').waitFor();
  await button('Update: Amp CLI').click();
  await page.getByText(`  "amp.url": "http://127.0.0.1:${elsewhere}",`).waitFor();
  await button('Connect').click();
  await row('Amp CLI').getByText('Connected', { exact: true }).waitFor();
});

test('lines for anything else are copied by the main process', async () => {
  await button('Copy: OpenAI-compatible').click();
  await page.getByText('Copied', { exact: true }).first().waitFor();
  const copied = await running.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(copied).toMatch(/^export OPENAI_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/v1\nexport OPENAI_API_KEY=fusebox$/);
});

test('axe finds nothing, with a plan open, in light and dark', async () => {
  await button('Connect: Codex').click();
  await page.getByRole('region', { name: 'This is written: Codex' }).waitFor();
  for (const theme of ['light', 'dark'] as const) {
    await running.app.evaluate(({ nativeTheme }, wanted) => {
      nativeTheme.themeSource = wanted;
    }, theme);
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate('axe.run()')) as { violations: { id: string; nodes: unknown[] }[] };
    expect(violations.map(({ id, nodes }) => [id, JSON.stringify(nodes).slice(0, 400)])).toEqual([]);
  }
});

test('the page was quiet', () => {
  expect(running.complaints).toEqual([]);
});
