import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, tail } from './run.mjs';
import { say } from './say.mjs';

const MINUTES = 60_000;

/**
 * Debian packages by what they are for. `a|b` names the same package in older and newer releases.
 */
export const BUNDLES = {
  keychain: ['libsecret-1-0'],
  compiler: ['libsecret-1-dev', 'pkg-config', 'python3', 'make', 'g++'],
  electron: [
    'libgtk-3-0|libgtk-3-0t64',
    'libnss3',
    'libasound2|libasound2t64',
    'libgbm1',
    'libxss1',
    'libxtst6',
    'libnotify4',
    'libatspi2.0-0|libatspi2.0-0t64',
    'libsecret-1-0',
  ],
  display: ['xvfb', 'xauth', 'dbus', 'dbus-x11', 'gnome-keyring'],
  browser: ['chromium'],
  network: ['iproute2'],
  shells: ['zsh', 'fish'],
};

/**
 * Installs Debian packages that are missing, as root or through sudo where that asks for no password.
 * Never throws: what cannot be had here is the caller's to judge.
 * @param {string[]} packages
 * @param {string} why completes "installing … (why)"
 * @returns {string | undefined} what is still missing and why; nothing when all is there
 */
export function ensureSystemPackages(packages, why) {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return undefined;
  const list = missing.map((name) => name.split('|')[0]).join(' ');
  const prefix = rootPrefix();
  if (!onPath('apt-get')) return `${list} (no apt-get on this system)`;
  if (!prefix) return `${list} (apt-get needs root, or sudo without a password)`;
  say(`installing Debian packages ${list} (${why})`);
  return install(prefix, missing) ?? undefined;
}

/**
 * @param {string[]} prefix
 * @param {string[]} missing
 * @returns {string | undefined}
 */
function install(prefix, missing) {
  // A fresh system has no package lists, and old lists point at files that are gone.
  apt(prefix, ['update', '-qq'], 5 * MINUTES);
  const done = apt(prefix, ['install', '-y', '-qq', '--no-install-recommends', ...missing.map(nameHere)], 15 * MINUTES);
  const still = missing.filter((name) => !isInstalled(name));
  return still.length > 0 ? `${still.join(' ')} (apt-get: ${tail(done.output, 1)})` : undefined;
}

/**
 * @param {string[]} prefix
 * @param {string[]} args
 * @param {number} timeout in ms
 */
function apt(prefix, args, timeout) {
  // `env` instead of an environment: sudo drops variables.
  const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
  return run(String(command), rest, { timeout });
}

/** @returns {string[] | undefined} what to put before a command so that it runs as root */
export function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return onPath('sudo') && run('sudo', ['-n', 'true']).ok ? ['sudo', '-n'] : undefined;
}

/** @param {string} name one name or `a|b` */
function isInstalled(name) {
  return name.split('|').some((one) => {
    const state = run('dpkg', ['-s', one]);
    return state.ok && state.output.includes('Status: install ok installed');
  });
}

/** The name that this release knows, of the form `a|b`.
 * @param {string} name
 */
function nameHere(name) {
  const names = name.split('|');
  return names.find((one) => /Candidate: (?!\(none\))/.test(run('apt-cache', ['policy', one]).output)) ?? name;
}

/**
 * Whether a command exists, looking also where system commands live that users' paths leave out.
 * @param {string} command
 */
function onPath(command) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, command)));
}
