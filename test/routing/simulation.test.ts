import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../main/providers/contract.ts';
import { askableAt, standingOf } from '../../main/routing/breakers/block.ts';
import { type BreakerState, noBreakers, probeLeaseMs, type Target } from '../../main/routing/breakers/breaker.ts';
import { admit, reduce } from '../../main/routing/breakers/reducer.ts';
import { loadBreakers, saveBreakers } from '../../main/routing/breakers/saved.ts';
import { dayMs, hourMs, minuteMs, secondMs, startOfTest } from './breakers/bench-account.ts';
import { account, Fleet, session } from './fleet.ts';

const models = ['claude-opus-4-7', 'claude-opus-5', 'claude-sonnet-5'];

const targets: Target[] = ['a', 'b', 'c'].flatMap((accountId) =>
  models.map((model) => ({ accountId, provider: 'claude', model, family: model.includes('opus') ? 'opus' : 'sonnet' })),
);

const anyTarget = fc.constantFrom(...targets);
const anyFault: fc.Arbitrary<Fault> = fc.record(
  {
    scope: fc.constantFrom('request', 'model', 'family', 'credential'),
    kind: fc.constantFrom('quota', 'auth', 'overload', 'unsupported', 'invalid', 'network'),
    status: fc.constantFrom(400, 402, 403, 404, 429, 500, 503, 529),
    message: fc.constant('no'),
    retryAfterMs: fc.constantFrom(-1, 500, 30 * secondMs, 10 * minuteMs, 5 * hourMs, 7 * dayMs, 400 * dayMs),
  },
  { requiredKeys: ['scope', 'kind', 'status', 'message'] },
);

type Step =
  | { do: 'begin'; target: Target }
  | { do: 'end'; which: number; how: 'served' | 'released' | Fault }
  | { do: 'pass'; ms: number }
  | { do: 'read'; accountId: string; used: number }
  | { do: 'reset'; accountId: string }
  | { do: 'restart' };

const anyAccount = fc.constantFrom('a', 'b', 'c');
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('begin' as const), target: anyTarget }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(20),
      how: fc.oneof(fc.constantFrom('served' as const, 'released' as const), anyFault, anyFault, anyFault),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.oneof(
        fc.nat(5 * secondMs),
        fc.nat(20 * minuteMs),
        fc.nat(2 * dayMs),
        fc.integer({ min: -400 * dayMs, max: -1 }),
      ),
    }),
  },
  fc.record({
    do: fc.constant('read' as const),
    accountId: anyAccount,
    used: fc.double({ min: 0, max: 1.2, noNaN: true }),
  }),
  fc.record({ do: fc.constant('reset' as const), accountId: anyAccount }),
  fc.record({ do: fc.constant('restart' as const) }),
);

/** Three accounts of a provider that lives through anything, watched at every step. */
class World {
  state: BreakerState = noBreakers;
  now = startOfTest;
  running: { target: Target; ticket: number }[] = [];

  take(step: Step, random: number): void {
    switch (step.do) {
      case 'begin':
        return this.begin(step.target);
      case 'end':
        return this.end(step.which, step.how, random);
      case 'pass':
        this.now += step.ms;
        return;
      case 'restart':
        this.running = [];
        this.state = loadBreakers(saveBreakers(this.state), this.now);
        return;
      case 'reset':
        return this.dispatch({ type: 'reset', accountId: step.accountId }, random);
      case 'read': {
        const windows = [{ id: '5h', label: '', used: step.used }];
        return this.dispatch({ type: 'reading', accountId: step.accountId, windows }, random);
      }
    }
  }

  begin(target: Target): void {
    const before = standingOf(this.state, target, this.now).kind;
    const admitted = admit(this.state, target, this.now);
    if (this.now >= this.state.seenAt) expect(admitted !== undefined).toBe(before !== 'blocked');
    if (!admitted) return;
    this.state = admitted.state;
    this.running.push({ target, ticket: admitted.ticket });
    // Whoever is let through where something had been blocked is alone.
    if (before === 'probe') expect(standingOf(this.state, target, this.now).kind).toBe('blocked');
  }

