// Stands in for the default application that official Electron downloads carry and the copy from the
// npm registry lacks: it loads the modules named by -r and then the application named on the command line.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dialog, app as electronApp } from 'electron';

const require = createRequire(import.meta.url);

// What Electron keeps out of its types because only a default application needs it.
const app = /** @type {typeof electronApp & { setVersion(version: string): void, setAppPath(path: string): void }} */ (
  electronApp
);

await main(process.argv.slice(1));

/** @param {string[]} args */
async function main(args) {
  const { modules, application, wantsVersion } = readArguments(args);
  if (wantsVersion) {
    process.stdout.write(`v${process.versions.electron}\n`);
    process.exit(0);
  }
  for (const module of modules) require(resolve(module));
  if (application === undefined) return fail('Usage: electron [-r MODULE] PATH');
  try {
    await start(resolve(application));
  } catch (error) {
    fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/**
 * Options of Chromium and Node come before the application's path; everything after it belongs to the application.
 * @param {string[]} args
 */
function readArguments(args) {
  /** @type {string[]} */
  const modules = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = String(args[i]);
    if (arg === '-r' || arg === '--require') modules.push(String(args[++i]));
    else if (arg === '-v' || arg === '--version') return { modules, wantsVersion: true };
    else if (!arg.startsWith('-')) return { modules, application: arg };
  }
  return { modules };
}

/**
 * Runs a folder with a package.json, or a single file, under its own name and version.
 * @param {string} path absolute
 */
async function start(path) {
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  const isFolder = statSync(path).isDirectory();
  const manifest = isFolder ? readManifest(path) : {};
  if (manifest.version) app.setVersion(manifest.version);
  if (manifest.productName ?? manifest.name) app.name = manifest.productName ?? manifest.name;
  // Linux finds the window's icon and its D-Bus name through the desktop file's name.
  if (manifest.desktopName) app.setDesktopName(manifest.desktopName);
  app.setAppPath(isFolder ? path : dirname(path));
  await import(pathToFileURL(isFolder ? resolve(path, manifest.main ?? 'index.js') : path).href);
}

/** @param {string} folder */
function readManifest(folder) {
  const file = join(folder, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  if (process.platform !== 'linux' || process.env.DISPLAY === undefined) process.exit(1);
  dialog.showErrorBox('The application could not be started', message);
  process.exit(1);
}
