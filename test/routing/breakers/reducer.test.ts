import { describe, expect, it } from 'vitest';
import type { Fault, QuotaWindow } from '../../../main/providers/contract.ts';
import { blocksOfAccount } from '../../../main/routing/breakers/block.ts';
import { Bench, dayMs, hourMs, minuteMs, secondMs, target } from './bench-account.ts';

const opus = target();
const sonnet = target('a', 'claude-sonnet-5', 'sonnet');
const otherOpus = target('a', 'claude-opus-5', 'opus');
const otherAccount = target('b');

const fiveHours: QuotaWindow = { id: '5h', label: '5 hours', lengthMs: 5 * hourMs, used: 1, state: 'rejected' };
const week: QuotaWindow = { id: '7d', label: 'Week', lengthMs: 7 * dayMs, used: 1, state: 'rejected' };
const day: QuotaWindow = { id: '1d', label: 'Day', lengthMs: dayMs, used: 1, state: 'rejected' };
const opusWeek: QuotaWindow = {
  id: '7d_oi',
  label: 'Week (Opus)',
  family: 'opus',
  lengthMs: 7 * dayMs,
  used: 1,
  state: 'rejected',
};

describe('a failure blocks what its row of the table says', () => {
  type Row = [name: string, over: Partial<Fault>, waitMs: number | undefined, blocks: string, windows?: QuotaWindow[]];
  const rows: Row[] = [
    ["the client's own fault", { scope: 'request', kind: 'invalid', status: 400 }, undefined, ''],
    ['a request that needs paid credits', { scope: 'request', kind: 'quota' }, undefined, ''],
    ['an untyped 404', { scope: 'request', kind: 'invalid', status: 404 }, undefined, ''],
    ['a network error', { scope: 'request', kind: 'network', status: 502 }, undefined, ''],
    ['a sign-in that ended', { scope: 'credential', kind: 'auth', status: 401 }, undefined, ''],
    ['a model outside the plan', { kind: 'unsupported', status: 400 }, hourMs, 'opus'],
    ['billing', { scope: 'credential', kind: 'quota', status: 402 }, 30 * minuteMs, 'all'],
    ['a licence or region', { scope: 'credential', kind: 'unsupported', status: 403 }, 30 * minuteMs, 'all'],
    ['a firewall', { scope: 'credential', kind: 'overload', status: 503 }, 10 * secondMs, 'all'],
    ['a model that is not permitted', { kind: 'unsupported', status: 403 }, 30 * minuteMs, 'opus'],
    ['a typed 404', { kind: 'unsupported', status: 404 }, 10 * minuteMs, 'opus'],
    ['a usage limit with reset', { scope: 'credential', retryAfterMs: hourMs }, hourMs + secondMs, 'all'],
    ['a usage limit of a family', { scope: 'family', retryAfterMs: hourMs }, hourMs + secondMs, 'family'],
    ['a usage limit without reset', { scope: 'credential' }, minuteMs, 'all'],
    ['a reset in the past', { scope: 'credential', retryAfterMs: -5 }, minuteMs, 'all'],
    ['a reset beyond eight days', { scope: 'credential', retryAfterMs: 9 * dayMs }, minuteMs, 'all'],
    [
      '18 days for 5 h',
      { scope: 'credential', retryAfterMs: 7 * dayMs },
      5 * hourMs + 10 * minuteMs,
      'all',
      [fiveHours],
    ],
    ['a week', { scope: 'credential', retryAfterMs: 7.9 * dayMs }, 7 * dayMs + hourMs, 'all', [fiveHours, week]],
    ['a day', { scope: 'credential', retryAfterMs: 3 * dayMs }, dayMs + 10 * minuteMs, 'all', [day]],
    [
      'a family week',
      { scope: 'family', retryAfterMs: 7.9 * dayMs },
      7 * dayMs + hourMs,
      'family',
      [fiveHours, opusWeek],
    ],
    ['a burst with Retry-After', { retryAfterMs: 4 * minuteMs }, 4 * minuteMs, 'opus'],
    ['a burst that asks for long', { retryAfterMs: 6 * minuteMs }, 6 * minuteMs + secondMs, 'opus'],
    ['a burst without hint', {}, secondMs, 'opus'],
    ['free usage', { scope: 'credential', type: 'free-usage-exhausted' }, hourMs, 'all'],
    ['529', { kind: 'overload', status: 529 }, 2 * secondMs, 'opus'],
    ['503 with a hint', { kind: 'overload', status: 503, retryAfterMs: hourMs }, minuteMs, 'opus'],
    ['the first 500', { kind: 'overload', status: 500 }, undefined, ''],
  ];
  it.each(rows)('%s', (_name, over, waitMs, blocks, windows = []) => {
    const bench = new Bench();
    bench.fail(over, opus, bench.begin(), windows);
    expect(bench.waitMs()).toBe(waitMs);
    const blocked = [opus, otherOpus, sonnet, otherAccount].map((to) => bench.standing(to) === 'blocked');
    const expected = { '': [0, 0, 0, 0], opus: [1, 0, 0, 0], family: [1, 1, 0, 0], all: [1, 1, 1, 0] }[blocks];
    expect(blocked.map(Number)).toEqual(expected);
  });

  it('takes the reset of the used-up window where the error has none', () => {
    const bench = new Bench();
    bench.fail({ scope: 'credential' }, opus, bench.begin(), [{ ...fiveHours, resetsAt: bench.now + 2 * hourMs }]);
    expect(bench.waitMs()).toBe(2 * hourMs + secondMs);
  });

  it('adds up to thirty seconds to a reset, and a quarter to the wait for an overloaded upstream', () => {
    const bench = new Bench();
    bench.random = 0.999999;
    bench.fail({ scope: 'credential', retryAfterMs: hourMs });
    expect(bench.waitMs()).toBeCloseTo(hourMs + 30 * secondMs, -2);
    bench.fail({ kind: 'overload', status: 529 }, otherAccount);
    expect(bench.waitMs(otherAccount)).toBeCloseTo(2.5 * secondMs, -2);
  });
});

