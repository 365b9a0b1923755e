import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Account, Secret } from '../../../main/accounts/account.ts';
import { AccountStore } from '../../../main/accounts/account-store.ts';
import { createRefresher } from '../../../main/accounts/refresher.ts';
import { MemoryVault } from '../../../main/accounts/vault.ts';
import { RefreshError, type RefreshedTokens } from '../../../main/providers/contract.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { claudeAccount } from '../accounts.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

type Answer = (at: number, call: number) => RefreshedTokens;

/** A refresher whose accounts are answered by name, with the times of all calls. */
async function start(answers: Record<string, Answer>, accounts: Record<string, Partial<Account>> = {}) {
  const timers = new FakeClock();
  let error = 0;
  // As on a real machine: timers do not care when the clock is set.
  const clock = { now: () => timers.now() + error, after: timers.after.bind(timers) };
  const set = (ms: number) => {
    error += ms;
  };
  const calls = Object.fromEntries(Object.keys(answers).map((name) => [name, [] as number[]]));
  const warnings: string[] = [];
  const store = await AccountStore.open({ vault: new MemoryVault(), report: expect.unreachable });
  for (const name of Object.keys(answers)) {
    const account = { id: name, email: name, expiresAt: clock.now() + hour, ...accounts[name] };
    await store.upsert(claudeAccount(account, { refreshToken: `refresh-of-${name}` }));
  }
  const refresher = createRefresher({
    store,
    providerOf: () => ({
      refreshLeadMs: 4 * hour,
      refresh: async ({ id }: Account, _secret: Secret) => {
        const times = calls[id] ?? [];
        times.push(clock.now());
        return (answers[id] ?? dead)(clock.now(), times.length);
      },
    }),
    endpointsFor: () => ({}),
    fetchFor: () => fetch,
    clientSecretFor: () => undefined,
    clock,
    random: () => 0.5,
    lock: (_name, task) => task(),
    log: { info: () => undefined, warn: (_fields, message) => void warnings.push(message) },
  });
  refresher.start();
  onTestFinished(() => refresher.stop());
  /** Lets time pass as it does: what each look begins has ended before the next one. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 5_000) {
      timers.advance(5_000);
      await setImmediate();
    }
  };
  await setImmediate();
  return { clock, set, store, calls, warnings, pass };
}

const renews: Answer = (at, call) => ({ accessToken: `access-${call}`, expiresAt: at + 8 * hour });
const dead: Answer = () => {
  throw new RefreshError('invalid_grant', true);
};
const busy: Answer = () => {
  throw new RefreshError('the service is busy', false);
};

test('through a whole day each account is called as often as it needs, and a dead one once', async () => {
  const { store, calls, warnings, pass } = await start(
    { ada: renews, paused: renews, withdrawn: renews, dead, busy },
    { paused: { paused: true }, withdrawn: { withdrawn: true } },
  );
  await pass(day);
  // Overdue at once, then four hours before the end of each token's eight.
  for (const name of ['ada', 'paused', 'withdrawn']) expect(calls[name], name).toHaveLength(7);
  expect(store.get('paused')).toMatchObject({ paused: true });
  expect(store.get('withdrawn')).toMatchObject({ withdrawn: true });
  expect(calls.dead).toHaveLength(1);
  expect(warnings.filter((message) => message === 'An account needs a new sign-in')).toHaveLength(1);
  expect(store.get('dead')?.needsSignIn).toBe('invalid_grant');
  // Every five minutes while it fails.
  expect(calls.busy?.length).toBe(1 + day / (5 * minute));
});

test('an account that is added, or signed in to again, is on the schedule at once', async () => {
  const { clock, store, calls, pass } = await start({ ada: renews, eve: dead });
  const soon = { expiresAt: clock.now() + hour };
  await store.upsert(claudeAccount({ id: 'bob', email: 'bob', ...soon }, { refreshToken: 'refresh-of-bob' }));
  calls.bob = [];
  await pass(5_000);
  expect(calls.bob).toHaveLength(1);
  expect(calls.eve).toHaveLength(1);
  await store.upsert(claudeAccount({ id: 'eve', email: 'eve', ...soon }, { refreshToken: 'another-of-eve' }));
  await pass(5_000);
  expect(calls.eve).toHaveLength(2);
});

test('a clock that is set back does not keep a failed account waiting', async () => {
  const { set, calls, pass } = await start({ ada: (at, call) => (call === 1 ? busy(at, call) : renews(at, call)) });
  expect(calls.ada).toHaveLength(1);
  set(-3 * hour - 20 * minute);
  await pass(10_000);
  // It is due by its own time as soon as the back-off, which was set by the wrong clock, has been let go.
  expect(calls.ada).toHaveLength(1);
  await pass(20 * minute + 10_000);
  expect(calls.ada).toHaveLength(2);
});

test('a clock that is set forward by a day spreads what has become due, and calls each account once', async () => {
  const { set, calls, pass } = await start({ ada: renews, bob: renews });
  set(day);
  await pass(10_000);
  expect([calls.ada, calls.bob].map((times) => times?.length)).toEqual([1, 1]);
  await pass(10_000);
  expect([calls.ada, calls.bob].map((times) => times?.length)).toEqual([2, 2]);
});
