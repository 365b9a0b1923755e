import { expect, test } from 'vitest';
import { createEntrance } from '../../../main/gateway/dashboard/entrance.ts';
import { FakeClock } from '../../fakes/clock.ts';

const tenMinutesMs = 10 * 60_000;

test('a token is good once', () => {
  const entrance = createEntrance(new FakeClock());
  const { value } = entrance.issue();
  expect(entrance.redeem(value)).toBe(true);
  expect(entrance.redeem(value)).toBe(false);
});

test('a token ends after ten minutes', () => {
  const clock = new FakeClock();
  const entrance = createEntrance(clock);
  const [early, late] = [entrance.issue(), entrance.issue()];
  expect(early.expiresAt - clock.now()).toBe(tenMinutesMs);
  clock.advance(tenMinutesMs - 1);
  expect(entrance.redeem(early.value)).toBe(true);
  clock.advance(1);
  expect(entrance.redeem(late.value)).toBe(false);
});

test('anything else is refused, and leaves the tokens as they are', () => {
  const entrance = createEntrance(new FakeClock());
  const { value } = entrance.issue();
  for (const other of ['', 'x', `${value}x`, value.slice(1), createEntrance(new FakeClock()).issue().value])
    expect(entrance.redeem(other)).toBe(false);
  expect(entrance.redeem(value)).toBe(true);
});

test('tokens cannot be guessed or piled up: each is 256 bits, and the ninth ends the first', () => {
  const entrance = createEntrance(new FakeClock());
  const values = Array.from({ length: 9 }, () => entrance.issue().value);
  expect(new Set(values).size).toBe(9);
  for (const value of values) expect(Buffer.from(value, 'base64url')).toHaveLength(32);
  expect(values.map((value) => entrance.redeem(value))).toEqual([false, ...Array(8).fill(true)]);
});
