/**
 * The candidate that takes the fewest typing mistakes to turn into `key`; undefined without candidates.
 * Case and the difference between `_`, `-` and nothing do not count, so that `apiKeys` finds `api-keys`.
 */
export function nearestKey(key: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(key);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, plain(candidate));
    if (!best || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}

/** Longer than any key; what is longer is cut, so that a nonsense key costs nothing. */
const longestKey = 64;

function plain(key: string): string {
  return key
    .toLowerCase()
    .replaceAll(/[-_\s]/g, '')
    .slice(0, longestKey);
}

/** Insertions, deletions, replacements and swaps of neighbours between two texts (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const steps = [at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1)];
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        steps.push(at(beforeLast, column - 2) + 1);
      }
      current.push(Math.min(...steps));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
