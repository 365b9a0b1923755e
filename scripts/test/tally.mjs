/**
 * What a check or a suite came to.
 * @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Result
 */

/** @returns {Result} */
export function emptyResult() {
  return { passed: 0, failed: 0, skipped: [] };
}

/**
 * @param {Result[]} results
 * @returns {Result}
 */
export function sum(results) {
  return {
    passed: results.reduce((total, result) => total + result.passed, 0),
    failed: results.reduce((total, result) => total + result.failed, 0),
    skipped: results.flatMap((result) => result.skipped),
  };
}

/**
 * The end of a run: every skipped test with its reason, then the one line that says it all.
 * @param {Result} result
 * @returns {string}
 */
export function closingLines({ passed, failed, skipped }) {
  const reasons = skipped.map(({ name, reason }) => `skipped: ${name} (${reason})`);
  return [...reasons, `${passed} passed, ${failed} failed, ${skipped.length} skipped`].join('\n');
}
