import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'rolldown';
import { electronEnvironment, ensureElectron } from '../scripts/setup/electron.mjs';
import { run } from '../scripts/setup/run.mjs';
import { withDesktop } from '../scripts/with-desktop.mjs';
import { median } from './compare.mjs';
import { judgeBelow } from './report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = fileURLToPath(new URL('desktop-process.mjs', import.meta.url));
const clicks = { all: 10, quick: 3 };
/** Several minutes, because garbage is collected in some of them only. */
const restSeconds = { all: 180, quick: 20 };

/**
 * What a desktop-process measures: milliseconds of each click, and CPU time of all processes while nothing happens.
 * @typedef {{ start: number[], cold: number[], warm: number[], idle: { cpuMs: number, overMs: number } }} DesktopFigures
 */

/**
 * The window's figures: how soon it is there, what the application costs while nobody looks, and what it weighs.
 * @param {{ folder: string, upstream: string, quick: boolean }} options an empty folder
 * @returns {Promise<import('./report.mjs').Verdict[]>}
 */
export async function desktopVerdicts({ folder, upstream, quick }) {
  const mode = quick ? 'quick' : 'all';
  const figures = await figuresOf({ folder, upstream, clicks: clicks[mode], seconds: restSeconds[mode] });
  const percent = figures && (figures.idle.cpuMs / figures.idle.overMs) * 100;
  return [
    judgeBelow('window after the start', figures && median(figures.start), { below: 1500, unit: 'ms' }),
    judgeBelow('first window after the click', figures && median(figures.cold), { below: 1500, unit: 'ms' }),
    judgeBelow('window after the click, once it was open', figures && median(figures.warm), { below: 500, unit: 'ms' }),
    judgeBelow('CPU of all processes, window closed', percent, { below: 0.2, unit: '% of a core' }),
    judgeBelow('pages of the window, gzipped', bundleBytes() / 1000, { below: 400, unit: 'kB' }),
  ];
}

/**
 * @param {{ folder: string, upstream: string, clicks: number, seconds: number }} wishes
 * @returns {Promise<DesktopFigures | undefined>} undefined where there is no display of its own to be had
 */
async function figuresOf({ folder, upstream, clicks, seconds }) {
  if (process.platform !== 'linux') return undefined;
  if (['Xvfb', 'dbus-run-session'].some((tool) => !run('sh', ['-c', `command -v ${tool}`]).ok)) return undefined;
  const env = { ...process.env, ...electronEnvironment(await ensureElectron(root)) };
  await bundleTray();
  const code = await withDesktop(process.execPath, [program, folder, upstream, String(clicks), String(seconds)], env);
  if (code !== 0) throw new Error(`the desktop application's measurement ended with ${code}`);
  return JSON.parse(readFileSync(join(folder, 'figures.json'), 'utf8'));
}

/** The tests' tray: without one a window stands there from the start. */
async function bundleTray() {
  const file = join(root, 'node_modules', '.cache', 'fusebox', 'bench-desktop', 'tray-host.mjs');
  const input = join(root, 'test', 'desktop', 'tray-host.ts');
  await build({ input, platform: 'node', external: ['dbus-next'], output: { file, format: 'esm' }, logLevel: 'warn' });
}

/** Of scripts and styles as built. */
function bundleBytes() {
  const assets = join(root, 'dist', 'renderer', 'assets');
  return readdirSync(assets).reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0);
}
