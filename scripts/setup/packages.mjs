import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, tail } from './run.mjs';
import { say } from './say.mjs';

/**
 * An entry of package-lock.json, as far as set-up reads it.
 * @typedef {{ version?: string, optional?: boolean, link?: boolean, os?: string[], cpu?: string[], libc?: string[] }} Locked
 */

/**
 * Installs the npm packages when what lies in node_modules is not what package-lock.json asks for.
 * Install scripts stay off: newer npm versions refuse unlisted ones, and the one that matters
 * (keytar) is built by `ensureKeychain`, with its system packages installed first.
 * @param {string} root the project's folder
 */
export function ensurePackages(root) {
  const reason = whyInstall(root);
  if (!reason) return;
  say(`installing npm packages (${reason})`);
  const done = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
  if (!done.ok) throw new Error(`npm ci failed: ${tail(done.output, 12)}`);
}

/**
 * Compares the lockfile with npm's own record of what it installed.
 * @param {string} root
 * @returns {string | undefined} why an install is due; nothing when all is there
 */
export function whyInstall(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return 'node_modules is missing';
  const installed = packagesOf(record);
  const wanted = Object.entries(packagesOf(join(root, 'package-lock.json')));
  const stale = wanted.find(
    ([path, entry]) => isForThisMachine(path, entry) && installed[path]?.version !== entry.version,
  );
  return stale && `${stale[0].replace(/^.*node_modules\//, '')} is missing or of another version`;
}

/**
 * @param {string} path
 * @param {Locked} entry
 */
function isForThisMachine(path, entry) {
  if (path === '' || entry.link) return false;
  // Node does not say which C library it runs on, so packages that name one are left to npm.
  if (entry.libc) return false;
  // Optional packages for any machine include what only other machines' packages need.
  if (entry.optional && !entry.os && !entry.cpu) return false;
  return fits(entry.os, process.platform) && fits(entry.cpu, process.arch);
}

/**
 * package.json's `os` and `cpu` lists, where `!name` excludes.
 * @param {string[] | undefined} list
 * @param {string} value
 */
function fits(list, value) {
  if (!list) return true;
  if (list.includes(`!${value}`)) return false;
  return list.every((item) => item.startsWith('!')) || list.includes(value);
}

/**
 * @param {string} file
 * @returns {Record<string, Locked>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}
