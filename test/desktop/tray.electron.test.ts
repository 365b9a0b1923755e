import { afterAll, beforeAll, expect, test } from 'vitest';
import { answers, launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';
import { stubBrowser } from './browser-stub.ts';
import { openTrayHost, type TrayHost, type TrayItem } from './tray-host.ts';

let host: TrayHost;
let place: Place;
let running: RunningApp;
let item: TrayItem;

beforeAll(async () => {
  host = await openTrayHost();
  place = await makePlace();
  running = await launch(place, { args: ['--hidden'] });
  item = await host.item();
});

afterAll(async () => {
  await running?.quit().catch(() => {});
  await host?.close();
  await place?.remove();
});

const shownWindows = () =>
  running.app.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows().filter((window) => window.isVisible()).length,
  );

test('started hidden where a tray is, there is an icon and no window, and the gateway serves', async () => {
  await untilAnswers(place.url, true);
  expect(await item.property('Status')).toBe('Active');
  expect(await shownWindows()).toBe(0);
});

test('the menu says where it runs and offers only what applies', async () => {
  // While the request of the test before ends, it offers to stop the gateway too.
  const labels = await item.untilMenu((shown) => shown[0]?.startsWith('Running') === true && shown.at(-1) === 'Quit');
  // Tools are offered where this machine has any.
  expect(labels.filter((label) => label !== 'Tools')).toEqual([
    `Running on 127.0.0.1:${place.port}`,
    'Stop gateway',
    'Copy local URL',
    'Add account',
    'Open Fusebox',
    'Settings…',
    'Quit',
  ]);
  const lines = await item.menu();
  expect(lines.filter((line) => !line.separator && !line.enabled).map((line) => line.label)).toEqual([labels[0]]);
  expect(await item.tooltip()).toContain(`running on 127.0.0.1:${place.port}`);
});

test('Stop gateway closes the listener, Start gateway opens it', async () => {
  await item.click('Stop gateway');
  await untilAnswers(place.url, false);
  const stopped = await item.untilMenu((labels) => labels.includes('Start gateway'));
  expect(stopped[0]).toBe('Stopped');
  expect(stopped).not.toContain('Stop gateway');
  await item.click('Start gateway');
  await untilAnswers(place.url, true);
  await item.untilMenu((labels) => labels.includes('Stop gateway'));
});

test('Copy local URL puts the address on the clipboard', async () => {
  await running.app.evaluate(({ clipboard }) => clipboard.clear());
  await item.click('Copy local URL');
  await expect.poll(() => running.app.evaluate(({ clipboard }) => clipboard.readText())).toBe(place.url);
});

test('Add account lists the ways, and starts a sign-in that the window shows', async () => {
  const browser = await stubBrowser(running);
  const submenu = (await item.menu()).find(({ label }) => label === 'Add account')?.items.map(({ label }) => label);
  expect(submenu).toContain('Claude (API key)');
  expect(submenu?.at(-1)).toBe('Import accounts…');
  await item.click('Add account', 'Claude');
  expect(new URL(await browser.opened()).origin).toBe('https://claude.ai');
  const page = await running.window();
  await page.getByRole('listitem', { name: 'Add Claude account' }).getByRole('button', { name: 'Cancel' }).click();
  expect(await shownWindows()).toBe(1);
  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
});

test('Import accounts… asks for a folder and tells what came of it', async () => {
  await running.app.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] });
    const told = new Promise((resolve) => {
      dialog.showMessageBox = async (options: unknown) => {
        resolve(options);
        return { response: 0, checkboxChecked: false };
      };
    });
    Object.assign(globalThis, { told });
  }, place.home);
  await item.click('Add account', 'Import accounts…');
  const told = await running.app.evaluate(() => Reflect.get(globalThis, 'told'));
  expect(told).toMatchObject({
    message: 'No account was imported.',
    detail: expect.stringContaining('the folder holds no .json files'),
  });
});

test('Open Fusebox shows the window, and closing the window only hides it', async () => {
  await item.click('Open Fusebox');
  const page = await running.window();
  await page.getByRole('heading', { name: 'Running' }).waitFor();
  expect(await shownWindows()).toBe(1);
  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(shownWindows).toBe(0);
  expect(await answers(place.url)).toBe(true);
});

test('Settings… leads to the settings', async () => {
  await item.click('Settings…');
  const page = await running.app.firstWindow();
  await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Panel' }).click();
  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(shownWindows).toBe(0);
});

test('a hidden window that is opened again shows what happened meanwhile', async () => {
  await item.click('Stop gateway');
  await item.untilMenu((labels) => labels.includes('Start gateway'));
  await item.click('Open Fusebox');
  const page = await running.window();
  await page.getByRole('heading', { name: 'Stopped' }).waitFor();
});

test('Quit ends the application with code 0', async () => {
  await item.click('Quit');
  expect(await running.ended).toBe(0);
  expect(await answers(place.url)).toBe(false);
});
