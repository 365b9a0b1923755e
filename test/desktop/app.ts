import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ElectronApplication, _electron as electron, type Page } from 'playwright-core';

const root = path.resolve(import.meta.dirname, '../..');

/** The built preload script. */
export const preloadFile = path.join(root, 'dist', 'preload.cjs');

/** A person's computer: a home and a data folder of their own, and a free port for the gateway. */
export interface Place {
  dataDir: string;
  home: string;
  port: number;
  url: string;
  remove(): Promise<void>;
}

/** Settings are written as the application itself keeps them; `port` is always there. */
export async function makePlace(settings: Record<string, unknown> = {}): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fusebox-app-'));
  const [dataDir, home] = [path.join(folder, 'data'), path.join(folder, 'home')];
  await Promise.all([mkdir(dataDir), mkdir(home)]);
  const port = await freePort();
  await writeFile(path.join(dataDir, 'settings.json'), JSON.stringify({ port, ...settings }));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return { dataDir, home, port, url: `http://127.0.0.1:${port}`, remove };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return address.port;
}

export interface LaunchWishes {
  vault?: 'memory' | 'keychain';
  args?: readonly string[];
  /** Electron's own options. */
  electronArgs?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** The running application. */
export interface RunningApp {
  app: ElectronApplication;
  /** The window, when there is one or as soon as there is. */
  window(): Promise<Page>;
  /** What the page of the first window said on its console, and errors nobody caught. */
  complaints: readonly string[];
  /** Everything on standard error. */
  log(): string;
  /** The exit code, once it has ended. */
  ended: Promise<number | null>;
  /** Quits as the menu does. */
  quit(): Promise<number | null>;
}

/** Arguments that start the application of this project. */
export function appArguments(
  place: Place,
  { vault = 'memory', args = [], electronArgs = [] }: LaunchWishes = {},
): string[] {
  // Chromium's sandbox does not work for root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...sandbox, ...electronArgs, root, '--data-dir', place.dataDir, '--vault', vault, ...args];
}

export function appEnvironment(place: Place): Record<string, string> {
  const { AMP_API_KEY: _, ...env } = process.env;
  return { ...(env as Record<string, string>), HOME: place.home };
}

export function electronPath(): string {
  const file = process.env.FUSEBOX_ELECTRON;
  if (!file) throw new Error('FUSEBOX_ELECTRON does not name an Electron; `npm test` sets it');
  return file;
}

const actionLimitMs = 20_000;

/** Starts the application as built in dist/. */
export async function launch(place: Place, wishes: LaunchWishes = {}): Promise<RunningApp> {
  const app = await electron.launch({
    executablePath: electronPath(),
    args: appArguments(place, wishes),
    env: { ...appEnvironment(place), ...wishes.env },
    cwd: root,
    // Otherwise Playwright overrides the theme that the application asks for.
    colorScheme: null,
  });
  const child = app.process();
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += String(chunk);
  });
  const complaints: string[] = [];
  const listen = (page: Page) => {
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  };
  const [first] = app.windows();
  if (first) listen(first);
  else app.once('window', listen);
  return {
    app,
    complaints,
    ended,
    log: () => log,
    async window() {
      const page = await app.firstWindow();
      // Sooner than the test's own limit, so that a failure names what was waited for.
      page.setDefaultTimeout(actionLimitMs);
      await page.getByRole('switch', { name: 'Gateway' }).waitFor();
      return page;
    },
    async quit() {
      await app.evaluate((main) => setImmediate(() => main.app.quit()));
      return ended;
    },
  };
}

/** Whether something accepts connections at the gateway's address. */
export async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    (response) => response.ok,
    () => false,
  );
}

/** Resolves when the gateway answers, or no longer does. Fails by the test's own time limit. */
export async function untilAnswers(url: string, expected: boolean): Promise<void> {
  while ((await answers(url)) !== expected) await new Promise((resolve) => setTimeout(resolve, 25));
}
