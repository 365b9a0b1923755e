import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, test } from 'vitest';
import { stubBrowser } from '../desktop/browser-stub.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import type { FakeDeviceService } from '../upstreams/oauth/device-service.ts';
import { startFakeKimi } from '../upstreams/oauth/kimi.ts';
import { picture } from './camera.ts';
import { openStudio, pictureTime, type Studio, type StudioWishes } from './studio.ts';

let anthropic: FakeAnthropic;
let kimi: FakeDeviceService;
let studio: Studio | undefined;

beforeEach(async () => {
  kimi = await startFakeKimi(() => pictureTime);
  anthropic = await startFakeAnthropic({ accounts: [{ email: 'you@work.example' }], now: () => pictureTime });
});

afterEach(async () => {
  await studio?.close();
  studio = undefined;
  await anthropic.close();
  await kimi.close();
});

/** The window of somebody who starts Fusebox for the first time. */
async function begin(wishes: StudioWishes = {}): Promise<{ page: Page; take(name: string): Promise<void> }> {
  const claude = { api: anthropic.url, authorize: anthropic.authorizeUrl, token: anthropic.tokenUrl };
  const endpoints = { claude, kimi: { authorize: kimi.deviceUrl, token: kimi.tokenUrl } };
  const opened = await openStudio({ ...wishes, settings: { endpoints, ...wishes.settings } });
  studio = opened;
  await stubBrowser(opened.app);
  return { page: opened.page, take: (name) => picture(opened.page, opened.place, name) };
}

async function startSignIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add Claude account' }).click();
  await page
    .getByRole('listitem', { name: 'Add Claude account' })
    .getByText(/Waiting( for you)? on port/)
    .waitFor();
}

test('panel-empty', async () => {
  const { page, take } = await begin();
  await page.getByText('No accounts yet').waitFor();
  await take('panel-empty');
});

test('sign-in', async () => {
  const { page, take } = await begin();
  await startSignIn(page);
  await take('sign-in');
  await page.getByRole('button', { name: 'Cancel' }).click();
});

test('sign-in-device', async () => {
  const { page, take } = await begin();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Kimi');
  await page.keyboard.press('Enter');
  await page
    .getByRole('listitem', { name: 'Add Kimi account' })
    .getByText(/Type this code at/)
    .waitFor();
  await take('sign-in-device');
  await page.getByRole('button', { name: 'Cancel' }).click();
});

test('sign-in-key', async () => {
  const { page, take } = await begin();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Claude API key');
  await page.keyboard.press('Enter');
  await page.getByLabel('API key').first().waitFor();
  await take('sign-in-key');
});

test('port-taken', async () => {
  const holder = createServer((socket) => socket.destroy());
  try {
    const { page, take } = await begin({
      async prepare({ port }) {
        holder.listen(port, '127.0.0.1');
        await once(holder, 'listening');
      },
    });
    await page.getByRole('heading', { name: 'Not running' }).waitFor();
    await take('port-taken');
  } finally {
    holder.close();
  }
});

test('settings-problem', async () => {
  const { page, take } = await begin({ settings: { routing: { strategy: 'by-luck' } } });
  await page.getByText('The settings file cannot be used').waitFor();
  await take('settings-problem');
});

test('sign-in-problem', async () => {
  const { page, take } = await begin();
  await startSignIn(page);
  await page.getByRole('textbox').fill('http://localhost:54545/callback?code=x&state=wrong');
  await page.keyboard.press('Enter');
  await page
    .getByText(/does not belong to this sign-in|another sign-in/)
    .first()
    .waitFor();
  await take('sign-in-problem');
  await page.getByRole('button', { name: 'Cancel' }).click();
});

test('stopped', async () => {
  const { page, take } = await begin();
  await page.getByRole('switch', { name: 'Gateway' }).click();
  await page.getByRole('heading', { name: 'Stopped' }).waitFor();
  await take('stopped');
});
