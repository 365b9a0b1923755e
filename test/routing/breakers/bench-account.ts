import type { Fault, QuotaWindow } from '../../../main/providers/contract.ts';
import { type Block, blockOf, standingOf } from '../../../main/routing/breakers/block.ts';
import { type BreakerState, noBreakers, type Target } from '../../../main/routing/breakers/breaker.ts';
import { admit, reduce } from '../../../main/routing/breakers/reducer.ts';

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export const startOfTest = Date.parse('2026-11-21T12:00:00Z');

export function target(accountId = 'a', model = 'claude-opus-4-7', family = 'opus', provider = 'claude'): Target {
  return { accountId, provider, model, family };
}

function fault(over: Partial<Fault>): Fault {
  return { scope: 'model', kind: 'quota', status: 429, message: 'no', ...over };
}

/** Breakers under a clock that a test moves by hand. */
export class Bench {
  state: BreakerState = noBreakers;
  now = startOfTest;
  random = 0;

  /** The ticket of a request that is let through; fails when it is not. */
  begin(to: Target = target()): number {
    const admitted = this.tryBegin(to);
    if (admitted === undefined) throw new Error(`${to.accountId} is blocked for ${to.model}`);
    return admitted;
  }

  tryBegin(to: Target = target()): number | undefined {
    const admitted = admit(this.state, to, this.now);
    if (admitted) this.state = admitted.state;
    return admitted?.ticket;
  }

  fail(over: Partial<Fault>, to: Target = target(), ticket = this.begin(to), windows: QuotaWindow[] = []): void {
    const event = { type: 'failed', target: to, ticket, fault: fault(over), windows } as const;
    this.state = reduce(this.state, event, this);
  }

  serve(to: Target = target(), ticket = this.begin(to)): void {
    this.state = reduce(this.state, { type: 'served', target: to, ticket }, this);
  }

  release(ticket: number, to: Target = target()): void {
    this.state = reduce(this.state, { type: 'released', target: to, ticket }, this);
  }

  read(windows: QuotaWindow[], ticket?: number): void {
    const event = { type: 'reading', accountId: 'a', windows, ...(ticket === undefined ? {} : { ticket }) } as const;
    this.state = reduce(this.state, event, this);
  }

  reset(accountId: string): void {
    this.state = reduce(this.state, { type: 'reset', accountId }, this);
  }

  block(to: Target = target()): Block | undefined {
    return blockOf(this.state, to, this.now);
  }

  standing(to: Target = target()): 'free' | 'probe' | 'blocked' {
    return standingOf(this.state, to, this.now).kind;
  }

  /** How long until the reported end, in milliseconds; undefined when nothing blocks. */
  waitMs(to: Target = target()): number | undefined {
    const block = this.block(to);
    return block && block.until - this.now;
  }
}