/** Trips a breaker again and again, each time with the one request that it lets through. */
function ladder(over: Partial<Fault>, steps: number): (number | undefined)[] {
  const bench = new Bench();
  if (over.kind === 'overload' && over.status === 500) bench.fail(over);
  return Array.from({ length: steps }, () => {
    bench.fail(over);
    const wait = bench.waitMs();
    bench.now += wait ?? 0;
    return wait && wait / secondMs;
  });
}

describe('the ladders', () => {
  it.each<[string, Partial<Fault>, number[]]>([
    ['429 without hint', {}, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1800, 1800]],
    ['usage limit without reset', { scope: 'credential' }, [60, 120, 240, 480, 960, 1800, 1800]],
    ['free usage', { scope: 'credential', type: 'free usage' }, [3600, 7200, 14400, 28800, 57600, 86400, 86400]],
    [
      'refused account',
      { scope: 'credential', kind: 'unsupported', status: 403 },
      [1800, 3600, 7200, 14400, 21600, 21600],
    ],
    ['firewall', { scope: 'credential', kind: 'overload', status: 503 }, [10, 20, 40, 80, 160, 300, 300]],
    ['unknown model', { kind: 'unsupported', status: 404 }, [600, 1200, 2400, 3600, 3600]],
    ['model not permitted', { kind: 'unsupported', status: 403 }, [1800, 1800]],
    ['billing', { scope: 'credential', status: 402 }, [1800, 1800]],
    ['overloaded', { kind: 'overload', status: 529 }, [2, 4, 8, 16, 32, 60, 60]],
    ['failing', { kind: 'overload', status: 500 }, [5, 10, 20, 40, 60, 60]],
  ])('%s', (_name, over, seconds) => {
    expect(ladder(over, seconds.length)).toEqual(seconds);
  });

  it('takes one step for all failures of one burst', () => {
    const bench = new Bench();
    const tickets = Array.from({ length: 20 }, () => bench.begin());
    for (const ticket of tickets) bench.fail({}, opus, ticket);
    expect(bench.waitMs()).toBe(secondMs);
    bench.now += 500;
    expect(bench.waitMs()).toBe(500);
  });

  it('starts again at its foot after a success', () => {
    const bench = new Bench();
    bench.fail({});
    bench.now += secondMs;
    bench.serve();
    expect(bench.block()).toBeUndefined();
    bench.fail({});
    expect(bench.waitMs()).toBe(secondMs);
  });

  it('needs two failures within thirty seconds to call an upstream failing', () => {
    const bench = new Bench();
    const failing = { kind: 'overload', status: 502 } as const;
    bench.fail(failing);
    bench.now += 31 * secondMs;
    bench.fail(failing);
    expect(bench.standing()).toBe('free');
    bench.serve();
    bench.fail(failing);
    expect(bench.standing()).toBe('free');
    bench.fail(failing);
    expect(bench.waitMs()).toBe(5 * secondMs);
  });
});

