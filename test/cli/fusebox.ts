import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { projectRoot } from '../structure/imports.ts';

/** The command as it is installed. */
const command = join(projectRoot, 'dist', 'cli.js');

/** A home of its own for one test: nothing of the user's is read or written. Removed when the test ends. */
export interface Home {
  dir: string;
  dataDir: string;
  /** The settings file in the data folder. */
  config: string;
  env: NodeJS.ProcessEnv;
}

export async function newHome(settings: object | string = {}, env: NodeJS.ProcessEnv = {}): Promise<Home> {
  const dir = await mkdtemp(join(tmpdir(), 'fusebox-cli-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const config = join(dir, 'settings.yaml');
  await writeFile(config, typeof settings === 'string' ? settings : stringify({ port: 0, ...settings }));
  const { PATH } = process.env;
  return { dir, dataDir: join(dir, 'data'), config, env: { PATH, HOME: dir, USERPROFILE: dir, ...env } };
}

/** The options that point a command at a home; its vault is a file, which needs no desktop. */
export function placeOf({ config, dataDir }: Home): string[] {
  return ['--config', config, '--data-dir', dataDir, '--vault', 'file'];
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** One process of the command, with everything that it has written. */
export class Fusebox {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, [command, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    // Nobody types anything unless a test does; a process that ends before it has read is no failure.
    child.stdin.on('error', () => {});
    this.child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Resolves with the address once it serves; rejects when the process ends instead. */
  async listening(): Promise<string> {
    const line = /Fusebox is listening on (http:\S+)\n/;
    const over = this.ended.then(({ code, stderr }) => {
      throw new Error(`ended with ${code} instead of listening: ${stderr}`);
    });
    over.catch(() => {});
    while (!line.test(this.stdout)) await Promise.race([once(this.child.stdout ?? this.child, 'data'), over]);
    return line.exec(this.stdout)?.[1] ?? '';
  }

  /** Resolves with the first match in what it writes to stdout; rejects when it ends without one. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    const over = this.ended.then(({ code, stdout, stderr }) => {
      throw new Error(`ended with ${code} instead of printing ${pattern}: ${stdout}${stderr}`);
    });
    over.catch(() => {});
    for (let found = pattern.exec(this.stdout); ; found = pattern.exec(this.stdout)) {
      if (found) return found;
      await Promise.race([once(this.child.stdout ?? this.child, 'data'), over]);
    }
  }

  /** As if typed, with Enter. */
  types(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Runs the command to its end. */
export function run(args: readonly string[], { env }: Home): Promise<Ended> {
  const fusebox = start(args, env);
  fusebox.child.stdin?.end();
  return fusebox.ended;
}

/** A process that is killed when the test ends, if it still runs. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv): Fusebox {
  const fusebox = new Fusebox(args, env);
  onTestFinished(async () => {
    await fusebox.stop('SIGKILL');
  });
  return fusebox;
}

/** A gateway as a process of its own. */
export async function serve(home: Home, ...more: string[]): Promise<Fusebox & { url: string }> {
  const fusebox = start(['serve', ...placeOf(home), ...more], home.env);
  const url = await fusebox.listening();
  return Object.assign(fusebox, { url });
}
