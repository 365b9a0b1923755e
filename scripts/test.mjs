// npm test [-- PATTERN…]: sets up what is missing, then runs the static checks and every suite.
// With patterns, only the Vitest files whose path contains one of them.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronEnvironment, ensureElectron } from './setup/electron.mjs';
import { ensureKeychain } from './setup/keychain.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { say } from './setup/say.mjs';
import { BUNDLES, ensureSystemPackages } from './setup/system-packages.mjs';
import { runChecks } from './test/checks.mjs';
import { runSuite } from './test/suites.mjs';
import { closingLines, sum } from './test/tally.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  process.exitCode = await test(process.argv.slice(2));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.stdout.write('0 passed, 1 failed, 0 skipped\n');
  process.exitCode = 1;
}

/** @param {string[]} patterns */
async function test(patterns) {
  const suites = await setUp();
  const results = patterns.length === 0 ? [await runChecks(root)] : [];
  for (const suite of suites) results.push(await runSuite(root, suite, patterns));
  const total = sum(results);
  process.stdout.write(`\n${closingLines(total)}\n`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

/** @returns {Promise<import('./test/suites.mjs').Suite[]>} in the order in which they run */
async function setUp() {
  ensurePackages(root);
  // Tests that need these skip themselves, with the reason, where they cannot be had.
  ensureSystemPackages(BUNDLES.network, 'network namespaces for tests');
  ensureSystemPackages(BUNDLES.shells, 'shells whose completions are tested');
  // Tests of the dashboard skip themselves, with the reason, where there is no browser.
  ensureSystemPackages(BUNDLES.browser, 'a browser for tests of the dashboard');
  const { env, missing } = await setUpDesktop();
  const { ensureBuilt } = await import('./build.mjs');
  await ensureBuilt(root);
  return [
    { project: 'unit', onDesktop: false, env },
    { project: 'clients', onDesktop: false, env },
    { project: 'desktop', onDesktop: true, env, missing },
  ];
}

/** The parts of a desktop: keychain, display, Electron. */
async function setUpDesktop() {
  const keychain = ensureKeychain(root);
  const display = ensureSystemPackages(BUNDLES.display, 'a display and a keychain for tests');
  const electron = await ensureElectron(root).catch((/** @type {Error} */ error) => error);
  const failure = electron instanceof Error ? electron.message : undefined;
  const missing = [keychain, display, failure].filter((reason) => reason !== undefined);
  return {
    env: electron instanceof Error ? {} : electronEnvironment(electron),
    missing: missing.length > 0 ? missing.join('; ') : undefined,
  };
}
