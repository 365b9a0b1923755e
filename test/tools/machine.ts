import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ConfigFiles, nodeConfigFiles } from '../../main/tools/config-files.ts';
import { createToolDesk, type ToolDesk } from '../../main/tools/desk.ts';
import type { Machine } from '../../main/tools/tool.ts';

/** A person's home folder, with the tools' files in it and a desk that writes them. */
export interface Bench {
  home: string;
  machine: Machine;
  /** What the gateway says of itself; may be changed. */
  gateway: { url: string; key?: string; models: string[] };
  vault: Map<string, string>;
  files: ConfigFiles;
  /** A desk over the same files, such as after a restart. */
  desk(files?: ConfigFiles): ToolDesk;
  write(path: string, text: string): Promise<string>;
  /** Undefined where there is no file. */
  read(path: string): Promise<string | undefined>;
  at(path: string): string;
}

export const url = 'http://127.0.0.1:8317';

export async function makeBench(env: Record<string, string> = {}): Promise<Bench> {
  const home = await mkdtemp(join(tmpdir(), 'fusebox-tools-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const machine: Machine = { platform: 'linux', env: { PATH: join(home, 'bin'), ...env }, homeDir: home };
  const gateway: Bench['gateway'] = { url, models: ['claude-sonnet-4-6', 'gpt-5.4'] };
  const vault = new Map<string, string>();
  const at = (path: string) => join(home, path);
  return {
    home,
    machine,
    gateway,
    vault,
    files: nodeConfigFiles,
    at,
    desk: (files = nodeConfigFiles) =>
      createToolDesk({
        machine,
        folder: at('data/tools'),
        files,
        wish: () => ({ ...gateway }),
        isOwn: (one) => ['127.0.0.1', 'localhost'].includes(one.hostname) && one.port === new URL(gateway.url).port,
        secrets: {
          get: (name) => vault.get(name),
          set: async (name, text) => void (text === undefined ? vault.delete(name) : vault.set(name, text)),
        },
        scrub: (text) => text,
        now: () => 1_000,
        onChange: () => undefined,
      }),
    async write(path, text) {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), text);
      return at(path);
    },
    read: (path) => readFile(at(path), 'utf8').catch(() => undefined),
  };
}

/** The tool's state as a fresh look finds it. */
export async function statusOf(desk: ToolDesk, id: string): Promise<string | undefined> {
  await desk.look();
  return desk.views().find((view) => view.id === id)?.status;
}
