import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../main/accounts/account.ts';
import { createUsageReads, type UsageReads } from '../../main/engine/usage-reads.ts';
import type { Provider, QuotaWindow, UsageContext } from '../../main/providers/contract.ts';
import { EndpointFailure, EndpointRefusal } from '../../main/providers/oauth/endpoint-call.ts';
import { account } from '../routing/fleet.ts';

const minuteMs = 60_000;
const windows: QuotaWindow[] = [{ id: '5h', label: '5 hours', used: 0.5 }];

/** A read that a test answers. */
interface Call {
  id: string;
  context: UsageContext;
  answer(windows: QuotaWindow[]): void;
  fail(error: Error): void;
}

let now: number;
let accounts: Account[];
let calls: Call[];
let told: string[];
let readAt: Map<string, number>;
let usage: UsageReads;
let logged: object[];

beforeEach(() => {
  now = Date.parse('2026-11-22T12:00:00Z');
  accounts = [account('a')];
  calls = [];
  told = [];
  logged = [];
  readAt = new Map();
  usage = newReads();
});

function newReads(): UsageReads {
  return createUsageReads({
    now: () => now,
    store: {
      list: () => accounts,
      get: (id) => accounts.find((one) => one.id === id),
      secretOf: (id) => ({ accessToken: `token of ${id}` }),
    },
    providerOf: ({ provider }) => providerWithUsage(provider === 'claude'),
    endpointsFor: () => ({ api: '', authorize: '', token: '' }),
    fetchFor: () => fetch,
    readAt: (id) => readAt.get(id),
    begin: () => calls.length,
    onRead: ({ id }, read, ticket) => void told.push(`${id} ${read.length} ${ticket}`),
    log: { debug: (fields) => void logged.push(fields) },
  });
}

function providerWithUsage(has: boolean): Provider {
  const endpoints = { api: '', authorize: '', token: '' };
  const bare = { id: 'claude', label: 'Claude', defaultEndpoints: endpoints, signIns: [], refreshLeadMs: 0 };
  if (!has) return bare;
  return {
    ...bare,
    usage: {
      everyMs: 10 * minuteMs,
      isFor: ({ kind }) => kind === 'oauth',
      read: ({ id }, _secret, context) =>
        new Promise((answer, fail) => {
          context.signal.addEventListener('abort', () => fail(context.signal.reason));
          calls.push({ id, context, answer, fail });
        }),
    },
  };
}

