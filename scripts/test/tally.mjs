/**
 * What a check or a suite came to.
 * @typedef {{ passed: number, failed: number, failures: string[], skipped: { name: string, reason: string }[] }} Result
 *   failures: what failed, as far as it has a name
 */

/** @returns {Result} */
export function emptyResult() {
  return { passed: 0, failed: 0, failures: [], skipped: [] };
}

/**
 * @param {Result[]} results
 * @returns {Result}
 */
export function sum(results) {
  return {
    passed: results.reduce((total, result) => total + result.passed, 0),
    failed: results.reduce((total, result) => total + result.failed, 0),
    failures: results.flatMap((result) => result.failures),
    skipped: results.flatMap((result) => result.skipped),
  };
}

/**
 * The end of a run: every skipped test with its reason, every failed one with its message, then the one line that says it all.
 * @param {Result} result
 * @returns {string}
 */
export function closingLines({ passed, failed, failures, skipped }) {
  const reasons = skipped.map(({ name, reason }) => `skipped: ${name} (${reason})`);
  const names = failures.map((name) => `failed: ${name}`);
  return [...reasons, ...names, `${passed} passed, ${failed} failed, ${skipped.length} skipped`].join('\n');
}
