import { describe, expect, it } from 'vitest';
import type { Fault } from '../../main/providers/contract.ts';
import { followUp, isAfterQuota, isFinal, mostTelling, type RetryProgress } from '../../main/routing/retry.ts';

function fault(over: Partial<Fault>): Fault {
  return { scope: 'model', kind: 'overload', status: 500, message: 'no', ...over };
}

const invalid = (over: Partial<Fault> = {}) => fault({ scope: 'request', kind: 'invalid', status: 400, ...over });
const limit = (over: Partial<Fault> = {}) => fault({ scope: 'credential', kind: 'quota', status: 429, ...over });
const burst = (over: Partial<Fault> = {}) => limit({ scope: 'model', ...over });
const network = (over: Partial<Fault> = {}) => fault({ scope: 'request', kind: 'network', status: 502, ...over });

function outcome(failures: Fault[], over: Partial<RetryProgress> = {}, random = 0): string {
  const progress: RetryProgress = { failures, rounds: 0, waitLeftMs: 30_000, hasBegun: false, next: 'local', ...over };
  const followed = followUp(progress, random);
  return followed.kind === 'again' ? `again in ${followed.waitMs}` : followed.kind;
}

describe('after a failure', () => {
  it.each<[string, Fault, string]>([
    ['a typed request error', invalid({ type: 'invalid_request_error' }), 'stop'],
    ['a context that is too long', invalid({ type: 'context_length_exceeded', status: 413 }), 'stop'],
    ['an untyped 404', invalid({ status: 404 }), 'stop'],
    ['an untyped 400', invalid(), 'next'],
    ['an untyped 422', invalid({ status: 422, type: 'odd' }), 'next'],
    ['a feature that only some accounts have', fault({ scope: 'request', kind: 'unsupported', status: 400 }), 'next'],
    ['a usage limit', limit(), 'next'],
    ['a sign-in that ended', fault({ scope: 'credential', kind: 'auth', status: 401 }), 'next'],
    ['a failing upstream', fault({}), 'next'],
    ['a network error', network(), 'next'],
  ])('%s is followed rightly while accounts are left', (_name, failure, expected) => {
    expect(outcome([failure])).toBe(expected);
  });

  it('one other account is asked for a refusal without known code, not two', () => {
    expect(outcome([invalid(), invalid()])).toBe('stop');
  });

  it('nothing moves once the client has bytes', () => {
    expect(outcome([fault({})], { hasBegun: true })).toBe('stop');
  });

  it.each<[string, Fault[], string]>([
    ['server errors', [limit(), fault({})], 'again in 1000'],
    ['a burst', [burst()], 'again in 1000'],
    ['a burst with a short hint', [burst({ retryAfterMs: 3000 })], 'again in 3000'],
    ['a burst with a long hint', [burst({ retryAfterMs: 11_000 })], 'stop'],
    ['a lost connection', [network()], 'again in 1000'],
    ['a time limit', [network({ status: 504 })], 'stop'],
    ['used-up limits', [limit({ retryAfterMs: 5000 })], 'stop'],
    ['an account that is refused', [fault({ scope: 'credential', kind: 'unsupported', status: 403 })], 'stop'],
  ])('another round is for what passes: %s', (_name, failures, expected) => {
    expect(outcome(failures, { next: 'none' })).toBe(expected);
  });

  it('there are two more rounds, each with a longer pause, within the time to wait', () => {
    const pauses = [0, 1, 2].map((rounds) => outcome([fault({})], { next: 'none', rounds }));
    expect(pauses).toEqual(['again in 1000', 'again in 2000', 'stop']);
    expect(outcome([fault({})], { next: 'none', rounds: 1, waitLeftMs: 1999 })).toBe('stop');
    expect(outcome([fault({})], { next: 'none' }, 0.999)).toBe('again in 1250');
  });

  it('Amp comes after patience', () => {
    expect(outcome([fault({})], { next: 'amp' })).toBe('again in 1000');
    expect(outcome([fault({})], { next: 'amp', rounds: 2 })).toBe('next');
    expect(outcome([limit()], { next: 'amp' })).toBe('next');
    expect(outcome([invalid({ type: 'invalid_request_error' })], { next: 'amp' })).toBe('stop');
  });

  it('a preview follows only used-up quota', () => {
    expect([isAfterQuota([fault({}), limit()]), isAfterQuota([fault({})])]).toEqual([true, false]);
  });

  it('only the request itself makes a failure final', () => {
    expect(isFinal(fault({ kind: 'invalid', type: 'invalid_request_error' }))).toBe(false);
  });
});

describe('the failure that the client sees', () => {
  const seen = (...failures: Fault[]) => mostTelling(failures.map((one) => ({ fault: one }))).fault;

  it('is the one that tells most, not the last one', () => {
    const [net, auth, busy, used] = [network(), fault({ kind: 'auth', status: 401 }), fault({}), limit()];
    expect(seen(net, auth, busy, used, net)).toBe(used);
    expect(seen(net, auth, busy)).toBe(busy);
    expect(seen(net, auth)).toBe(auth);
    const own = invalid();
    expect(seen(used, own)).toBe(own);
  });

  it('is the limit that ends soonest, and the first of equals', () => {
    const [late, soon] = [limit({ retryAfterMs: 9000 }), limit({ retryAfterMs: 10 })];
    expect(seen(limit(), late, soon)).toBe(soon);
    const [first, second] = [fault({}), fault({})];
    expect(seen(first, second)).toBe(first);
    expect(() => mostTelling([])).toThrow(RangeError);
  });
});
