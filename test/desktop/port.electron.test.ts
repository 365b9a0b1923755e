import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';

let place: Place;
let holder: Server;
let running: RunningApp;

beforeEach(async () => {
  place = await makePlace();
  holder = createServer((socket) => socket.destroy()).listen(place.port, '127.0.0.1');
  await once(holder, 'listening');
  running = await launch(place);
});

afterEach(async () => {
  await running.quit();
  holder.close();
  await place.remove();
});

test('a taken port is named with its holder, and the offered port works and is remembered', async () => {
  const page = await running.window();
  await page.getByRole('heading', { name: 'Not running' }).waitFor();
  await page.getByText(`Port ${place.port} is taken by`).waitFor();
  const offer = page.getByRole('button', { name: /^Use port \d+$/ });
  const port = Number((await offer.textContent())?.replace(/\D/g, ''));
  expect(port).toBeGreaterThan(place.port);
  await offer.click();
  await page.getByRole('heading', { name: 'Running' }).waitFor();
  await untilAnswers(`http://127.0.0.1:${port}`, true);
  const kept: unknown = JSON.parse(await readFile(path.join(place.dataDir, 'settings.json'), 'utf8'));
  expect(kept).toMatchObject({ port });
  expect(running.complaints).toEqual([]);
});

test('once the holder is gone, trying again takes the port', async () => {
  const page = await running.window();
  const again = page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  holder.close();
  await again.click();
  await page.getByRole('heading', { name: 'Running' }).waitFor();
  await untilAnswers(place.url, true);
});