describe('a wait', () => {
  it('is not lengthened by requests that began before it', () => {
    const bench = new Bench();
    const [first, second] = [bench.begin(), bench.begin()];
    bench.fail({ scope: 'credential', retryAfterMs: hourMs }, opus, first);
    bench.fail({ scope: 'credential', retryAfterMs: 3 * hourMs }, opus, second);
    expect(bench.waitMs()).toBe(hourMs + secondMs);
  });

  it('is not shortened by a weaker error of the request that tries', () => {
    const bench = new Bench();
    bench.fail({ scope: 'credential', retryAfterMs: 4 * hourMs });
    bench.now += 15 * minuteMs;
    bench.fail({ scope: 'credential' });
    expect(bench.waitMs()).toBe(3.75 * hourMs + secondMs);
    expect(bench.block()?.nextProbeAt).toBe(bench.now + 30 * minuteMs);
  });

  it('follows a newer reset of the request that tries', () => {
    const bench = new Bench();
    bench.fail({ scope: 'credential', retryAfterMs: 4 * hourMs });
    bench.now += 15 * minuteMs;
    bench.fail({ scope: 'credential', retryAfterMs: hourMs });
    expect(bench.waitMs()).toBe(hourMs + secondMs);
  });

  it('is left as it is by failures of other kinds that come late', () => {
    const bench = new Bench();
    const [first, second] = [bench.begin(), bench.begin()];
    bench.fail({ scope: 'credential', retryAfterMs: 4 * hourMs }, opus, first);
    const before = bench.block();
    bench.fail({ scope: 'request', kind: 'network', status: 502 }, opus, second);
    expect(bench.block()).toEqual(before);
  });

  it('ends with a newer reading that shows room in the window that was used up', () => {
    const bench = new Bench();
    bench.fail({ scope: 'credential', retryAfterMs: 4 * hourMs }, opus, bench.begin(), [fiveHours]);
    bench.read([{ id: '7d', label: 'Week', used: 0.2 }]);
    expect(bench.standing()).toBe('blocked');
    bench.read([{ id: '5h', label: '5 hours', used: 0.3, state: 'allowed' }]);
    expect(bench.standing()).toBe('free');
  });

  it('of a family ends with a reading of its own window, whatever that is called, and of no other one', () => {
    const bench = new Bench();
    bench.fail({ scope: 'family', retryAfterMs: hourMs }, opus, bench.begin(), [fiveHours, opusWeek]);
    bench.read([{ id: '5h', label: '', used: 0.1 }]);
    bench.read([{ id: '7d-sonnet', label: '', family: 'sonnet', used: 0.1 }]);
    expect([opus, sonnet].map((to) => bench.standing(to))).toEqual(['blocked', 'free']);
    bench.read([{ id: 'seven_day_opus', label: '', family: 'opus', used: 0.9 }]);
    expect(bench.standing()).toBe('free');
  });

  it('is as long as the windows of its own family say, not those of others', () => {
    const bench = new Bench();
    bench.fail({ scope: 'family', retryAfterMs: 7.9 * dayMs }, sonnet, bench.begin(sonnet), [
      opusWeek,
      { id: '5h-sonnet', label: '', family: 'sonnet', lengthMs: 5 * hourMs, used: 1 },
    ]);
    expect(bench.waitMs(sonnet)).toBe(5 * hourMs + 10 * minuteMs);
  });

  it('is not ended by a reading that is older than it', () => {
    const bench = new Bench();
    const [first, second] = [bench.begin(), bench.begin()];
    bench.fail({ scope: 'credential', retryAfterMs: 4 * hourMs }, opus, first);
    bench.read([{ id: '5h', label: '5 hours', used: 0.99 }], second);
    expect(bench.standing()).toBe('blocked');
  });

  it('ends when the owner resets the account', () => {
    const bench = new Bench();
    bench.fail({ scope: 'credential', retryAfterMs: 4 * hourMs });
    bench.fail({}, otherAccount);
    bench.reset('a');
    expect(bench.standing()).toBe('free');
    expect(bench.standing(otherAccount)).toBe('blocked');
  });
});

