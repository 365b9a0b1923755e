import { describe, expect, it } from 'vitest';
import type { QuotaWindow } from '../../main/providers/contract.ts';
import { reserveOf, reserveText } from '../../main/routing/reserve.ts';
import { hourMs, startOfTest as now } from './breakers/bench-account.ts';
import { account, Fleet, order } from './fleet.ts';

const window = (over: Partial<QuotaWindow>): QuotaWindow => ({ id: '5h', label: '5 hours', ...over });
const resetsAt = now + hourMs;

describe('what an owner keeps back', () => {
  it('is reached when a window has used that much, by reading or by refusal', () => {
    expect(reserveOf([window({ used: 0.89, resetsAt })], undefined, 90, now)).toBeUndefined();
    expect(reserveOf([window({ used: 0.9, resetsAt })], undefined, 90, now)).toMatchObject({
      used: 0.9,
      until: resetsAt,
    });
    expect(reserveOf([window({ state: 'rejected', resetsAt })], undefined, 90, now)?.used).toBe(1);
    expect(reserveOf([window({})], undefined, 90, now)).toBeUndefined();
  });

  it('is nothing at 100 percent, used up or not', () => {
    expect(reserveOf([window({ used: 1.2, resetsAt })], undefined, 100, now)).toBeUndefined();
  });

  it('ends with the window, the last of several, and in any case after an hour', () => {
    const week = window({ id: '7d', used: 0.95, resetsAt: now + 50 * hourMs });
    expect(reserveOf([week, window({ used: 0.95, resetsAt })], undefined, 90, now)?.until).toBe(week.resetsAt);
    expect(reserveOf([week], undefined, 90, now + 50 * hourMs)).toBeUndefined();
    const old = window({ used: 0.95, readAt: now - hourMs + 1 });
    expect(reserveOf([old], undefined, 90, now)?.until).toBe(now + 1);
    expect(reserveOf([old], undefined, 90, now + 1)).toBeUndefined();
  });

  it('concerns the models that the window limits', () => {
    const opus = window({ id: '7d_oi', label: 'Week (opus)', family: 'opus', used: 0.95, resetsAt });
    expect(reserveOf([opus], 'sonnet', 90, now)).toBeUndefined();
    expect(reserveOf([opus], undefined, 90, now)).toBeUndefined();
    const reached = reserveOf([opus], 'opus', 90, now);
    expect(reached && reserveText(reached)).toBe('reserve reached: 95 % of Week (opus) used, stop-at is 90');
  });
});

describe('routing', () => {
  const used = (part: number) => [window({ used: part, resetsAt })];

  it('stops using an account at its reserve, and moves its conversations', () => {
    const fleet = new Fleet([account('a'), account('b')], { stopAt: 90 });
    expect(fleet.serve('x')).toBe('a');
    fleet.windows.set('a', used(0.91));
    expect([fleet.serve('x'), fleet.serve('y'), fleet.serve('z')]).toEqual(['b', 'b', 'b']);
    expect(fleet.ask().unavailable).toMatchObject([
      { label: 'a', why: 'reserve', reason: 'reserve reached: 91 % of 5 hours used, stop-at is 90', until: resetsAt },
    ]);
  });

  it('refuses rather than touch the last reserve, and says so with the time', () => {
    const fleet = new Fleet([account('a')], { stopAt: 90 });
    fleet.windows.set('a', used(0.91));
    const route = fleet.ask();
    expect(order(route)).toEqual([]);
    expect(route.refusal).toEqual({
      code: 'model_cooldown',
      detail: 'claude-opus-4-7; a: reserve reached: 91 % of 5 hours used, stop-at is 90, for 1 h',
      retryAfterMs: hourMs,
      candidates: [{ label: 'a', reason: 'reserve reached: 91 % of 5 hours used, stop-at is 90', until: resetsAt }],
    });
    fleet.now = resetsAt;
    expect(order(fleet.ask())).toEqual(['a']);
  });

  it('takes the number of the account before that of all', () => {
    const fleet = new Fleet([account('a', { stopAt: 100 }), account('b', { stopAt: 50 }), account('c')], {
      stopAt: 90,
    });
    for (const id of ['a', 'b', 'c']) fleet.windows.set(id, used(0.6));
    expect(order(fleet.ask())).toEqual(['a', 'c']);
    fleet.windows.set('a', used(1));
    expect(order(fleet.ask())).toEqual(['c', 'a']);
  });

  it('does not probe an account beyond its reserve, and lets nothing through that was planned before', () => {
    const fleet = new Fleet([account('a')], { stopAt: 90 });
    const [attempt] = fleet.ask().attempts;
    fleet.windows.set('a', used(0.95));
    expect(attempt?.kind === 'local' && fleet.router.begin(attempt.target)).toBeUndefined();
    fleet.windows.delete('a');
    fleet.trip('a', { scope: 'model', retryAfterMs: 1000 });
    fleet.windows.set('a', used(0.95));
    fleet.now += 1000;
    expect(order(fleet.ask())).toEqual([]);
  });

  it('waits for a window that is about to reset', () => {
    const fleet = new Fleet([account('a')], { stopAt: 90 });
    fleet.windows.set('a', [window({ used: 0.95, resetsAt: fleet.now + 5000 })]);
    expect(fleet.ask({ waitLeftMs: 30_000 }).wait?.ms).toBe(5001);
  });

  it('goes to Amp as for used-up quota', () => {
    const fleet = new Fleet([account('a')], { stopAt: 90 });
    fleet.windows.set('a', used(0.95));
    expect(order(fleet.ask({ amp: { reachable: true, mode: 'exhausted', creditLeft: 1 } }))).toEqual(['amp']);
  });
});
