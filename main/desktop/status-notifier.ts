import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

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

/** Asks the session bus whether something shows tray icons. GNOME does not without an extension. Linux only. */
export async function findTrayHost(run: RunProgram): Promise<TrayHost> {
  for (const [program, args] of questions) {
    const answer = await run(program, args).catch(() => '');
    if (/\btrue\b/.test(answer)) return 'present';
    if (/\bfalse\b/.test(answer)) return 'absent';
  }
  return 'unknown';
}

/** Whether there is a session bus to ask; without one, the programs above would start a bus of their own. */
export function hasSessionBus(env: NodeJS.ProcessEnv): boolean {
  if (env.DBUS_SESSION_BUS_ADDRESS) return true;
  return env.XDG_RUNTIME_DIR !== undefined && existsSync(path.join(env.XDG_RUNTIME_DIR, 'bus'));
}

/** Runs a program for at most two seconds. */
export const runProgram: RunProgram = (file, args) =>
  new Promise((resolve, reject) => {
    execFile(file, [...args], { timeout: 2_000 }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