/** Lets promises that have been settled take effect. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function answered(): Promise<void> {
  calls.at(-1)?.answer(windows);
  await settled();
}

async function refused(status: number, headers: Record<string, string> = {}): Promise<void> {
  calls.at(-1)?.fail(new EndpointRefusal(status, new Headers(headers), '{"error":{"type":"rate_limit_error"}}'));
  await settled();
}

describe('reading limits', () => {
  it('is one call for all who ask while it runs, and then none for ten minutes', async () => {
    usage.wanted();
    usage.wanted(['a']);
    expect(calls).toHaveLength(1);
    await answered();
    expect(told).toEqual(['a 1 0']);
    now += 10 * minuteMs - 1;
    usage.wanted();
    expect(calls).toHaveLength(1);
    now += 1;
    usage.wanted();
    expect(calls).toHaveLength(2);
  });

  it('is not needed where an answer to a request has told them lately', () => {
    readAt.set('a', now - 10 * minuteMs + 1);
    usage.wanted();
    expect(calls).toHaveLength(0);
    now += 1;
    usage.wanted();
    expect(calls).toHaveLength(1);
  });

  it('pauses ten minutes after a refusal, doubling to an hour, or as long as it is told to', async () => {
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      usage.wanted();
      await refused(429, { 'retry-after': '0' });
      const before = calls.length;
      const began = now;
      while (calls.length === before) {
        now += minuteMs;
        usage.wanted();
      }
      pauses.push((now - began) / minuteMs);
    }
    expect(pauses).toEqual([10, 20, 40, 60, 60]);
    await refused(429, { 'retry-after': '1600' });
    await answered();
  });

  it('believes a longer wait that the endpoint names, up to an hour', async () => {
    usage.wanted();
    await refused(429, { 'retry-after': '1600' });
    now += 26 * minuteMs;
    usage.wanted();
    expect(calls).toHaveLength(1);
    now += minuteMs;
    usage.wanted();
    expect(calls).toHaveLength(2);
  });

  it('starts over with its pauses after a success', async () => {
    usage.wanted();
    await refused(429);
    now += 10 * minuteMs;
    usage.wanted();
    await answered();
    now += 10 * minuteMs;
    usage.wanted();
    await refused(429);
    now += 10 * minuteMs;
    usage.wanted();
    expect(calls).toHaveLength(4);
  });

  it.each([
    ['an hour after it was not permitted', 403, 60],
    ['ten minutes after the service failed', 503, 10],
  ])('is tried again %s', async (_name, status, minutes) => {
    usage.wanted();
    await refused(status);
    now += minutes * minuteMs - 1;
    usage.wanted();
    expect(calls).toHaveLength(1);
    now += 1;
    usage.wanted();
    expect(calls).toHaveLength(2);
  });

  it('that fails says so without the token, and is tried again later', async () => {
    usage.wanted();
    calls[0]?.fail(new EndpointFailure('The service could not be reached'));
    await settled();
    expect(logged).toEqual([{ account: 'a', status: undefined, retryInMs: 10 * minuteMs }]);
    now += 10 * minuteMs;
    usage.wanted();
    expect(calls).toHaveLength(2);
  });

  it('is for accounts that may be used and have a fresh token', () => {
    accounts = [
      account('paused', { paused: true }),
      account('withdrawn', { withdrawn: true }),
      account('signed-out', { needsSignIn: 'revoked' }),
      account('expired', { expiresAt: now }),
      account('key', { kind: 'api-key' }),
      account('elsewhere', { provider: 'vertex' }),
      account('fresh', { expiresAt: now + 1 }),
    ];
    usage.wanted();
    expect(calls.map(({ id }) => id)).toEqual(['fresh']);
  });

  it('is asked for by one of many requests that a limit stops', async () => {
    for (let request = 0; request < 100; request += 1) usage.limited('a');
    expect(calls).toHaveLength(1);
    await answered();
    readAt.set('a', now);
    now += 10 * minuteMs;
    usage.limited('a');
    expect(calls).toHaveLength(2);
  });

  it('asks for two accounts at a time', async () => {
    accounts = ['a', 'b', 'c', 'd'].map((id) => account(id));
    usage.wanted();
    expect(calls.map(({ id }) => id)).toEqual(['a', 'b']);
    await answered();
    expect(calls.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('follows the sign-in of an account, also of one that is known', async () => {
    usage.accountsChanged();
    expect(calls).toHaveLength(0);
    accounts = [account('a'), account('b')];
    usage.accountsChanged();
    expect(calls.map(({ id }) => id)).toEqual(['b']);
    await answered();
    accounts = [account('a', { needsSignIn: 'revoked' }), account('b')];
    usage.accountsChanged();
    accounts = [account('a'), account('b')];
    usage.accountsChanged();
    expect(calls.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('does not stop for long when the clock is set back', async () => {
    usage.wanted();
    await answered();
    readAt.set('a', now);
    now -= 24 * 60 * minuteMs;
    usage.wanted();
    expect(calls).toHaveLength(2);
  });

  it('tells nothing of an account that is gone', async () => {
    usage.wanted();
    accounts = [];
    await answered();
    expect(told).toEqual([]);
  });

  it('ends with the program, what waits included', async () => {
    accounts = ['a', 'b', 'c'].map((id) => account(id));
    usage.wanted();
    await usage.close();
    expect(calls.map(({ context }) => context.signal.aborted)).toEqual([true, true]);
    usage.wanted();
    await settled();
    expect(calls).toHaveLength(2);
    expect(told).toEqual([]);
    expect(logged).toEqual([]);
  });
});
