// npm run package [-- OPTION…]: builds Fusebox and packs it for this system, into release/.
// The options are electron-builder's: `--dir` for a folder instead of installers, `--linux deb`, `--arm64` …
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureKeychain } from './setup/keychain.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { handOver } from './setup/run.mjs';
import { say } from './setup/say.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  process.exitCode = await pack(process.argv.slice(2), process.env);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function pack(args, env) {
  ensurePackages(root);
  const missing = ensureKeychain(root);
  if (missing) throw new Error(`a package needs the keychain's binding: ${missing}`);
  // Imported late: the build's own packages have just been installed.
  const { ensureBuilt } = await import('./build.mjs');
  await ensureBuilt(root);
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
  return handOver(process.execPath, [builder, '--publish', 'never', ...publisher(env), ...args], { cwd: root });
}

/**
 * What differs from publisher to publisher, as electron-builder's options.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]}
 */
function publisher(env) {
  const { FUSEBOX_HOMEPAGE: homepage, FUSEBOX_MAINTAINER: maintainer } = env;
  const feed = checkedFeed(env);
  return [
    ...(feed ? ['-c.publish.provider=generic', `-c.publish.url=${feed}`] : []),
    ...(homepage ? [`-c.extraMetadata.homepage=${homepage}`] : []),
    ...(maintainer ? [`-c.linux.maintainer=${maintainer}`] : []),
  ];
}

/**
 * Without https, the feed's checksums would be no protection; on Windows an unsigned copy would install whatever they fit.
 * @param {NodeJS.ProcessEnv} env
 */
function checkedFeed({ FUSEBOX_UPDATE_FEED: feed, WIN_CSC_LINK, CSC_LINK }) {
  if (!feed) return undefined;
  if (!URL.canParse(feed) || new URL(feed).protocol !== 'https:') throw new Error('FUSEBOX_UPDATE_FEED must be https');
  if (process.platform === 'win32' && !WIN_CSC_LINK && !CSC_LINK) throw new Error('a feed needs WIN_CSC_LINK: sign it');
  return feed;
}
