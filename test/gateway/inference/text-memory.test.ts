import { expect, it } from 'vitest';
import { createTextMemory } from '../../../main/gateway/inference/text-memory.ts';

const megabyte = 1024 * 1024;

it('lends the smallest spare that is large enough, to one at a time', () => {
  const memory = createTextMemory();
  const [large, small] = [memory.lend(5 * megabyte), memory.lend(2 * megabyte)];
  memory.takeBack(large);
  memory.takeBack(small);
  const first = memory.lend(megabyte);
  expect(first).toHaveLength(megabyte);
  expect(first.buffer).toBe(small.buffer);
  expect(memory.lend(megabyte).buffer).toBe(large.buffer);
  expect([small.buffer, large.buffer]).not.toContain(memory.lend(megabyte).buffer);
});

it('keeps no more than 32 MB for later', () => {
  const memory = createTextMemory();
  const lent = [1, 2, 3, 4].map(() => memory.lend(10 * megabyte));
  for (const one of lent) memory.takeBack(one);
  const kept = new Set(lent.map(({ buffer }) => buffer));
  const again = [1, 2, 3, 4].map(() => memory.lend(10 * megabyte));
  expect(again.filter(({ buffer }) => kept.has(buffer))).toHaveLength(3);
});
