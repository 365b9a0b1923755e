// npm run build: bundles the command, the desktop entry and the preload script, and builds the window's pages.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleMain, ENTRIES } from './build/bundle.mjs';
import { fingerprint, makeFolder, note } from './setup/cache.mjs';
import { say } from './setup/say.mjs';

const SOURCES = [
  'main',
  'preload',
  'renderer',
  'scripts/build',
  'scripts/build.mjs',
  'package.json',
  'package-lock.json',
];

/**
 * Builds `dist/` from the sources, all at once: a failed build leaves the old one in place.
 * @param {string} root the project's folder
 * @returns {Promise<number>} the time it took, in ms
 */
export async function build(root) {
  const missing = Object.values(ENTRIES).filter((entry) => !existsSync(join(root, entry)));
  if (missing.length > 0) throw new Error(`cannot build: ${missing.join(', ')} missing`);
  const started = performance.now();
  const sources = fingerprint(root, SOURCES);
  await makeFolder(join(root, 'dist'), join(root, 'node_modules', '.cache', 'fusebox'), async (draft) => {
    await bundleMain(root, draft);
    await buildPages(root, join(draft, 'renderer'));
  });
  note(root, 'built').write(sources);
  return Math.round(performance.now() - started);
}

/**
 * Builds unless `dist/` already belongs to these very sources.
 * @param {string} root
 */
export async function ensureBuilt(root) {
  if (existsSync(join(root, 'dist', 'cli.js')) && note(root, 'built').read() === fingerprint(root, SOURCES)) return;
  say('building (the sources changed)');
  await build(root);
}

/**
 * @param {string} root
 * @param {string} outDir
 */
async function buildPages(root, outDir) {
  const vite = await import('vite');
  await vite.build({
    configFile: join(root, ENTRIES.renderer),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  try {
    say(`built dist/ in ${await build(root)} ms`);
  } catch (error) {
    say(`build failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
