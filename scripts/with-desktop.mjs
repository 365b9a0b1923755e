// Runs a command on a desktop of its own: a virtual display, a D-Bus session and an unlocked keychain,
// all of them temporary, so that nothing of the user's is seen or changed.
//   node scripts/with-desktop.mjs COMMAND [ARGUMENT…]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { handOver } from './setup/run.mjs';

/** The keychain's password goes to the daemon's input; then the command takes the shell's place. */
const UNLOCK = 'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"';

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} the command's exit code
 */
export async function withDesktop(command, args, env = process.env) {
  const home = makeHome();
  const display = await startDisplay();
  try {
    return await handOver('dbus-run-session', ['--', 'sh', '-c', UNLOCK, 'sh', command, ...args], {
      env: { ...env, ...home.env, DISPLAY: display.name, WAYLAND_DISPLAY: undefined },
      group: true,
    });
  } finally {
    await display.stop();
    home.remove();
  }
}

/** Folders where keychain, Electron and D-Bus keep their state. */
function makeHome() {
  const folder = mkdtempSync(join(tmpdir(), 'fusebox-desktop-'));
  const place = (/** @type {string} */ name) => {
    const path = join(folder, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  };
  return {
    env: { XDG_RUNTIME_DIR: place('runtime'), XDG_DATA_HOME: place('data'), XDG_CONFIG_HOME: place('config') },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

/** Starts Xvfb on the first free display, whose number it writes to file descriptor 3 when it is ready. */
async function startDisplay() {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    // Not in our process group: Ctrl-C must reach the command first and the display last.
    detached: true,
  });
  const ended = once(server, 'exit');
  const ready = /** @type {import('node:stream').Readable} */ (server.stdio[3]);
  const [number] = await Promise.race([
    once(ready, 'data'),
    ended.then(([code]) => Promise.reject(new Error(`Xvfb ended with code ${code} before it was ready`))),
  ]);
  return {
    name: `:${String(number).trim()}`,
    async stop() {
      server.kill();
      await ended;
    },
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined) throw new Error('usage: node scripts/with-desktop.mjs COMMAND [ARGUMENT…]');
  process.exitCode = await withDesktop(command, args);
}
