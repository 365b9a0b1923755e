import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AffinityTable, isSuspensionOver } from '../../../main/routing/affinity/table.ts';

const hourMs = 3_600_000;

describe('the affinity table', () => {
  it('keeps a conversation for an hour after its last request', () => {
    const table = new AffinityTable();
    table.bind('c', 'a', 0);
    expect(table.get('c', hourMs)?.accountId).toBe('a');
    table.bind('c', 'a', hourMs);
    expect(table.get('c', 2 * hourMs)?.accountId).toBe('a');
    expect(table.get('c', 2 * hourMs + 1)).toBeUndefined();
  });

  it('keeps a suspended one for five minutes, counted from the first time', () => {
    const table = new AffinityTable();
    table.bind('c', 'a', 0);
    table.suspend('c', 1000);
    table.suspend('c', 2000);
    const binding = table.get('c', 2000);
    expect(binding).toEqual({ accountId: 'a', usedAt: 2000, suspendedAt: 1000 });
    expect(binding && isSuspensionOver(binding, 301_000)).toBe(false);
    expect(binding && isSuspensionOver(binding, 301_001)).toBe(true);
    table.bind('c', 'a', 3000);
    expect(table.get('c', 3000)?.suspendedAt).toBeUndefined();
  });

  it('never holds more than its size, and drops the least recently used', () => {
    const keys = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 });
    fc.assert(
      fc.property(keys, (used) => {
        const table = new AffinityTable(10);
        used.forEach((key, now) => void table.bind(String(key), 'a', now));
        const recent = [...new Set(used.toReversed())].slice(0, 10);
        expect(table.size).toBe(recent.length);
        expect(recent.every((key) => table.get(String(key), used.length))).toBe(true);
      }),
    );
  });
});
