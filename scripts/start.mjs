// npm start: sets up what is missing, then opens the tray application, or serves where there is no display.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronEnvironment, ensureElectron } from './setup/electron.mjs';
import { ensureKeychain } from './setup/keychain.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { handOver } from './setup/run.mjs';
import { say } from './setup/say.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** @param {string[]} args passed on to Fusebox */
async function start(args) {
  ensurePackages(root);
  ensureKeychain(root);
  // Imported late: the build's own packages have just been installed.
  const { ensureBuilt } = await import('./build.mjs');
  await ensureBuilt(root);
  const headless = whyHeadless();
  if (headless) return serve(args, headless);
  return openTray(args);
}

/** @returns {string | undefined} why no window can be opened here */
function whyHeadless() {
  if (process.platform !== 'linux') return undefined;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display here';
  // Chromium's sandbox cannot be used by root, and a window without it is nothing to offer.
  if (process.getuid?.() === 0) return 'the tray application does not run as root';
  return undefined;
}

/** @param {string[]} args */
async function openTray(args) {
  const electron = await ensureElectron(root).catch((/** @type {Error} */ error) => error);
  if (electron instanceof Error) return serve(args, electron.message);
  return handOver(electron, [root, ...args], { env: { ...process.env, ...electronEnvironment(electron) } });
}

/**
 * @param {string[]} args
 * @param {string} reason
 */
function serve(args, reason) {
  say(`${reason}: running the headless server (fusebox serve)`);
  return handOver(process.execPath, [join(root, 'dist', 'cli.js'), 'serve', ...args]);
}
