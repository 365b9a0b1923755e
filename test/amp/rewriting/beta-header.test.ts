import { expect, test } from 'vitest';
import { filterBetas } from '../../../main/amp/rewriting/beta-header.ts';

const gone = ['context-1m-2025-08-07'];

test.each([
  ['context-1m-2025-08-07,a', { value: 'a', removed: gone }],
  ['a, context-1m-2025-08-07 ,b', { value: 'a,b', removed: gone }],
  ['a,\tCONTEXT-1M-2025-08-07', { value: 'a', removed: gone }],
  ['a,,context-1m-2025-08-07,context-1m-2025-08-07, ,b', { value: 'a,b', removed: gone }],
  [['a', 'context-1m-2025-08-07, b'], { value: 'a,b', removed: gone }],
])('the one-million-token beta is taken out of %j', (header, expected) => {
  expect(filterBetas(header)).toEqual(expected);
});

test.each([['context-1m-2025-08-07'], [' , Context-1M-2025-08-07, '], [['context-1m-2025-08-07', '']]])(
  'a header %j that held nothing else goes',
  (header) => {
    expect(filterBetas(header)).toEqual({ removed: gone });
  },
);

test('a header without it is returned as it came', () => {
  expect(filterBetas('a,  b,context-1m-2025-08-08')).toEqual({ value: 'a,  b,context-1m-2025-08-08', removed: [] });
  expect(filterBetas(['a', 'b'])).toEqual({ value: 'a,b', removed: [] });
});

test.each([[undefined], [''], [' , '], [[]]])('a header of %j names no beta', (header) => {
  expect(filterBetas(header)).toEqual({ removed: [] });
});
