import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { note } from './cache.mjs';
import { run, tail } from './run.mjs';
import { say } from './say.mjs';
import { BUNDLES, ensureSystemPackages } from './system-packages.mjs';

const DAY = 24 * 60 * 60 * 1000;
const MINUTES = 60_000;

/**
 * Makes keytar, the binding to the system's keychain, load: its prebuilt file first, else built from source.
 * A failure is remembered for a day, so that later starts do not try again each time.
 * @param {string} root the project's folder
 * @returns {string | undefined} why there is no keychain; nothing when keytar loads
 */
export function ensureKeychain(root) {
  if (loads(root)) return undefined;
  const failure = note(root, 'keychain-failure');
  const known = recall(failure.read());
  if (known && !process.env.CI) return known;
  const reason = build(root);
  if (!reason) {
    failure.clear();
    return undefined;
  }
  failure.write(JSON.stringify({ at: Date.now(), reason }));
  say(`no keychain: ${reason}; secrets go to an encrypted file instead`);
  return reason;
}

/** @param {string} root */
function build(root) {
  const folder = join(root, 'node_modules', 'keytar');
  if (!existsSync(folder)) return 'the optional package keytar is not installed';
  const library =
    process.platform === 'linux' ? ensureSystemPackages(BUNDLES.keychain, 'to reach the keychain') : undefined;
  if (library) return library;
  say('fetching keytar, the binding to the system keychain');
  run(process.execPath, [tool(root, 'prebuild-install/bin.js'), '-r', 'napi'], { cwd: folder, timeout: MINUTES });
  return loads(root) ? undefined : compile(root, folder);
}

/**
 * @param {string} root
 * @param {string} folder
 */
function compile(root, folder) {
  if (process.platform === 'linux') {
    const missing = ensureSystemPackages(
      BUNDLES.compiler,
      'to build keytar from source: no prebuilt file could be fetched',
    );
    if (missing) say(`building keytar may fail without ${missing}`);
  }
  say('building keytar from source (no prebuilt file could be fetched)');
  const done = run(process.execPath, [tool(root, 'node-gyp/bin/node-gyp.js'), 'rebuild'], {
    cwd: folder,
    timeout: 10 * MINUTES,
    env: { ...process.env, ...nodeHeaders() },
  });
  if (loads(root)) return undefined;
  return `keytar could not be built: ${firstError(done.output)}`;
}

/** A script of an installed package.
 * @param {string} root
 * @param {string} file
 */
function tool(root, file) {
  return createRequire(join(root, 'package.json')).resolve(file);
}

/** Points node-gyp at the headers that came with this Node, so that it need not download them. */
function nodeHeaders() {
  const home = dirname(dirname(process.execPath));
  return existsSync(join(home, 'include', 'node', 'node_api.h')) ? { npm_config_nodedir: home } : {};
}

/** The line of a build's output that tells what went wrong.
 * @param {string} output
 */
function firstError(output) {
  return output.split('\n').find((line) => /error|not found|No package/i.test(line)) ?? tail(output, 1);
}

/** In a process of its own: a binding that failed to load cannot be loaded again in the same one.
 * @param {string} root
 */
function loads(root) {
  return run(process.execPath, ['-e', "require('keytar')"], { cwd: root }).ok;
}

/** @param {string | undefined} text */
function recall(text) {
  if (!text) return undefined;
  const { at, reason } = JSON.parse(text);
  return Date.now() - at < DAY ? String(reason) : undefined;
}
