import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handOver, run } from '../setup/run.mjs';
import { withDesktop } from '../with-desktop.mjs';
import { emptyResult } from './tally.mjs';

/** @typedef {import('./tally.mjs').Result} Result */

/**
 * A Vitest project of vitest.config.ts.
 * @typedef {{ project: string, onDesktop: boolean, env: NodeJS.ProcessEnv, missing?: string | undefined }} Suite
 *   missing: the tools that it needs and that could not be installed
 */

/**
 * Runs one suite, its output going straight to the terminal.
 * @param {string} root
 * @param {Suite} suite
 * @param {string[]} patterns only files whose path contains one of them; all when empty
 * @returns {Promise<Result>}
 */
export async function runSuite(root, suite, patterns) {
  process.stdout.write(`\n--- ${suite.project} tests\n`);
  return suite.missing === undefined ? runVitest(root, suite, patterns) : standIn(root, suite, suite.missing, patterns);
}

/**
 * @param {string} root
 * @param {Suite} suite
 * @param {string[]} patterns
 */
async function runVitest(root, suite, patterns) {
  const folder = mkdtempSync(join(tmpdir(), 'fusebox-result-'));
  const file = join(folder, 'result.json');
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'test', 'reporter.mjs')}`];
  const args = [vitest(root), 'run', '--project', suite.project, '--passWithNoTests', ...reporters, ...patterns];
  const env = { ...process.env, ...suite.env, FUSEBOX_RESULT: file };
  try {
    const code = suite.onDesktop
      ? await withDesktop(process.execPath, args, env)
      : await handOver(process.execPath, args, { cwd: root, env });
    return judge(readResult(file), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Vitest's word counts too: a run that broke off, or that fails for a reason of its own, is one more failure.
 * @param {Result} result
 * @param {number} code
 */
function judge(result, code) {
  if (code === 0 || result.failed > 0) return result;
  return { ...result, failed: 1, failures: [`Vitest ended with ${code}`] };
}

/**
 * @param {string} file
 * @returns {Result}
 */
function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { ...emptyResult(), failed: 1, failures: ['Vitest wrote no result'] };
  }
}

/**
 * The result of a suite that cannot run here: skipped with the reason, but failed on CI, where nothing may be missing.
 * @param {string} root
 * @param {Suite} suite
 * @param {string} missing
 * @param {string[]} patterns
 * @returns {Result}
 */
function standIn(root, suite, missing, patterns) {
  const reason = `not installed: ${missing}`;
  process.stdout.write(`${reason}\n`);
  const listed = run(process.execPath, [vitest(root), 'list', '--project', suite.project, '--json', ...patterns], {
    cwd: root,
  });
  /** @type {{ name: string }[]} */
  const tests = listed.ok ? JSON.parse(listed.output.slice(listed.output.indexOf('['))) : [{ name: suite.project }];
  if (process.env.CI)
    return { ...emptyResult(), failed: tests.length, failures: [`${suite.project} tests, ${reason}`] };
  return { ...emptyResult(), skipped: tests.map(({ name }) => ({ name, reason })) };
}

/** @param {string} root */
function vitest(root) {
  return join(root, 'node_modules', 'vitest', 'vitest.mjs');
}
