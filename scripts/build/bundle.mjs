import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { easeSpreads } from './object-spreads.mjs';
import { wat } from './wat.mjs';

/** What a build starts from, relative to the project's folder. */
export const ENTRIES = {
  cli: 'main/cli.ts',
  electron: 'main/electron.ts',
  journal: 'main/journal/worker.ts',
  preload: 'preload/index.ts',
  renderer: 'renderer/vite.config.ts',
};

/** Unused code and comments go; names and lines stay, for readable stack traces. */
const OUTPUT = {
  minify: /** @type {const} */ ('dce-only'),
  comments: { legal: true, annotation: false, jsdoc: false },
};

/**
 * V8 keeps the source of what it runs: one character beyond Latin-1, such as a typographic quote in a message, doubles the
 * memory of its whole chunk. Escapes mean the same in every string, and nothing else of the code holds such characters.
 * @type {import('rolldown').Plugin}
 */
const narrowSource = {
  name: 'narrow-source',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle))
      if (chunk.type === 'chunk') chunk.code = chunk.code.replace(/[\u0100-\uffff]/g, escaped);
  },
};

/** @param {string} unit one UTF-16 code unit */
function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @type {import('rolldown').Plugin} */
const easySpreads = {
  name: 'easy-spreads',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle))
      if (chunk.type === 'chunk') chunk.code = easeSpreads(chunk.fileName, chunk.code);
  },
};

/**
 * Bundles what runs outside the window: `cli.js`, `electron.js` and the thread `journal-worker.js` share their chunks, `preload.cjs` stands alone.
 * Everything is bundled but Electron itself, keytar and libsql, whose native files stay in node_modules.
 * @param {string} root the project's folder
 * @param {string} outDir
 */
export async function bundleMain(root, outDir) {
  const shared = {
    cwd: root,
    platform: /** @type {const} */ ('node'),
    external: ['electron', 'keytar', 'libsql'],
    // Its main file finds its parts by a require() that no bundler follows.
    resolve: { alias: { 'jsonc-parser': join(root, 'node_modules', 'jsonc-parser', 'lib', 'esm', 'main.js') } },
    transform: {
      define: { __FUSEBOX_VERSION__: JSON.stringify(versionOf(root)), 'process.env.NODE_ENV': '"production"' },
    },
    treeshake: true,
    plugins: [wat, easySpreads, narrowSource],
    logLevel: /** @type {const} */ ('warn'),
  };
  await build({
    ...shared,
    input: { cli: ENTRIES.cli, electron: ENTRIES.electron, 'journal-worker': ENTRIES.journal },
    output: {
      dir: outDir,
      format: 'esm',
      ...OUTPUT,
      chunkFileNames: 'chunks/[name]-[hash].js',
      banner: (chunk) => (chunk.isEntry && chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
    },
  });
  // A sandboxed preload script can load nothing but Electron: one file, CommonJS.
  await build({
    ...shared,
    input: ENTRIES.preload,
    output: { file: join(outDir, 'preload.cjs'), format: 'cjs', ...OUTPUT, codeSplitting: false },
  });
  chmodSync(join(outDir, 'cli.js'), 0o755);
}

/** @param {string} root */
function versionOf(root) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}
