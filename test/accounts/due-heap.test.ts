import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueHeap } from '../../main/accounts/due-heap.ts';

test('whatever is set and set again comes out once, at its last time, the longest due first', () => {
  const set = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), at: fc.nat(50) });
  fc.assert(
    fc.property(fc.array(set, { maxLength: 60 }), fc.nat(60), (sets, now) => {
      const heap = new DueHeap();
      const last = new Map<string, number>();
      for (const { id, at } of sets) {
        heap.set(id, at);
        last.set(id, at);
      }
      const taken: string[] = [];
      for (let id = heap.takeDue(now); id !== undefined; id = heap.takeDue(now)) taken.push(id);
      const due = [...last].filter(([, at]) => at <= now);
      expect(taken.map((id) => last.get(id))).toEqual(due.map(([, at]) => at).sort((a, b) => a - b));
      expect(new Set(taken)).toEqual(new Set(due.map(([id]) => id)));
    }),
  );
});

test('nothing is left after clear', () => {
  const heap = new DueHeap();
  heap.set('a', 1);
  heap.clear();
  expect(heap.takeDue(2)).toBeUndefined();
});
