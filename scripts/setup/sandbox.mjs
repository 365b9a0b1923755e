import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run, tail } from './run.mjs';
import { say } from './say.mjs';
import { rootPrefix } from './system-packages.mjs';

const SET_USER_ID = 0o4000;

/**
 * Makes Chromium's sandbox usable for an ordinary user on Linux. It takes either user namespaces, which some systems
 * forbid, or its helper program, which has to belong to root and run as root.
 * @param {string} executable of Electron
 * @throws where both are refused: Electron then aborts, and without its sandbox it is not to be run
 */
export function ensureSandbox(executable) {
  if (process.getuid?.() === 0 || run('unshare', ['--user', '--map-root-user', 'true']).ok) return;
  const helper = join(dirname(executable), 'chrome-sandbox');
  if (isPrepared(helper)) return;
  const prefix = rootPrefix();
  if (prefix) prepare(prefix, helper);
  if (isPrepared(helper)) return;
  throw new Error(
    `this system forbids Electron's sandbox; allow it once: sudo sh -c 'chown root "${helper}" && chmod 4755 "${helper}"'`,
  );
}

/** @param {string} helper */
function isPrepared(helper) {
  const state = statSync(helper, { throwIfNoEntry: false });
  return state !== undefined && state.uid === 0 && (state.mode & SET_USER_ID) !== 0;
}

/**
 * @param {string[]} prefix
 * @param {string} helper
 */
function prepare(prefix, helper) {
  say('letting the helper of Electron’s sandbox run as root (this system forbids user namespaces)');
  for (const args of [
    ['chown', 'root', helper],
    ['chmod', '4755', helper],
  ]) {
    const [command, ...rest] = [...prefix, ...args];
    const done = run(String(command), rest);
    if (!done.ok) say(`${args[0]} failed: ${tail(done.output, 1)}`);
  }
}
