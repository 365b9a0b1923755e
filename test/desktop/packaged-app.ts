import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { electronPath, type Place } from './app.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Fusebox as `npm run package -- --linux dir` packs it. */
export interface PackedApp {
  executable: string;
  /** Where app.asar lies. */
  resources: string;
  /** Of everything that would be installed, in bytes. */
  size(): Promise<number>;
  remove(): Promise<void>;
}

/** Packs the application with the Electron at hand. */
export async function packApp(): Promise<PackedApp> {
  const source = path.dirname(electronPath());
  const folder = await mkdtemp(path.join(tmpdir(), 'fusebox-packed-'));
  const [electron, output] = [path.join(folder, 'electron'), path.join(folder, 'release')];
  // Electron's own default application: a package has none, and electron-builder expects it to be a file.
  await cp(source, electron, { recursive: true, filter: (file) => path.basename(file) !== 'default_app.asar' });
  const version = (await readFile(path.join(source, 'version'), 'utf8')).trim().replace(/^v/, '');
  const config = { electronDist: electron, electronVersion: version, 'directories.output': output };
  const options = Object.entries(config).map(([key, value]) => `-c.${key}=${value}`);
  await promisify(execFile)(process.execPath, ['scripts/package.mjs', '--linux', 'dir', ...options], { cwd: root });
  await rm(electron, { recursive: true });
  const packed = path.join(output, 'linux-unpacked');
  return {
    executable: path.join(packed, 'fusebox'),
    resources: path.join(packed, 'resources'),
    size: () => sizeOf(packed),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(file.parentPath, file.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A file of an archive. */
export interface ArchivedFile {
  path: string;
  unpacked: boolean;
  size: number;
  /** It has a digest of its own. */
  secured: boolean;
}

interface ArchiveNode {
  files?: Record<string, ArchiveNode>;
  size?: number;
  /** In bytes, as text. */
  offset?: string;
  unpacked?: boolean;
  integrity?: { hash: string };
}

/** The files of an asar archive. */
export async function listArchive(file: string): Promise<ArchivedFile[]> {
  return filesOf('', headOf(await readFile(file)));
}

/** The text of a file in the archive's own folder. */
export async function readArchived(file: string, name: string): Promise<string> {
  const bytes = await readFile(file);
  const node = headOf(bytes).files?.[name];
  // The second length is that of the head with its lengths, after which the contents come.
  const start = 8 + bytes.readUInt32LE(4) + Number(node?.offset);
  return bytes.toString('utf8', start, start + Number(node?.size));
}

/** After four lengths of 4 bytes, the last that of the text, an archive's head is JSON. */
function headOf(bytes: Buffer): ArchiveNode {
  return JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as ArchiveNode;
}

function filesOf(name: string, node: ArchiveNode): ArchivedFile[] {
  const below = Object.entries(node.files ?? {});
  if (node.files) return below.flatMap(([part, child]) => filesOf(name ? `${name}/${part}` : part, child));
  return [
    { path: name, unpacked: node.unpacked ?? false, size: node.size ?? 0, secured: node.integrity !== undefined },
  ];
}

/** The packed application while it runs. */
export interface RunningPackage {
  /** The window, by Chromium's own remote debugging: Node's inspector is fused off. */
  window(): Promise<Page>;
  log(): string;
  ended: Promise<number | null>;
  kill(): void;
}

const debuggingLine = /DevTools listening on (ws:\S+)/;

/** Starts it with the keychain of the session. */
export async function startPacked(
  { executable }: PackedApp,
  place: Place,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<RunningPackage> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const options = ['--remote-debugging-port=0', `--data-dir=${place.dataDir}`, '--vault=keychain', ...args];
  const child = spawn(executable, [...sandbox, ...options], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  let log = '';
  const address = new Promise<string>((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      log += `${line}\n`;
      const [, found] = debuggingLine.exec(line) ?? [];
      if (found) resolve(found);
    });
    void ended.then(() => reject(new Error(`the packed application ended:\n${log}`)));
  });
  // Awaited only when the window is asked for.
  address.catch(() => {});
  return {
    async window() {
      const browser = await chromium.connectOverCDP(await address);
      const [context] = browser.contexts();
      if (!context) throw new Error('no browser context');
      const page = context.pages()[0] ?? (await context.waitForEvent('page'));
      await page.getByRole('switch', { name: 'Gateway' }).waitFor();
      return page;
    },
    log: () => log,
    ended,
    kill: () => child.kill('SIGKILL'),
  };
}
