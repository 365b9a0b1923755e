import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { freePort } from '../../desktop/app.ts';
import { runProgram } from '../program.ts';

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

/** `fusebox serve` on a server of its own: a home, a data folder, a port. */
export interface Served {
  url: string;
  home: string;
  dataDir: string;
  /** A new link into the dashboard, as the command prints it. */
  link(): Promise<string>;
  /** What the settings file holds. */
  settings(): Promise<Record<string, unknown>>;
  /** Everything that it has printed. */
  printed(): string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it for good. */
  remove(): Promise<void>;
}

/** `prepare` is called with home and data folder before it starts. */
export async function startServed(
  settings: Record<string, unknown>,
  prepare: (home: string, dataDir: string) => Promise<void> | void = () => {},
): Promise<Served> {
  const home = await mkdtemp(join(tmpdir(), 'fusebox-served-'));
  const [config, dataDir] = [join(home, 'config.yaml'), join(home, 'data')];
  const port = await freePort();
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: home };
  await mkdir(dataDir);
  await writeFile(config, stringify({ port, ...settings }));
  await prepare(home, dataDir);
  let child: ChildProcess | undefined;
  let printed = '';
  const served: Served = {
    url: `http://127.0.0.1:${port}`,
    home,
    dataDir,
    async link() {
      const args = [cli, 'dashboard', '--no-browser', '--data-dir', dataDir];
      const { stdout } = await runProgram(process.execPath, args, { env, cwd: home });
      return stdout.trim();
    },
    settings: async () => parse(await readFile(config, 'utf8')),
    printed: () => printed,
    async start() {
      const args = [cli, 'serve', '--config', config, '--data-dir', dataDir, '--vault', 'file'];
      child = spawn(process.execPath, args, { env, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
      const keep = (text: Buffer) => {
        printed += text;
      };
      child.stderr?.on('data', keep);
      child.stdout?.on('data', keep);
      const ended = once(child, 'close').then(() => Promise.reject(new Error(`it ended: ${printed}`)));
      ended.catch(() => {});
      if (child.stdout) await Promise.race([once(child.stdout, 'data'), ended]);
    },
    async stop() {
      if (!child || child.exitCode !== null) return;
      const closed = once(child, 'close');
      child.kill();
      await closed;
    },
    async remove() {
      await served.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
  await served.start();
  return served;
}
