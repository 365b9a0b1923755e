// node scripts/complete-lock.mjs: adds to package-lock.json the optional packages for other systems that npm left out.
// npm drops them without a word where a registry mirror does not carry them, and `npm ci` then refuses the lockfile
// everywhere. The entries hold what the parent pins and the name says; a checksum comes with the first full install.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string> }} Entry
 */

const PINNED = /^\d+\.\d+\.\d+/;
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const LIBRARIES = [
  { word: 'musl', libc: 'musl' },
  { word: 'gnu', libc: 'glibc' },
];

/**
 * The optional dependencies that have no entry in the version that their parent pins.
 * @param {Record<string, Entry>} packages of a lockfile
 * @returns {{ path: string, entry: Entry }[]}
 */
export function missingEntries(packages) {
  return Object.entries(packages).flatMap(([parent, { dev, optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name, version]) => !serves(find(packages, parent, name), version))
      .map(([name, version]) => ({
        path: packages[`node_modules/${name}`] ? `${parent}/node_modules/${name}` : `node_modules/${name}`,
        entry: entryFor(name, version, dev),
      })),
  );
}

/**
 * Looks where Node would: beside the parent's own packages, then in each folder above.
 * @param {Record<string, Entry>} packages
 * @param {string} parent
 * @param {string} name
 */
function find(packages, parent, name) {
  for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const entry = packages[`${folder && `${folder}/`}node_modules/${name}`];
    if (entry || folder === '') return entry;
  }
}

/**
 * @param {Entry | undefined} entry
 * @param {string} version one version, or a range, which npm itself has looked at
 */
function serves(entry, version) {
  return entry !== undefined && (!PINNED.test(version) || entry.version === version);
}

/**
 * @param {string} name ends in the system and processor that it is for, such as `darwin-arm64`
 * @param {string} version
 * @param {boolean | undefined} dev
 * @returns {Entry}
 */
function entryFor(name, version, dev) {
  if (!PINNED.test(version)) throw new Error(`${name} is not pinned to one version: ${version}`);
  const words = name.replace(/^.*\//, '').split('-');
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  if (cpu.length !== 1) throw new Error(`the name of ${name} does not say what machine it is for`);
  const libc = LIBRARIES.filter(({ word }) => words.some((one) => one.startsWith(word))).map(({ libc }) => libc);
  return {
    version,
    cpu,
    ...(dev && { dev }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock.packages);
  for (const { path, entry } of missing) lock.packages[path] = entry;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${missing.length} entries added\n`);
}
