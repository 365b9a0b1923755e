import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { launch, makePlace, type Place, type RunningApp } from './app.ts';
import { stubNotices } from './notice-stub.ts';
import { openTrayHost, type TrayHost } from './tray-host.ts';

let host: TrayHost;
let anthropic: FakeAnthropic;
let place: Place;
let running: RunningApp;

beforeEach(async () => {
  host = await openTrayHost();
  anthropic = await startFakeAnthropic();
  place = await makePlace({ endpoints: { claude: { api: anthropic.origin, token: anthropic.tokenUrl } } });
  await mkdir(path.join(place.home, '.cli-proxy-api'));
  running = await launch(place, { args: ['--hidden'] });
});

afterEach(async () => {
  await running.quit();
  await anthropic.close();
  await host.close();
  await place.remove();
});

test('a notice opens a window that was never open, with the account in focus', async () => {
  const notices = await stubNotices(running);
  const tokens = {
    access_token: 'sk-ant-oat01-dead',
    refresh_token: 'sk-ant-ort01-dead',
    expired: '2020-01-01T00:00:00Z',
  };
  const file = path.join(place.home, '.cli-proxy-api', 'claude.json');
  await writeFile(file, JSON.stringify({ type: 'claude', email: 'late@example.com', ...tokens }));
  await expect.poll(notices.titles, { timeout: 20_000 }).toEqual(['late@example.com needs a new sign-in']);
  await notices.click();
  const row = (await running.window()).getByRole('listitem', { name: 'late@example.com' });
  await expect.poll(() => row.evaluate((it) => it === it.ownerDocument.activeElement)).toBe(true);
});
