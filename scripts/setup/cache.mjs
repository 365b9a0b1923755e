import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

const HOUR = 3_600_000;

/** The folder for large downloads that several clones share; outside every project. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fusebox-dev');
}

/**
 * Makes a folder all at once: `fill` works on a draft, which is renamed when it is complete.
 * An interrupted run therefore never leaves half a folder behind under the final name.
 * @param {string} target
 * @param {string} place where the draft is made; on the same file system as the target
 * @param {(folder: string) => Promise<void>} fill
 */
export async function makeFolder(target, place, fill) {
  mkdirSync(place, { recursive: true });
  removeAbandoned(place, `${basename(target)}-`);
  const draft = mkdtempSync(join(place, `${basename(target)}-`));
  chmodSync(draft, 0o755);
  try {
    await fill(draft);
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Drafts of runs that were killed; younger ones may be in the making right now.
 * @param {string} place
 * @param {string} prefix
 */
function removeAbandoned(place, prefix) {
  for (const name of readdirSync(place).filter((one) => one.startsWith(prefix))) {
    const path = join(place, name);
    if (Date.now() - statSync(path).mtimeMs > HOUR) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * A fingerprint of files and whole folders: names and contents, in a fixed order.
 * @param {string} root
 * @param {string[]} paths relative to root; missing ones count as absent
 * @returns {string} hex SHA-256
 */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesUnder(join(root, path))).sort()) {
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => filesUnder(join(path, entry.name)));
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code === 'ENOTDIR') return [path];
    if (code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * A note kept in node_modules, so that it disappears together with what it describes.
 * @param {string} root
 * @param {string} name
 */
export function note(root, name) {
  const file = join(root, 'node_modules', '.cache', 'fusebox', name);
  return {
    /** @returns {string | undefined} */
    read() {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return undefined;
      }
    },
    /** @param {string} text */
    write(text) {
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text);
    },
    clear: () => rmSync(file, { force: true }),
  };
}
