// How the scripts speak: one line a step, on stderr, so that a child's own output stays clean.

/**
 * Prints one line about what set-up does and why.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`fusebox: ${line}\n`);
}
