import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { StandOptions } from './stand.ts';

/** What a process holds, in bytes, and what it has open. */
export interface Memory {
  rss: number;
  /** JavaScript objects and buffers. */
  inUse: number;
  timers: number;
  sockets: number;
  /** Requests that have ended. */
  ended: number;
}

export interface ForkedStand {
  origin: string;
  /** Asks the process for its figures, after collecting garbage if wanted. */
  memory(collect: boolean): Promise<Memory>;
  /** What the process has written to its standard output and error. */
  output(): string;
  /** Resolves when the process has ended and its output is complete. */
  close(): Promise<void>;
}

/** A bundle of process.ts: plain Node does not read TypeScript. */
export async function bundleStand(): Promise<{ file: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const file = join(folder, 'process.mjs');
  const build = await rolldown({ input: fileURLToPath(new URL('./process.ts', import.meta.url)), platform: 'node' });
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}

/** Starts a control plane in a process of its own. `options` must survive JSON. */
export async function forkStand(
  file: string,
  options: StandOptions,
  env: NodeJS.ProcessEnv = {},
): Promise<ForkedStand> {
  const child: ChildProcess = fork(file, {
    env: { ...env, STAND: JSON.stringify(options) },
    execArgv: ['--expose-gc'],
    silent: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [origin] = (await once(child, 'message')) as [string];
  return {
    origin,
    async memory(collect) {
      child.send(collect ? 'collect' : 'look');
      const [answer] = (await once(child, 'message')) as [Memory];
      return answer;
    },
    output: () => output,
    async close() {
      child.send('end');
      await once(child, 'close');
    },
  };
}
