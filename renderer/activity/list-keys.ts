/** Where a key leads from one row to another; undefined for keys that lead nowhere. `at` is -1 while no row is active. */
export function nextIndex(key: string, at: number, count: number, pageRows: number): number | undefined {
  const targets: Partial<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + Math.max(1, pageRows),
    PageUp: at - Math.max(1, pageRows),
    Home: 0,
    End: count - 1,
  };
  const target = targets[key];
  return target === undefined || count === 0 ? undefined : Math.min(count - 1, Math.max(0, target));
}
