import { describe, expect, it } from 'vitest';
import { strategies } from '../../main/routing/rules.ts';
import { account, Fleet, session } from './fleet.ts';

/** Ten times what it takes on a slow machine that does nothing else: a guard against another order of growth. */
const mostMicroseconds = 500;

describe('planning among 200 accounts', () => {
  it.each(strategies)('is quick by %s', (strategy) => {
    const fleet = new Fleet(
      Array.from({ length: 200 }, (_, index) => account(`claude:account-${index}`)),
      { strategy },
    );
    for (let i = 0; i < 200; i += 1)
      fleet.windows.set(`claude:account-${i}`, [
        { id: '5h', label: '', used: i / 400 },
        { id: '7d', label: '', used: 0.2 },
      ]);
    for (let i = 0; i < 20; i += 1) fleet.trip(`claude:account-${i * 10}`);
    const plans = (count: number) => {
      for (let i = 0; i < count; i += 1) fleet.ask({ session: session(`s${i % 500}`) });
    };
    plans(500);
    const began = process.cpuUsage();
    plans(1000);
    const { user, system } = process.cpuUsage(began);
    const each = (user + system) / 1000;
    if (process.env.FUSEBOX_TIMINGS) console.log(strategy, `${each.toFixed(1)} µs a plan`);
    expect(each).toBeLessThan(mostMicroseconds);
  });
});
