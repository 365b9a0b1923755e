import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../scripts/setup/run.mjs';
import { withDesktop } from '../scripts/with-desktop.mjs';

const program = fileURLToPath(new URL('keychain.mjs', import.meta.url));

/**
 * Starts Fusebox with many accounts in a real keychain, one that exists for this only.
 * @param {{ folder: string, starts: number, accounts: number }} options an empty folder
 * @returns {Promise<number[] | undefined>} milliseconds until it serves; undefined where there is no such keychain to be had
 */
export async function startsWithKeychain({ folder, starts, accounts }) {
  // Elsewhere there is only the owner's keychain, which no measurement may touch.
  if (process.platform !== 'linux') return undefined;
  const tools = ['Xvfb', 'dbus-run-session', 'gnome-keyring-daemon'];
  if (tools.some((tool) => !run('sh', ['-c', `command -v ${tool}`]).ok)) return undefined;
  const code = await withDesktop(process.execPath, [program, folder, String(starts), String(accounts)]);
  if (code !== 0) throw new Error(`the starts with the keychain ended with ${code}`);
  return JSON.parse(readFileSync(join(folder, 'times.json'), 'utf8'));
}
