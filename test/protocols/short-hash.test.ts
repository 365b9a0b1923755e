import { expect, it } from 'vitest';
import { shortHash } from '../../main/protocols/short-hash.ts';

it('is always the same for one text', () => {
  expect(shortHash('toolu_01')).toBe(shortHash('toolu_01'));
  expect(shortHash('')).toMatch(/^[0-9a-f]{16}$/);
});

it('tells many texts apart that hardly differ', () => {
  const texts = Array.from({ length: 50_000 }, (_, index) => `call_${index}`);
  const wide = Array.from({ length: 5_000 }, (_, index) => String.fromCharCode(index, index + 1));
  const all = [...texts, ...texts.map((text) => `${text}_`), ...wide];
  expect(new Set(all.map(shortHash)).size).toBe(all.length);
});
