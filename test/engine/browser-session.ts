import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { call } from '../amp/control-plane/stand.ts';
import { type Running, type Setup, startEngine } from './harness.ts';

export const script = 'console.log("the window")';

/** An engine that offers the window, whose files are these few. */
export async function withDashboard(setup: Setup = {}): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'fusebox-pages-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const pages = join(folder, 'renderer');
  await mkdir(join(pages, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret-12345678.js'), 'outside');
  await writeFile(join(pages, 'index.html'), '<!doctype html><title>The window</title>');
  await writeFile(join(pages, 'assets', 'index-abc_D-12.js'), script);
  return startEngine({ ...setup, dashboard: { pages, settingsFile: 'settings.yaml' } });
}

/** The path and query of a new link. */
export function linkOf({ engine }: Running): string {
  const link = engine.dashboardLink?.();
  if (!link) throw new Error('there is no dashboard');
  const { pathname, search } = new URL(link.url);
  return pathname + search;
}

/** A browser that came in by a link; its requests carry what a browser's own page sends. */
export async function enter(running: Running) {
  const { url } = running;
  const answer = await call(url, linkOf(running), {
    headers: { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' },
  });
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const own = { cookie, 'sec-fetch-site': 'same-origin' };
  return {
    answer,
    cookie,
    get: (path: string, headers: Record<string, string> = {}) => call(url, path, { headers: { ...own, ...headers } }),
    post: (path: string, body: unknown, headers: Record<string, string | undefined> = {}) => {
      const all = { ...own, origin: url, 'x-fusebox-ui': '1', 'content-type': 'application/json', ...headers };
      const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      return call(url, path, { method: 'POST', headers: sent }, text);
    },
  };
}
