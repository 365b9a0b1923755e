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
});

afterAll(async () => {
  await running?.quit();
  await place?.remove();
});

const gatewaySwitch = () => page.getByRole('switch', { name: 'Gateway' });

test('a start opens the window and serves at the address it shows', async () => {
  await untilAnswers(place.url, true);
  await page.getByRole('heading', { name: 'Running' }).waitFor();
  expect(await page.getByText(place.url).first().isVisible()).toBe(true);
});

test('Copy puts the address on the clipboard', async () => {
  await running.app.evaluate(({ clipboard }) => clipboard.clear());
  await page.getByRole('button', { name: 'Copy the gateway address' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await running.app.evaluate(({ clipboard }) => clipboard.readText())).toBe(place.url);
});

test('the switch stops the listener and starts it again', async () => {
  await gatewaySwitch().click();
  await page.getByRole('heading', { name: 'Stopped' }).waitFor();
  expect(await answers(place.url)).toBe(false);
  await gatewaySwitch().click();
  await page.getByRole('heading', { name: 'Running' }).waitFor();
  expect(await answers(place.url)).toBe(true);
});

test('the switch works from the keyboard and says what it did', async () => {
  await gatewaySwitch().focus();
  await page.keyboard.press('Space');
  await page.getByRole('status').filter({ hasText: 'Gateway: Stopped' }).waitFor();
  expect(await gatewaySwitch().getAttribute('aria-checked')).toBe('false');
  await page.keyboard.press('Space');
  await page.getByRole('status').filter({ hasText: 'Gateway: Running' }).waitFor();
});

test('the page reaches no network, not even the gateway', async () => {
  expect(await answers(place.url)).toBe(true);
  // As text, because the types of a page are not those of Node.
  const outcome = await page.evaluate(`(async () => {
    const failed = (attempt) => attempt.then(() => 'reached', () => 'refused');
    const socket = new WebSocket('${place.url.replace('http', 'ws')}');
    const connected = new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
    const image = new Image();
    const seen = new Promise((resolve, reject) => Object.assign(image, { onload: resolve, onerror: reject }));
    image.src = '${place.url}/healthz';
    return Promise.all([failed(fetch('${place.url}/healthz')), failed(connected), failed(seen)]);
  })()`);
  expect(outcome).toEqual(['refused', 'refused', 'refused']);
});

test('a page without a policy would be cut off from network and files all the same', async () => {
  const outcomes = await running.app.evaluate(async ({ BrowserWindow }, url) => {
    // A window each: the end of one load would be taken for that of the next.
    const load = (address: string) => {
      const stranger = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
      const loaded = stranger.loadURL(address).then(
        () => 'loaded',
        (error: Error) => error.message.split(' ')[0],
      );
      return loaded.finally(() => stranger.destroy());
    };
    return [await load(`${url}/healthz`), await load('file:///etc/hostname')];
  }, place.url);
  expect(outcomes).toEqual(['ERR_BLOCKED_BY_CLIENT', 'ERR_BLOCKED_BY_CLIENT']);
});

test('the page has no Node, no permissions and no second window', async () => {
  const found = await page.evaluate(`(async () => ({
    node: typeof require + typeof process,
    bridge: Object.keys(fusebox).sort(),
    opened: window.open('https://example.com') !== null,
    camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'given', () => 'refused'),
    notifications: Notification.permission,
  }))()`);
  expect(found).toEqual({
    node: 'undefinedundefined',
    bridge: ['call', 'onReveal', 'onState'],
    opened: false,
    camera: 'refused',
    notifications: 'denied',
  });
});

test('the page runs no code but its own files: nothing inline, nothing from text', async () => {
  const found = await page.evaluate(`(async () => {
    // Until here the debugger's own permission to evaluate text holds.
    await new Promise((resolve) => setTimeout(resolve));
    const run = (code) => {
      const script = document.createElement('script');
      script.textContent = code;
      document.head.append(script);
      script.remove();
    };
    const image = document.createElement('img');
    image.setAttribute('onerror', 'globalThis.handled = true');
    const errored = new Promise((resolve) => image.addEventListener('error', resolve));
    image.src = 'data:image/png;base64,x';
    run('globalThis.inlined = true');
    let evaluated = 'ran';
    try {
      new Function('return 1')();
    } catch (error) {
      evaluated = error.name;
    }
    await errored;
    return [evaluated, globalThis.inlined, globalThis.handled];
  })()`);
  expect(found).toEqual(['EvalError', undefined, undefined]);
});

test('calls with a wrong name or argument are refused', async () => {
  const codes = await page.evaluate(async () => {
    const bridge = Reflect.get(globalThis, 'fusebox') as {
      call(name: unknown, argument?: unknown): Promise<{ ok: boolean; error?: { code: string } }>;
    };
    const results = await Promise.all([
      bridge.call('gateway.use-port', { port: '8080' }),
      bridge.call('gateway.use-port', { port: 70_000 }),
      bridge.call('gateway.use-port', { port: 8080, host: '0.0.0.0' }),
      bridge.call('account.pause', { id: '', paused: true }),
      bridge.call('gateway.stop', { now: true }),
      bridge.call('vault.read'),
      bridge.call('constructor'),
      bridge.call({ name: 'state.get' }),
    ]);
    return results.map((result) => (result.ok ? 'accepted' : result.error?.code));
  });
  expect(codes).toEqual([...Array(5).fill('invalid_argument'), ...Array(3).fill('unknown_call')]);
  expect(await answers(place.url)).toBe(true);
});

test('another window with the same preload script and page may not call', async () => {
  const result = await running.app.evaluate(async ({ BrowserWindow }, preload) => {
    const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await stranger.loadURL('fusebox://app/index.html');
    const answer: unknown = await stranger.webContents.executeJavaScript("fusebox.call('gateway.stop')");
    stranger.destroy();
    return answer;
  }, preloadFile);
  expect(result).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  expect(await answers(place.url)).toBe(true);
});

test('paths outside of the pages are not served', async () => {
  const statuses = await running.app.evaluate(async ({ session }) => {
    const ask = async (address: string) => (await session.defaultSession.fetch(address)).status;
    return Promise.all([
      ask('fusebox://app/index.html'),
      ask('fusebox://app/%2e%2e/electron.js'),
      ask('fusebox://other/index.html'),
    ]);
  });
  expect(statuses).toEqual([200, 404, 404]);
});

test('nothing in the window broke its policy or complained', async () => {
  // Everything that was refused on purpose above is expected; a defect of our own pages would be another line.
  const expected =
    /127\.0\.0\.1:\d+|example\.com|Failed to load resource|inline (script|event handler)|unsafe-eval|ERR_INVALID_URL/;
  expect(running.complaints.filter((line) => !expected.test(line))).toEqual([]);
  expect(running.complaints.join('\n'), 'the refused fetch is seen here').toContain('Content Security Policy');
});

// Last, because Playwright waits for ever for the navigation that is refused here.
test('the page cannot be led to another address', async () => {
  const address = await running.app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const refused = new Promise((resolve) =>
      contents?.once('will-frame-navigate', (event) => setImmediate(() => resolve(event.defaultPrevented))),
    );
    await contents?.executeJavaScript("void (location.href = 'https://example.com/')");
    return { refused: await refused, now: contents?.getURL() };
  });
  expect(address).toEqual({ refused: true, now: 'fusebox://app/' });
});
