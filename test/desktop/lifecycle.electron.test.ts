import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { gate } from '../upstreams/gate.ts';
import {
  answers,
  appArguments,
  appEnvironment,
  electronPath,
  launch,
  makePlace,
  type Place,
  type RunningApp,
  untilAnswers,
} from './app.ts';
import { openTrayHost } from './tray-host.ts';

let place: Place;
let running: RunningApp | undefined;
const endings: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  place = await makePlace();
});

afterEach(async () => {
  await running?.quit().catch(() => {});
  running = undefined;
  for (const end of endings.splice(0)) await end();
  await place.remove();
});

async function withTray(): Promise<void> {
  const host = await openTrayHost();
  endings.push(() => host.close());
}

const windowIsShown = (app: RunningApp) =>
  app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((window) => window.isVisible()));

/** The question cannot be clicked from here: it is answered with the button of this index. */
const nextAnswer = (app: RunningApp, response: number) =>
  app.app.evaluate(({ dialog }, index) => {
    dialog.showMessageBox = async () => ({ response: index, checkboxChecked: false });
  }, response);

const closeTheWindow = (app: RunningApp) =>
  app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

/** Answers before the window closes, since the application may end with it. */
const closeTheLastWindow = (app: RunningApp) =>
  app.app.evaluate(({ BrowserWindow }) => {
    setImmediate(() => BrowserWindow.getAllWindows()[0]?.close());
  });

test('quitting lets a request in flight end, takes no new ones, and exits with 0', async () => {
  const anthropic = await startFakeAnthropic();
  endings.push(() => anthropic.close());
  const hold = gate();
  anthropic.script({ kind: 'message', text: 'late', delivery: { beforeHead: hold } });
  const file = path.join(place.dataDir, 'config.yaml');
  const keys = [{ 'api-key': anthropic.apiKey, 'base-url': anthropic.origin }];
  await writeFile(file, JSON.stringify({ port: place.port, 'claude-api-key': keys })); // JSON is YAML
  running = await launch(place, { args: ['--config', file] });
  await untilAnswers(place.url, true);
  const answer = fetch(`${place.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await hold.reached;
  const ended = running.quit();
  await untilAnswers(place.url, false);
  hold.open();
  const response = await answer;
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('late');
  expect(await ended).toBe(0);
});

test('a second start shows the window of the first and ends', async () => {
  await withTray();
  running = await launch(place, { args: ['--hidden'] });
  await untilAnswers(place.url, true);
  expect(await windowIsShown(running)).toBe(false);
  const second = spawn(electronPath(), appArguments(place), { env: appEnvironment(place), stdio: 'ignore' });
  expect((await once(second, 'exit'))[0]).toBe(0);
  const page = await running.window();
  await page.getByRole('heading', { name: 'Running' }).waitFor();
  expect(await windowIsShown(running)).toBe(true);
});

test('SIGTERM stops the gateway and exits with 0', async () => {
  running = await launch(place);
  await untilAnswers(place.url, true);
  running.app.process().kill('SIGTERM');
  expect(await running.ended).toBe(0);
  expect(await answers(place.url)).toBe(false);
});

test('where no tray is, a hidden start opens the window all the same, and closing it asks before it quits', async () => {
  running = await launch(place, { args: ['--hidden'] });
  await running.window();
  expect(await windowIsShown(running)).toBe(true);
  const [keepRunning, quit, cancel] = [0, 1, 2];
  await nextAnswer(running, cancel);
  await closeTheWindow(running);
  expect(await answers(place.url)).toBe(true);
  await nextAnswer(running, keepRunning);
  await closeTheWindow(running);
  expect(await answers(place.url)).toBe(true);
  await nextAnswer(running, quit);
  await closeTheLastWindow(running);
  expect(await running.ended).toBe(0);
});

test('where a tray is, closing the window quits when the owner wants that', async () => {
  await withTray();
  const file = path.join(place.dataDir, 'settings.json');
  await writeFile(file, JSON.stringify({ port: place.port, desktop: { close: 'quit' } }));
  running = await launch(place);
  await running.window();
  await closeTheLastWindow(running);
  expect(await running.ended).toBe(0);
});

test('an option that cannot be used ends the start with one sentence', async () => {
  const args = appArguments(place, { args: ['--vault', 'drawer'] });
  const child = spawn(electronPath(), args, { env: appEnvironment(place), stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  expect((await once(child, 'exit'))[0]).toBe(1);
  expect(said).toContain('--vault must be keychain, file or memory');
});

test('a page whose process dies comes back, and the gateway never stops', async () => {
  running = await launch(place);
  const page = await running.window();
  await untilAnswers(place.url, true);
  const loaded = running.app.evaluate(
    ({ BrowserWindow }) =>
      new Promise<boolean>((resolve) =>
        BrowserWindow.getAllWindows()[0]?.webContents.once('did-finish-load', () => resolve(true)),
      ),
  );
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  await running.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  );
  await crashed;
  expect(await loaded).toBe(true);
  expect(await answers(place.url)).toBe(true);
});
