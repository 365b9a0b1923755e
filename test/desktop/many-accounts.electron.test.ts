import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';
import { scrollWork } from './scroll-work.ts';

const count = 200;
let anthropic: FakeAnthropic;
let place: Place;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  anthropic = await startFakeAnthropic();
  const keys = Array.from({ length: count }, (_, index) => ({
    'api-key': `${anthropic.apiKey}-${index}`,
    'base-url': anthropic.origin,
  }));
  place = await makePlace();
  const file = path.join(place.dataDir, 'config.yaml');
  await writeFile(file, JSON.stringify({ port: place.port, 'claude-api-key': keys })); // JSON is YAML
  running = await launch(place, { args: ['--config', file] });
  page = await running.window();
  await untilAnswers(place.url, true);
});

afterAll(async () => {
  await running?.quit();
  await anthropic?.close();
  await place?.remove();
});

test('two hundred accounts are shown', async () => {
  await page.getByText(`${count} accounts, ${count} can serve`).waitFor();
  await expect.poll(() => page.getByRole('switch', { name: /^Use / }).count()).toBe(count);
});

test('scrolling through them leaves most of the time that a frame has at 60 a second', async () => {
  expect(await scrollWork(page, 'main')).toBeLessThan(10);
});
