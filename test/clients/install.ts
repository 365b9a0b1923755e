import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../scripts/setup/cache.mjs';

const run = promisify(execFile);
const limitMs = 120_000;

/** A client of the npm registry, pinned: what it sends is what these tests are about. */
export interface Package {
  name: string;
  version: string;
}

/**
 * The folder whose node_modules holds the package: in the cache that all clones share, fetched once.
 * Install scripts do not run. Rejects when the registry gives nothing.
 */
export async function installed({ name, version }: Package): Promise<string> {
  const clients = join(cacheFolder(), 'clients');
  const target = join(clients, `${name.replaceAll('/', '+')}@${version}`);
  if (existsSync(target)) return target;
  await mkdir(clients, { recursive: true });
  const draft = await mkdtemp(join(clients, '.draft-'));
  try {
    const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    await run('npm', ['install', '--prefix', draft, ...flags, `${name}@${version}`], { timeout: limitMs });
    await rename(draft, target).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(target)) throw error; // otherwise another test worker was first
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

/** Undefined when the package is there; else why its tests cannot run. With CI=true that is a failure, never a skip. */
export async function whyMissing(wanted: Package): Promise<string | undefined> {
  try {
    await installed(wanted);
    return undefined;
  } catch (error) {
    const reason = `${wanted.name}@${wanted.version} could not be installed: ${complaint(error)}`;
    if (process.env.CI === 'true') throw new Error(reason);
    return reason;
  }
}

/** npm's error code, such as ENOTFOUND; its whole complaint is long. */
function complaint(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const code = /^npm error code (\S+)/m.exec(text)?.[1];
  return code === undefined ? text : `npm says ${code}`;
}
