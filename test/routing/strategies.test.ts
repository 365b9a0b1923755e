import { describe, expect, it } from 'vitest';
import { strategies } from '../../main/routing/rules.ts';
import { byStrategy, plainRoundRobin, requests } from './simulated-days.ts';

describe(`50 accounts, 10 models and ${requests} requests with bursts, outages and lying resets`, () => {
  it('are served better by every strategy than in plain turns', () => {
    const plain = plainRoundRobin();
    const scores = strategies.map((strategy) => [strategy, byStrategy(strategy)] as const);
    console.table([['plain turns', plain] as const, ...scores].map(([name, one]) => ({ name, ...one })));
    for (const [name, one] of scores) {
      expect(one.served, name).toBeGreaterThan(plain.served);
      expect(one.limited, name).toBeLessThan(plain.limited);
      expect(one.cached, name).toBeGreaterThan(plain.cached);
      expect(one.calls, name).toBeLessThan(plain.calls);
    }
  }, 60_000);
});
