import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { emptyResult, sum } from './tally.mjs';

/** Checks that read the sources without running them: name and command, by the script in node_modules. */
const CHECKS = [
  { name: 'format and lint (biome)', script: '@biomejs/biome/bin/biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'types (tsc)', script: 'typescript/bin/tsc', args: ['--noEmit'] },
  {
    name: 'types of the window (tsc)',
    script: 'typescript/bin/tsc',
    args: ['--noEmit', '-p', 'renderer/tsconfig.json'],
  },
  { name: 'nothing unused (knip)', script: 'knip/bin/knip.js', args: [] },
];

/**
 * Runs the static checks, all at once, and prints each as it ends; the output only of those that fail.
 * @param {string} root
 * @returns {Promise<import('./tally.mjs').Result>} each check counts as one test
 */
export async function runChecks(root) {
  return sum(await Promise.all(CHECKS.map((check) => runCheck(root, check))));
}

/**
 * @param {string} root
 * @param {typeof CHECKS[number]} check
 */
async function runCheck(root, { name, script, args }) {
  const started = performance.now();
  const { code, output } = await capture(root, [join(root, 'node_modules', script), ...args]);
  const time = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const ok = code === 0;
  process.stdout.write(ok ? `ok      ${name}, ${time}\n` : `${output.trimEnd()}\nFAILED  ${name}, ${time}\n`);
  return ok ? { ...emptyResult(), passed: 1 } : { ...emptyResult(), failed: 1, failures: [name] };
}

/**
 * @param {string} cwd
 * @param {string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
function capture(cwd, args) {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
