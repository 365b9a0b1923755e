import { describe, expect, it } from 'vitest';
import { loadBreakers, saveBreakers } from '../../../main/routing/breakers/saved.ts';
import { Bench, dayMs, hourMs, minuteMs, secondMs, target } from './bench-account.ts';

/** A bench that starts again from what another one saved. */
function restarted(before: Bench, laterMs = 0): Bench {
  const bench = new Bench();
  bench.now = before.now + laterMs;
  bench.state = loadBreakers(saveBreakers(before.state), bench.now);
  return bench;
}

function limited(retryAfterMs: number): Bench {
  const bench = new Bench();
  bench.fail({ scope: 'credential', retryAfterMs, type: 'rate_limit_error', message: 'Weekly limit' });
  return bench;
}

describe('breakers over a restart', () => {
  it('stay as they were', () => {
    const bench = limited(5 * dayMs);
    bench.now += minuteMs;
    expect(restarted(bench).block()).toEqual(bench.block());
  });

  it('may be tried at once when they have been open for more than fifteen minutes', () => {
    const bench = limited(5 * dayMs);
    expect(restarted(bench, 14 * minuteMs).standing()).toBe('blocked');
    expect(restarted(bench, 15 * minuteMs + 1).standing()).toBe('probe');
  });

  it('keep their step on the ladder', () => {
    const bench = new Bench();
    for (let i = 0; i < 6; i += 1) {
      bench.fail({});
      bench.now += bench.waitMs() ?? 0;
    }
    bench.now -= secondMs;
    const again = restarted(bench);
    again.now += secondMs;
    again.fail({});
    expect(again.waitMs()).toBe(64 * secondMs);
  });

  it('are forgotten when they have ended meanwhile', () => {
    expect(restarted(limited(hourMs), 2 * hourMs).state.owners.size).toBe(0);
  });

  it('keep neither running tries nor first failures', () => {
    const bench = limited(hourMs);
    bench.now += 15 * minuteMs;
    bench.begin();
    bench.fail({ kind: 'overload', status: 500 }, target('b'));
    const again = restarted(bench);
    expect(again.standing()).toBe('probe');
    expect([...again.state.owners.keys()]).toEqual(['a']);
  });

  it('do not freeze when the clock was set back in between', () => {
    const bench = limited(hourMs);
    const again = restarted(bench, -30 * dayMs);
    expect(again.waitMs()).toBe(hourMs + secondMs);
  });

  it.each([
    '',
    '{}',
    '[]',
    '{"version":2,"savedAt":1,"accounts":{}}',
    '{"version":1,"savedAt":1,"accounts":{"a":[{}]}}',
  ])('cannot be read from %j', (text) => {
    expect(() => loadBreakers(text, 0)).toThrow();
  });
});
