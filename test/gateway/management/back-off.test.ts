import { describe, expect, it } from 'vitest';
import { createBackOff } from '../../../main/gateway/management/back-off.ts';

function backOff() {
  const time = { now: 1_000_000 };
  const subject = createBackOff(() => time.now);
  const guess = (peer: string) => {
    const waitMs = subject.begin(peer);
    if (waitMs === 0) subject.ended(peer, false);
    return waitMs;
  };
  return { time, subject, guess };
}

describe('the back-off after wrong keys', () => {
  it('costs nothing at first, and then twice as long each time, up to a minute', () => {
    const { time, guess } = backOff();
    for (let count = 0; count < 5; count++) expect(guess('203.0.113.9')).toBe(0);
    const waits = Array.from({ length: 9 }, () => {
      const waitMs = guess('203.0.113.9');
      time.now += waitMs;
      expect(guess('203.0.113.9')).toBe(0);
      return waitMs;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
  });

  it('does not grow by tries that were not looked at, so that a neighbour behind the same address gets in', () => {
    const { time, subject, guess } = backOff();
    for (let count = 0; count < 5; count++) guess('203.0.113.9');
    for (let count = 0; count < 100; count++) expect(guess('203.0.113.9')).toBe(1000);
    time.now += 1000;
    expect(subject.begin('203.0.113.9')).toBe(0);
    subject.ended('203.0.113.9', true);
    for (let count = 0; count < 5; count++) expect(guess('203.0.113.9')).toBe(0);
  });

  it('is forgotten with the right key, and is for one peer only', () => {
    const { subject, guess } = backOff();
    for (let count = 0; count < 5; count++) guess('203.0.113.9');
    expect(guess('203.0.113.10')).toBe(0);
    subject.forget('203.0.113.9');
    expect(guess('203.0.113.9')).toBe(0);
  });

  it('looks at one key of a peer at a time, and at a few of all peers', () => {
    const { subject } = backOff();
    expect(subject.begin('198.51.100.1')).toBe(0);
    expect(subject.begin('198.51.100.1')).toBe(1000);
    for (const last of [2, 3, 4]) expect(subject.begin(`198.51.100.${last}`)).toBe(0);
    expect(subject.begin('198.51.100.5')).toBe(1000);
    subject.ended('198.51.100.1', false);
    expect(subject.begin('198.51.100.5')).toBe(0);
  });

  it('takes a whole /64 for one peer, and a mapped address for what it is', () => {
    const { guess } = backOff();
    for (let count = 0; count < 5; count++) guess(`2001:db8::${count}`);
    expect(guess('2001:db8:0:0:ffff::1%eth0')).toBe(1000);
    expect(guess('2001:db8:0:1::1')).toBe(0);
    for (let count = 0; count < 5; count++) guess('::ffff:198.51.100.7');
    expect(guess('198.51.100.7')).toBe(1000);
  });

  it('remembers no more than ten thousand peers', () => {
    const { guess } = backOff();
    for (let count = 0; count < 5; count++) guess('203.0.113.9');
    for (let count = 0; count < 10_000; count++) guess(`10.1.${count >> 8}.${count & 255}`);
    expect(guess('203.0.113.9')).toBe(0);
  });
});
