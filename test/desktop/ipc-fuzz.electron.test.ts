import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answers, launch, makePlace, type Place, preloadFile, type RunningApp, untilAnswers } from './app.ts';

let place: Place;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  place = await makePlace();
  running = await launch(place);
  page = await running.window();
  await untilAnswers(place.url, true);
});

afterAll(async () => {
  await running?.quit();
  await place?.remove();
});

/** The main process is alive, and the owner's page can still call. */
async function stillWorks(): Promise<void> {
  expect(await answers(place.url)).toBe(true);
  expect(await page.evaluate("fusebox.call('state.get')")).toMatchObject({ ok: true });
}

test('arguments of tens of megabytes are refused and leave the application as it was', async () => {
  const codes = await page.evaluate(`(async () => {
    const text = 'x'.repeat(20_000_000);
    const results = [
      await fusebox.call('sign-in.paste', { id: 's', text }),
      await fusebox.call('account.remove', { id: text }),
      await fusebox.call(text),
      await fusebox.call('gateway.use-port', new Uint8Array(100_000)),
    ];
    return results.map((result) => result.error?.code);
  })()`);
  expect(codes).toEqual(['invalid_argument', 'invalid_argument', 'unknown_call', 'invalid_argument']);
  await stillWorks();
});

test('what cannot be sent at all fails in the page', async () => {
  const outcomes = await page.evaluate(`(async () => {
    const circle = {};
    circle.self = circle;
    const tried = [() => 1, Symbol('x'), document.body, new WeakMap(), circle].map(async (argument) => {
      const result = await fusebox.call('gateway.stop', argument);
      return result.error.code;
    });
    return (await Promise.allSettled(tried)).map(({ status, value }) => value ?? status);
  })()`);
  for (const outcome of outcomes as string[]) expect(['rejected', 'invalid_argument']).toContain(outcome);
  await stillWorks();
});

test('thousands of calls at once are all answered', async () => {
  const count = await page.evaluate(`(async () => {
    const calls = Array.from({ length: 5000 }, (_, i) => fusebox.call('account.pause', { id: i, paused: 'no' }));
    return (await Promise.all(calls)).filter((result) => result.error?.code === 'invalid_argument').length;
  })()`);
  expect(count).toBe(5000);
  await stillWorks();
});

test('a frame inside of the page gets no bridge', async () => {
  const found = await page.evaluate(`(async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const bridge = typeof frame.contentWindow.fusebox;
    frame.remove();
    return bridge;
  })()`);
  expect(found).toBe('undefined');
});

test('a frame that had a bridge all the same would be refused, and so would a foreign page in a window of its own', async () => {
  const found = await running.app.evaluate(async ({ BrowserWindow }, preload) => {
    // The settings that our window has not: preload scripts in frames.
    const webPreferences = { preload, sandbox: true, nodeIntegrationInSubFrames: true };
    const stranger = new BrowserWindow({ show: false, webPreferences });
    await stranger.loadURL('fusebox://app/index.html');
    const inFrame: unknown = await stranger.webContents.executeJavaScript(`(async () => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const bridge = frame.contentWindow.fusebox ?? fusebox;
      return bridge.call('gateway.stop');
    })()`);
    stranger.destroy();
    return inFrame;
  }, preloadFile);
  expect(found).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  await stillWorks();
});

test('there is one channel to call, and no other listener', async () => {
  const listeners = await running.app.evaluate(({ ipcMain }) => {
    // Electron's own, for errors of the emitter itself.
    return ipcMain
      .eventNames()
      .map(String)
      .filter((name) => name !== 'error');
  });
  expect(listeners).toEqual([]);
});