  end(which: number, how: 'served' | 'released' | Fault, random: number): void {
    const [call] = this.running.splice(which % Math.max(1, this.running.length), 1);
    if (!call) return;
    if (typeof how === 'string') this.dispatch({ type: how, ...call }, random);
    else this.dispatch({ type: 'failed', ...call, fault: how, windows: [] }, random);
  }

  dispatch(event: Parameters<typeof reduce>[1], random: number): void {
    this.state = reduce(this.state, event, { now: this.now, random });
  }

  /** What must hold at any time. */
  check(): void {
    const at = Math.max(this.now, this.state.seenAt);
    for (const breakers of this.state.owners.values()) {
      expect(breakers.length).toBeGreaterThan(0);
      const keys = breakers.map(({ scope, subject }) => `${scope} ${subject}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const breaker of breakers) {
        expect(breaker.until - breaker.since).toBeLessThanOrEqual(8 * dayMs);
        // Somebody may try within half an hour, or at the end of a step of six hours or a day for refused accounts.
        const soonest = askableAt(breaker, at) - at;
        const longest = breaker.cause === 'refused' ? 6 * hourMs : breaker.cause === 'free-usage' ? dayMs : hourMs;
        expect(soonest).toBeLessThanOrEqual(longest);
      }
    }
  }
}

describe('breakers in any world', () => {
  it('let exactly one request try, never block without end, and survive clocks and restarts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyStep, fc.double({ min: 0, max: 0.999, noNaN: true })), { maxLength: 120 }),
        (steps) => {
          const world = new World();
          for (const [step, random] of steps) {
            world.take(step, random);
            world.check();
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('serve again some time after the upstream does, whatever happened before', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 80 }), anyTarget, (steps, target) => {
        const world = new World();
        for (const step of steps) world.take(step, 0.5);
        world.dispatch({ type: 'reset', accountId: 'nobody' }, 0);
        world.running = [];
        world.now += Math.max(dayMs, probeLeaseMs);
        world.begin(target);
        expect(world.running).toHaveLength(1);
        world.end(0, 'served', 0);
        expect(standingOf(world.state, target, world.now).kind).toBe('free');
      }),
      { numRuns: 1000 },
    );
  });

  it('behave after a restart as if there had been none, but for what runs', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 80 }), anyTarget, (steps, target) => {
        const world = new World();
        for (const step of steps) world.take(step, 0.5);
        for (let call = world.running.length; call > 0; call -= 1) world.end(0, 'released', 0);
        world.dispatch({ type: 'reset', accountId: 'nobody' }, 0);
        const [before, after] = [world.state, loadBreakers(saveBreakers(world.state), world.now)];
        const standing = standingOf(before, target, world.now);
        const again = standingOf(after, target, world.now);
        if (standing.kind === 'blocked' && again.kind === 'blocked')
          expect(again.breaker.until).toBe(standing.breaker.until);
        if (standing.kind !== 'blocked') expect(again.kind).not.toBe('blocked');
        if (again.kind !== 'blocked' && standing.kind === 'blocked') {
          const { breaker } = standing;
          expect(breaker.until <= world.now || world.now - breaker.since > 15 * minuteMs).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('come to the same state by the same events', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const [one, other] = [new World(), new World()];
        for (const step of steps) {
          one.take(step, 0.25);
          other.take(step, 0.25);
        }
        expect(one.state).toEqual(other.state);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a fleet over a long time', () => {
  it('keeps conversations together, and every account in use', () => {
    const accounts = Array.from({ length: 10 }, (_, index) => account(`a${index}`));
    const fleet = new Fleet(accounts);
    const last = new Map<string, string>();
    const used = new Map<string, number>();
    let hits = 0;
    for (let i = 0; i < 20_000; i += 1) {
      fleet.now += 100;
      const key = `s${(i * 7919) % 400}`;
      const id = fleet.serve({ session: session(key) });
      if (last.get(key) === id) hits += 1;
      last.set(key, id);
      used.set(id, (used.get(id) ?? 0) + 1);
      if (i % 500 === 250) fleet.trip(`a${(i / 250) % 10}`, { scope: 'model', retryAfterMs: 2000 });
    }
    expect(hits / 20_000).toBeGreaterThan(0.9);
    expect([...used.values()].every((count) => count > 1000)).toBe(true);
  });
});
