import type { Fault } from '../../main/providers/contract.ts';
import { followUp } from '../../main/routing/retry.ts';
import type { Route } from '../../main/routing/route.ts';
import type { Permit, RoutedRequest } from '../../main/routing/router.ts';
import type { Strategy } from '../../main/routing/rules.ts';
import { startOfTest } from './breakers/bench-account.ts';
import { account, Fleet, session } from './fleet.ts';
import { seededRandom, UpstreamWorld } from './upstream-world.ts';

const accountIds = Array.from({ length: 50 }, (_, index) => `a${String(index).padStart(2, '0')}`);
const models = Array.from({ length: 10 }, (_, index) => `claude-model-${index}`);
/** Of each simulation. */
export const requests = 100_000;

export interface Score {
  /** Fractions of all requests. */
  served: number;
  limited: number;
  cached: number;
  /** Calls to upstreams for each request. */
  calls: number;
}

/** The account that served a request, or the last fault. */
interface Outcome {
  by?: string;
  fault?: Fault;
  calls: number;
  endedAt: number;
}

type Serve = (request: { key: string; model: string }, now: number) => Outcome;

/** The same traffic for everybody: conversations that come and go, with bursts, for sixteen hours. */
function score(serve: Serve, world: UpstreamWorld): Score {
  const random = seededRandom(7);
  const cacheOf = new Map<string, string>();
  const total = { served: 0, limited: 0, cached: 0, calls: 0 };
  let now = startOfTest;
  for (let i = 0; i < requests; i += 1) {
    now += random() < 0.3 ? random() * 50 : random() * 8000;
    world.tick(now, models);
    const conversation = Math.floor(i / 100) + Math.floor(random() * 60);
    const model = models[conversation % models.length] ?? '';
    const { by, fault, calls, endedAt } = serve({ key: `s${conversation}`, model }, now);
    now = endedAt;
    total.calls += calls;
    if (by === undefined) {
      if (fault?.status === 429) total.limited += 1;
      continue;
    }
    total.served += 1;
    if (cacheOf.get(`s${conversation}`) === by) total.cached += 1;
    cacheOf.set(`s${conversation}`, by);
  }
  const { served, limited, cached, calls } = total;
  return { served: served / requests, limited: limited / requests, cached: cached / requests, calls: calls / requests };
}

/** What a plain proxy does: the next account in turn for each request, three tries, no memory of failures. */
export function plainRoundRobin(): Score {
  const world = new UpstreamWorld(accountIds, startOfTest, 1);
  let turn = 0;
  return score(({ model }, now) => {
    let fault: Fault | undefined;
    for (let calls = 1; calls <= 3; calls += 1) {
      const by = accountIds[turn++ % accountIds.length] ?? '';
      fault = world.call(by, model, now);
      if (!fault) return { by, calls, endedAt: now };
    }
    return { ...(fault ? { fault } : {}), calls: 3, endedAt: now };
  }, world);
}

export function byStrategy(strategy: Strategy): Score {
  const world = new UpstreamWorld(accountIds, startOfTest, 1);
  const fleet = new Fleet(
    accountIds.map((id) => account(id)),
    { strategy },
  );
  return score(({ key, model }, now) => {
    fleet.now = now;
    return new Served(fleet, world, key, model).run();
  }, world);
}

/** One request as the gateway follows it: attempts, rounds and waits. */
class Served {
  readonly fleet: Fleet;
  readonly world: UpstreamWorld;
  readonly key: string;
  readonly model: string;
  calls = 0;
  rounds = 0;
  waitLeftMs = 30_000;
  fault: Fault | undefined;

  constructor(fleet: Fleet, world: UpstreamWorld, key: string, model: string) {
    [this.fleet, this.world, this.key, this.model] = [fleet, world, key, model];
  }

  run(): Outcome {
    for (;;) {
      const request = this.fleet.request({
        model: this.model,
        session: session(this.key),
        waitLeftMs: this.waitLeftMs,
      });
      const route = this.fleet.router.plan(request);
      const round = this.round(route, request);
      if (round.by !== undefined || round.waitMs === undefined) return this.outcome(round.by);
      this.fleet.now += round.waitMs;
      this.waitLeftMs -= round.waitMs;
    }
  }

  round(route: Route, request: RoutedRequest): { by?: string; waitMs?: number } {
    if (route.wait) return { waitMs: route.wait.ms };
    if (route.refusal) this.fault ??= refusedFault(route.refusal.code);
    const failures: Fault[] = [];
    for (const [index, attempt] of route.attempts.entries()) {
      const permit = attempt.kind === 'local' ? this.fleet.router.begin(attempt.target) : undefined;
      if (!permit || attempt.kind === 'amp') continue;
      const fault = this.call(attempt.account.id, permit);
      if (!fault) {
        this.fleet.router.served(request, route, attempt);
        return { by: attempt.account.id };
      }
      failures.push(fault);
      const next = index + 1 < route.attempts.length ? 'local' : 'none';
      const progress = { failures, rounds: this.rounds, waitLeftMs: this.waitLeftMs, hasBegun: false, next } as const;
      const followed = followUp(progress, 0.5);
      if (followed.kind === 'again') {
        this.rounds += 1;
        return { waitMs: followed.waitMs };
      }
      if (followed.kind === 'stop') break;
    }
    return {};
  }

  call(accountId: string, permit: Permit): Fault | undefined {
    this.calls += 1;
    const fault = this.world.call(accountId, this.model, this.fleet.now);
    this.fleet.windows.set(accountId, this.world.reading(accountId));
    if (fault) this.fault = fault;
    this.fleet.router.end(permit, fault ? { kind: 'failed', fault } : { kind: 'served' });
    return fault;
  }

  outcome(by: string | undefined): Outcome {
    const { fault, calls, fleet } = this;
    return { ...(by === undefined ? { ...(fault ? { fault } : {}) } : { by }), calls, endedAt: fleet.now };
  }
}

function refusedFault(code: string): Fault {
  return { scope: 'request', kind: 'quota', status: code === 'model_cooldown' ? 429 : 503, message: code };
}
