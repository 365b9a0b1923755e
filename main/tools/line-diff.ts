/** A line that a change takes away or adds; lines are counted from 1 in the text that they stand in. */
export interface ChangedLine {
  kind: 'removed' | 'added';
  line: number;
}

/** The lines by which two texts differ, in reading order: Myers' greedy algorithm, quick where few lines differ. */
export function changedLines(before: readonly string[], after: readonly string[]): ChangedLine[] {
  const trace: Map<number, number>[] = [];
  const reach = new Map([[1, 0]]);
  for (let cost = 0; ; cost++) {
    trace.push(new Map(reach));
    for (let diagonal = -cost; diagonal <= cost; diagonal += 2) {
      let x = comesDown(reach, diagonal, cost) ? at(reach, diagonal + 1) : at(reach, diagonal - 1) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      reach.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return pathBack(trace, before.length, after.length);
    }
  }
}

function at(reach: ReadonlyMap<number, number>, diagonal: number): number {
  return reach.get(diagonal) ?? -1;
}

function comesDown(reach: ReadonlyMap<number, number>, diagonal: number, cost: number): boolean {
  return diagonal === -cost || (diagonal !== cost && at(reach, diagonal - 1) < at(reach, diagonal + 1));
}

function pathBack(trace: readonly Map<number, number>[], beforeLength: number, afterLength: number): ChangedLine[] {
  const found: ChangedLine[] = [];
  let [x, y] = [beforeLength, afterLength];
  for (let cost = trace.length - 1; cost > 0; cost--) {
    const reach = trace[cost] ?? new Map();
    const isAdded = comesDown(reach, x - y, cost);
    const from = x - y + (isAdded ? 1 : -1);
    x = at(reach, from);
    y = x - from;
    found.push(isAdded ? { kind: 'added', line: y + 1 } : { kind: 'removed', line: x + 1 });
  }
  return found.reverse();
}
