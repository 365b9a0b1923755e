import { expect, test } from 'vitest';
import { createRequestIds } from '../../main/engine/request-id.ts';

/** RFC 9562 §5.7: 48 bits of time, version 7, variant 8 to b. */
const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('each id is a UUID of version 7 that begins with its time and has not been given before', () => {
  let now = 1_763_800_000_000;
  const newId = createRequestIds({ now: () => now });
  const ids = Array.from({ length: 5_000 }, (_, at) => {
    if (at % 3 === 0) now += 1;
    return { id: newId(), now };
  });
  for (const { id, now: time } of ids) {
    expect(id).toMatch(uuid7);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(time);
  }
  expect(new Set(ids.map(({ id }) => id)).size).toBe(ids.length);
});

test('every random digit varies', () => {
  const newId = createRequestIds({ now: () => 1 });
  const ids = Array.from({ length: 500 }, newId);
  const seen = Array.from({ length: 36 }, (_, at) => new Set(ids.map((id) => id[at])).size);
  const [version, variant] = [14, 19];
  for (const [at, variety] of seen.entries())
    expect([at, variety]).toEqual([at, ids[0]?.[at] === '-' || at <= version ? 1 : at === variant ? 4 : 16]);
});
