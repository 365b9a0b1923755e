import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { copyFolder, fetchCopy, refreshLoader } from './electron-copy.mjs';
import { run } from './run.mjs';
import { ensureSandbox } from './sandbox.mjs';
import { say } from './say.mjs';
import { BUNDLES, ensureSystemPackages } from './system-packages.mjs';

const DOWNLOAD_LIMIT = 10 * 60_000;

/**
 * The Electron to run: $FUSEBOX_ELECTRON, else the official one in node_modules, else the copy in the cache.
 * @param {string} root the project's folder
 * @returns {string | undefined} the executable's path; nothing when there is none yet
 */
function electronPath(root) {
  const named = process.env.FUSEBOX_ELECTRON;
  const candidates = named ? [named] : [officialPath(root), join(copyFolder(cacheFolder()), 'electron')];
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/**
 * Makes Electron runnable: the official download, else the copy; on Linux with the libraries it links to.
 * @param {string} root
 * @returns {Promise<string>} the executable's path
 * @throws when neither can be fetched, or something it needs of the system cannot be had
 */
export async function ensureElectron(root) {
  const path = electronPath(root) ?? download(root) ?? join(await fetchCopy(root, cacheFolder()), 'electron');
  if (path.startsWith(cacheFolder())) refreshLoader(root, dirname(path));
  if (process.platform !== 'linux') return path;
  ensureLibraries(path);
  ensureSandbox(path);
  return path;
}

/**
 * What makes `require('electron')` find the same executable.
 * @param {string} executable
 * @returns {Record<string, string>}
 */
export function electronEnvironment(executable) {
  return { FUSEBOX_ELECTRON: executable, ELECTRON_OVERRIDE_DIST_PATH: dirname(executable) };
}

/** @param {string} root */
function officialPath(root) {
  const folder = join(root, 'node_modules', 'electron');
  try {
    const version = readFileSync(join(folder, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '');
    const wanted = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
    return version === wanted ? join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @returns {string | undefined}
 */
function download(root) {
  say('downloading Electron (about 100 MB, once)');
  const { ELECTRON_OVERRIDE_DIST_PATH: _, ...env } = process.env;
  const done = run(process.execPath, [join(root, 'node_modules', 'electron', 'install.js')], {
    env,
    timeout: DOWNLOAD_LIMIT,
  });
  if (!done.ok) say(`the official download of Electron failed: ${done.output.split('\n')[0] ?? ''}`);
  return done.ok ? officialPath(root) : undefined;
}

/** @param {string} executable */
function ensureLibraries(executable) {
  if (missingLibraries(executable).length === 0) return;
  const refused = ensureSystemPackages(BUNDLES.electron, 'libraries of Electron');
  const missing = missingLibraries(executable);
  if (missing.length > 0)
    throw new Error(`Electron misses ${missing.join(', ')}${refused ? `; not installed: ${refused}` : ''}`);
}

/** @param {string} executable */
function missingLibraries(executable) {
  const found = run('ldd', [executable]).output.matchAll(/^\s*(\S+) => not found/gm);
  return Array.from(found, (match) => String(match[1]));
}
