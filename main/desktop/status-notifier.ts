import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../clock.ts';

/** Whether the desktop shows tray icons. `unknown`: nobody could be asked. */
export type TrayHost = 'present' | 'absent' | 'unknown';

/** Runs a program and yields its output; rejects when it is missing, fails or takes too long. */
export type RunProgram = (file: string, args: readonly string[]) => Promise<string>;

const watcher = 'org.kde.StatusNotifierWatcher';
const bus = 'org.freedesktop.DBus';
const busPath = '/org/freedesktop/DBus';

// Electron has no D-Bus interface; one of these three programs comes with GLib, systemd or the bus itself.
const questions: readonly [string, readonly string[]][] = [
  ['gdbus', ['call', '--session', '--dest', bus, '--object-path', busPath, '--method', `${bus}.NameHasOwner`, watcher]],
  ['busctl', ['--user', 'call', bus, busPath, bus, 'NameHasOwner', 's', watcher]],
  ['dbus-send', ['--session', '--print-reply', `--dest=${bus}`, busPath, `${bus}.NameHasOwner`, `string:${watcher}`]],
];

export interface TrayHostQuestion {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  run: RunProgram;
}

/** Whether tray icons are shown here. macOS and Windows always do; on Linux the session bus is asked, as GNOME does not without an extension. */
export async function findTrayHost({ platform, env, run }: TrayHostQuestion): Promise<TrayHost> {
  if (platform !== 'linux') return 'present';
  if (!hasSessionBus(env)) return 'absent';
  for (const [program, args] of questions) {
    const answer = await run(program, args).catch(() => '');
    if (/\btrue\b/.test(answer)) return 'present';
    if (/\bfalse\b/.test(answer)) return 'absent';
  }
  return 'unknown';
}

/** At login the panel may start after us. */
const patienceMs = 4_000;

/**
 * The tray's host; when Fusebox starts hidden and nothing shows icons yet, asked once more a little later.
 * Someone who started Fusebox by hand is not kept waiting.
 */
export async function awaitTrayHost(
  question: TrayHostQuestion,
  clock: Clock,
  startedHidden: boolean,
): Promise<TrayHost> {
  const first = await findTrayHost(question);
  if (first !== 'absent' || !startedHidden) return first;
  await new Promise<void>((resolve) => void clock.after(patienceMs, resolve));
  return findTrayHost(question);
}

/** Without a bus to ask, the programs above would start one of their own. */
function hasSessionBus(env: NodeJS.ProcessEnv): boolean {
  if (env.DBUS_SESSION_BUS_ADDRESS) return true;
  return env.XDG_RUNTIME_DIR !== undefined && existsSync(path.join(env.XDG_RUNTIME_DIR, 'bus'));
}

/** Runs a program for at most two seconds. */
export const runProgram: RunProgram = (file, args) =>
  new Promise((resolve, reject) => {
    execFile(file, [...args], { timeout: 2_000 }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