describe('the one request that tries', () => {
  it('goes alone, and the others wait for its result', () => {
    const bench = new Bench();
    bench.fail({});
    bench.now += secondMs;
    expect(bench.standing()).toBe('probe');
    const probe = bench.begin();
    expect(bench.tryBegin()).toBeUndefined();
    expect(bench.block()?.probing).toBe(true);
    bench.serve(opus, probe);
    expect(bench.tryBegin()).toBeDefined();
  });

  it('checks a far reset after fifteen minutes and then every thirty', () => {
    const bench = new Bench();
    bench.fail({ scope: 'credential', retryAfterMs: 6 * dayMs });
    const began = bench.now;
    const tries = [15, 45, 75, 105].map((minutes) => {
      bench.now = began + minutes * minuteMs - 1;
      const early = bench.tryBegin();
      bench.now += 1;
      bench.fail({ scope: 'credential', retryAfterMs: 6 * dayMs });
      return early;
    });
    expect(tries).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('gives its place back when its client leaves', () => {
    const bench = new Bench();
    bench.fail({});
    bench.now += secondMs;
    bench.release(bench.begin());
    expect(bench.standing()).toBe('probe');
  });

  it('is followed by another soon when the network stopped it', () => {
    const bench = new Bench();
    bench.fail({ scope: 'credential', retryAfterMs: 6 * dayMs });
    bench.now += 15 * minuteMs;
    bench.fail({ scope: 'request', kind: 'network', status: 502 });
    expect(bench.standing()).toBe('blocked');
    bench.now += 10 * secondMs;
    expect(bench.standing()).toBe('probe');
  });

  it('loses its place when it never reports', () => {
    const bench = new Bench();
    bench.fail({});
    bench.now += secondMs;
    bench.begin();
    bench.now += 10 * minuteMs;
    expect(bench.tryBegin()).toBeDefined();
  });

  it('tries everything that stands in its way at once', () => {
    const bench = new Bench();
    const [first, second] = [bench.begin(), bench.begin()];
    bench.fail({}, opus, first);
    bench.fail({ scope: 'credential' }, opus, second);
    bench.now += minuteMs;
    bench.serve();
    expect([opus, sonnet].map((to) => bench.standing(to))).toEqual(['free', 'free']);
  });
});

describe('an overloaded provider', () => {
  const overloaded = { kind: 'overload', status: 529 } as const;

  it('is believed when two accounts agree, and a third is not asked', () => {
    const bench = new Bench();
    bench.fail(overloaded);
    expect(bench.standing(otherAccount)).toBe('free');
    bench.fail(overloaded, otherAccount);
    expect(bench.standing(target('c'))).toBe('blocked');
    expect(bench.block(target('c'))?.scope).toBe('provider-model');
    expect(bench.standing(target('c', 'claude-sonnet-5', 'sonnet'))).toBe('free');
    expect(bench.standing(target('c', 'claude-opus-4-7', 'opus', 'antigravity'))).toBe('free');
  });

  it('is tried by one request of any account, which opens it for all', () => {
    const bench = new Bench();
    bench.fail(overloaded);
    bench.fail(overloaded, otherAccount);
    bench.now += 2 * secondMs;
    const probe = bench.begin(target('c'));
    expect(bench.tryBegin(target('d'))).toBeUndefined();
    bench.serve(target('c'), probe);
    expect(bench.tryBegin(target('d'))).toBeDefined();
  });

  it('takes a longer wait when that request fails too', () => {
    const bench = new Bench();
    bench.fail(overloaded);
    bench.fail(overloaded, otherAccount);
    bench.now += 2 * secondMs;
    bench.fail(overloaded, target('c'));
    expect(bench.waitMs(target('d'))).toBe(4 * secondMs);
  });
});

describe('a clock that jumps', () => {
  it('backwards freezes nothing', () => {
    const bench = new Bench();
    bench.fail({ retryAfterMs: minuteMs });
    bench.now += 20 * secondMs;
    bench.tryBegin();
    bench.serve(otherAccount);
    bench.now -= 365 * dayMs;
    expect(bench.standing()).toBe('blocked');
    bench.serve(otherAccount);
    expect(bench.waitMs()).toBe(40 * secondMs);
    bench.now += 40 * secondMs;
    expect(bench.standing()).toBe('probe');
  });

  it('forwards lets one request try', () => {
    const bench = new Bench();
    bench.fail({ scope: 'credential', retryAfterMs: hourMs });
    bench.now += 365 * dayMs;
    expect(bench.standing()).toBe('probe');
  });
});

describe('what the window shows', () => {
  it('lists every block of an account, the widest first, with the upstream’s words', () => {
    const bench = new Bench();
    const [first, second] = [bench.begin(), bench.begin()];
    bench.fail({}, opus, first);
    bench.fail(
      { scope: 'credential', retryAfterMs: hourMs, type: 'rate_limit_error', message: 'Weekly limit' },
      opus,
      second,
    );
    const blocks = blocksOfAccount(bench.state, 'a', bench.now);
    expect(blocks.map(({ scope, reason }) => [scope, reason])).toEqual([
      ['credential', 'usage limit reached'],
      ['model', 'too many requests'],
    ]);
    expect(blocks[0]?.said).toEqual({ status: 429, type: 'rate_limit_error', message: 'Weekly limit' });
    expect(blocks[0]?.nextProbeAt).toBe(bench.now + 15 * minuteMs);
  });

  it('forgets the oldest of more models than anybody asks for', () => {
    const bench = new Bench();
    bench.fail({ scope: 'credential', type: 'free usage' }, target('a', 'first', 'first'));
    bench.now += hourMs;
    for (let i = 0; i < 500; i += 1) {
      bench.random = 0;
      const to = target('a', `model-${i}`, `model-${i}`);
      bench.fail({ kind: 'unsupported', status: 404 }, to, bench.state.lastTicket + 1);
    }
    const blocks = blocksOfAccount(bench.state, 'a', bench.now);
    expect(blocks).toHaveLength(200);
    expect(blocks[0]?.scope).toBe('credential');
  });
});
