// Runs on a desktop of its own (see desktop.mjs): opens the window some times, closes it, and watches the application rest.
// Arguments: an empty folder, the stand-in's address, how many clicks, seconds of rest. Writes figures.json there.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { _electron as electron } from 'playwright-core';

const [folder = '', upstream = '', clicks = '', seconds = ''] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(folder, 'home');
const accountCount = 10;
/** Run in the page: resolves to the time when it is seen with what it has to show. */
const painted = `new Promise((resolve) => {
  const look = () =>
    document.querySelector('[role=switch]') && document.visibilityState === 'visible'
      ? requestAnimationFrame(() => resolve(Date.now()))
      : setTimeout(look, 5);
  look();
})`;
/** What follows a start, such as reading limits, is over by then. */
const settleMs = 20_000;

const trayFile = new URL('../node_modules/.cache/fusebox/bench-desktop/tray-host.mjs', import.meta.url);
const { openTrayHost } = /** @type {typeof import('../test/desktop/tray-host.ts')} */ (await import(trayFile.href));
prepare();
const starts = [];
const cold = [];
const warm = [];
let idle = { cpuMs: 0, overMs: 1 };
for (let start = 0; start < Math.max(1, Math.round(Number(clicks) / 2)); start += 1) {
  const began = Date.now();
  const shown = await launch([]);
  starts.push((await untilPainted(shown)) - began);
  await quit(shown);
  const host = await openTrayHost();
  const app = await launch(['--hidden']);
  await host.item();
  cold.push(await click(app));
  if (start === 0) {
    for (let again = 0; again < Number(clicks); again += 1) {
      await close(app);
      await wait(300);
      warm.push(await click(app));
    }
    await close(app);
    await wait(settleMs);
    idle = await rest(app.process().pid ?? 0, Number(seconds));
  }
  await quit(app);
  await host.close();
}
writeFileSync(join(folder, 'figures.json'), JSON.stringify({ start: starts, cold, warm, idle }));

/** Settings, and credential files of some accounts at the stand-in. */
function prepare() {
  const credentials = join(home, '.cli-proxy-api');
  mkdirSync(credentials, { recursive: true });
  mkdirSync(join(folder, 'data'));
  const endpoints = { claude: { api: upstream, token: `${upstream}/v1/oauth/token` } };
  const settings = { port: 18_317, endpoints, ampcode: { 'upstream-url': '' } };
  writeFileSync(join(folder, 'data', 'settings.json'), JSON.stringify(settings));
  for (let number = 0; number < accountCount; number += 1) {
    const email = `user-${number}@example.com`;
    const tokens = { access_token: `sk-ant-oat01-${number}`, refresh_token: 'r', expired: '2099-01-01T00:00:00Z' };
    writeFileSync(join(credentials, `${number}.json`), JSON.stringify({ type: 'claude', email, ...tokens }));
  }
}

/**
 * Starts it, at login without its window.
 * @param {string[]} args
 */
async function launch(args) {
  // Chromium's sandbox does not work for root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await electron.launch({
    ...(process.env.FUSEBOX_ELECTRON ? { executablePath: process.env.FUSEBOX_ELECTRON } : {}),
    args: [...sandbox, root, '--data-dir', join(folder, 'data'), '--vault', 'memory', ...args],
    env: /** @type {Record<string, string>} */ ({ ...process.env, HOME: home }),
    cwd: root,
    colorScheme: null,
  });
  return app;
}

/** @param {import('playwright-core').ElectronApplication} app */
async function quit(app) {
  const closed = app.waitForEvent('close');
  // It may be gone before it can answer.
  await app.evaluate(({ app: main }) => setImmediate(() => main.quit())).catch(() => {});
  await closed;
}

/**
 * When the page has painted, in ms since the Unix epoch.
 * @param {import('playwright-core').ElectronApplication} app
 * @returns {Promise<number>}
 */
async function untilPainted(app) {
  const page = await app.firstWindow();
  return Number(await page.evaluate(painted));
}

/**
 * What a click on the icon does, and how long it takes until the page has painted what it has to show, in ms.
 * @param {import('playwright-core').ElectronApplication} app
 * @returns {Promise<number>}
 */
function click(app) {
  return app.evaluate(async ({ app: main, BrowserWindow }, script) => {
    const started = performance.now();
    main.emit('second-instance');
    const [window] = BrowserWindow.getAllWindows();
    if (!window) throw new Error('no window');
    if (window.webContents.isLoading())
      await new Promise((resolve) => window.webContents.once('dom-ready', () => resolve(undefined)));
    await window.webContents.executeJavaScript(script);
    return performance.now() - started;
  }, painted);
}

/** @param {import('playwright-core').ElectronApplication} app */
async function close(app) {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
}

/**
 * CPU time of a process and all that it started while nothing happens.
 * @param {number} pid
 * @param {number} restSeconds
 */
async function rest(pid, restSeconds) {
  const [from, at] = [cpuMs(pid), performance.now()];
  await wait(restSeconds * 1000);
  return { cpuMs: cpuMs(pid) - from, overMs: performance.now() - at };
}

/** @param {number} pid */
function cpuMs(pid) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(all.map((one) => [one, parentOf(one)]));
  const isOurs = (/** @type {number | undefined} */ one) => {
    for (let at = one; at !== undefined && at > 1; at = parents.get(at)) if (at === pid) return true;
    return false;
  };
  return all.filter(isOurs).reduce((sum, one) => sum + onCpuMs(one), 0);
}

/** @param {number} pid */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/**
 * Time on a processor of all threads, which is exact where clock ticks are not (proc(5), schedstat).
 * @param {number} pid
 */
function onCpuMs(pid) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.reduce((sum, id) => {
      const [ns] = readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ');
      return sum + Number(ns) / 1e6;
    }, 0);
  } catch {
    return 0;
  }
}
