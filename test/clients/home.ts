import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A throw-away home of one user: settings, an empty project, and a browser that does as it is told. */
export interface Home {
  folder: string;
  /** An empty project to work in. */
  workspace: string;
  /** PATH on which `xdg-open` and `open` are the scripted browser. */
  path: string;
  /** Addresses that the browser went to, in order: what was opened, then each redirect. */
  visited(): Promise<string[]>;
  /** Tokens that `amp login` has stored, by their keys. */
  secrets(): Promise<Record<string, string>>;
  remove(): Promise<void>;
}

/**
 * Follows redirects as a browser's navigation does, and writes down where they lead. A refused connection is tried again:
 * Amp listens for its callback only when the command that opens the browser has ended.
 */
const browser = `import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
const [log, start] = process.argv.slice(2);
const headers = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' };
async function visit(address, triesLeft) {
  try {
    return await fetch(address, { redirect: 'manual', headers });
  } catch (error) {
    if (triesLeft === 0) throw error;
    await setTimeout(50);
    return visit(address, triesLeft - 1);
  }
}
let address = start;
while (address) {
  appendFileSync(log, address + '\\n');
  const response = await visit(address, 200);
  await response.text();
  const next = response.headers.get('location');
  address = next && new URL(next, address).href;
}
`;

export async function makeHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'fusebox-home-'));
  const [bin, workspace, log] = [join(folder, 'bin'), join(folder, 'project'), join(folder, 'visited')];
  await mkdir(bin);
  await mkdir(workspace);
  await writeFile(log, '');
  await writeFile(join(bin, 'browser.mjs'), browser);
  for (const name of ['xdg-open', 'open']) {
    const script = `#!/bin/sh\n"${process.execPath}" "${join(bin, 'browser.mjs')}" "${log}" "$1" >/dev/null 2>&1 &\n`;
    await writeFile(join(bin, name), script);
    await chmod(join(bin, name), 0o755);
  }
  const settings = join(folder, '.config', 'amp');
  await mkdir(settings, { recursive: true });
  await writeFile(join(settings, 'settings.json'), JSON.stringify({ 'amp.updates.mode': 'disabled' }));
  return {
    folder,
    workspace,
    path: [bin, process.env.PATH ?? ''].join(delimiter),
    visited: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== ''),
    secrets: async () => JSON.parse(await readFile(join(folder, '.local', 'share', 'amp', 'secrets.json'), 'utf8')),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
