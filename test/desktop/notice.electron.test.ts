import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { launch, makePlace, type Place, type RunningApp } from './app.ts';
import { stubNotices } from './notice-stub.ts';
import { openTrayHost, type TrayHost } from './tray-host.ts';

let host: TrayHost;
let anthropic: FakeAnthropic;
let place: Place;
let running: RunningApp;

async function start(desktop: Record<string, unknown> = {}): Promise<void> {
  host = await openTrayHost();
  anthropic = await startFakeAnthropic();
  place = await makePlace({ desktop, endpoints: { claude: { api: anthropic.origin, token: anthropic.tokenUrl } } });
  await mkdir(path.join(place.home, '.cli-proxy-api'));
  running = await launch(place, { args: ['--hidden'] });
}

afterEach(async () => {
  await running.quit();
  await anthropic.close();
  await host.close();
  await place.remove();
});

/** As it would be found in the folder that is followed: with tokens that no longer work. */
async function addSignedOutAccount(): Promise<void> {
  const tokens = {
    access_token: 'sk-ant-oat01-dead',
    refresh_token: 'sk-ant-ort01-dead',
    expired: '2020-01-01T00:00:00Z',
  };
  const file = path.join(place.home, '.cli-proxy-api', 'claude.json');
  await writeFile(file, JSON.stringify({ type: 'claude', email: 'late@example.com', ...tokens }));
}

const focused = async (name: string) => {
  const row = (await running.window()).getByRole('listitem', { name });
  return row.evaluate((it) => it === it.ownerDocument.activeElement);
};

test('a notice opens a window that was never open, with the account in focus', async () => {
  await start();
  const notices = await stubNotices(running);
  await addSignedOutAccount();
  await expect.poll(notices.titles, { timeout: 20_000 }).toEqual(['late@example.com needs a new sign-in']);
  await notices.click();
  await expect.poll(() => focused('late@example.com')).toBe(true);
});

test('an owner who hides addresses sees them neither in the notice nor in the window', async () => {
  await start({ 'hide-emails': true });
  const notices = await stubNotices(running);
  await addSignedOutAccount();
  await expect.poll(notices.titles, { timeout: 20_000 }).toEqual(['l•••@e•••.com needs a new sign-in']);
  await notices.click();
  await expect.poll(() => focused('l•••@e•••.com')).toBe(true);
  expect(await (await running.window()).content()).not.toContain('late@example.com');
});
