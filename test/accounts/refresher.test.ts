import { expect, test, vi } from 'vitest';
import type { Account, Secret, StoredAccount } from '../../main/accounts/account.ts';
import { AccountStore } from '../../main/accounts/account-store.ts';
import { type Lock, LockTimeout } from '../../main/accounts/file-lock.ts';
import { createRefresher } from '../../main/accounts/refresher.ts';
import { createSerial } from '../../main/accounts/serial.ts';
import { MemoryVault } from '../../main/accounts/vault.ts';
import { RefreshError, type RefreshedTokens } from '../../main/providers/contract.ts';
import { FakeClock } from '../fakes/clock.ts';
import { claudeAccount } from './accounts.ts';

const minute = 60_000;
const hour = 60 * minute;
const id = 'claude:ada@example.com';

/** A sign-in server with rotating refresh tokens: each works once. */
class TokenServer {
  readonly valid = new Map<string, string>();
  calls = 0;
  atOnce = 0;
  mostAtOnce = 0;
  lifeMs = 8 * hour;
  readonly #clock: FakeClock;
  #issued = 0;
  /** Runs while a call is under way; may fail it. */
  during: () => Promise<void> = async () => undefined;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async refresh(_account: Account, secret: Secret): Promise<RefreshedTokens> {
    this.calls++;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    try {
      await this.during();
      const used = secret.refreshToken ?? '';
      const owner = this.valid.get(used);
      if (owner === undefined) throw new RefreshError('invalid_grant', true);
      this.valid.delete(used);
      const next = `${owner}-refresh-${++this.#issued}`;
      this.valid.set(next, owner);
      return {
        accessToken: `${owner}-access-${this.#issued}`,
        refreshToken: next,
        expiresAt: this.#clock.now() + this.lifeMs,
      };
    } finally {
      this.atOnce--;
    }
  }
}

async function setUp(accounts: StoredAccount[] = [], vault = new MemoryVault(), clock = new FakeClock()) {
  const server = new TokenServer(clock);
  const lines: { level: string; fields: object; message: string }[] = [];
  const serial = createSerial();
  const lock: Lock = (_name, task) => serial(task);
  const process = async (ownLock: Lock = (_name, task) => task()) => {
    const store = await AccountStore.open({
      vault,
      report: (message) => lines.push({ level: 'report', fields: {}, message }),
    });
    const needsSignIn: Account[] = [];
    const refresher = createRefresher({
      store,
      providerOf: ({ provider }) =>
        provider === 'claude'
          ? { refreshLeadMs: 4 * hour, refresh: (a: Account, s: Secret) => server.refresh(a, s) }
          : undefined,
      endpointsFor: () => ({}),
      fetchFor: () => fetch,
      clientSecretFor: () => undefined,
      clock,
      random: () => 0.5,
      lock: ownLock,
      log: {
        info: (fields, message) => lines.push({ level: 'info', fields, message }),
        warn: (fields, message) => {
          lines.push({ level: 'warn', fields, message });
          if (message === 'An account needs a new sign-in') needsSignIn.push(...store.list().filter(isSignedOut));
        },
      },
    });
    /** One round of the loop, and everything that it began. */
    const pass = async (ms: number) => {
      refresher.start();
      clock.advance(ms);
      await refresher.stop();
    };
    return { store, refresher, needsSignIn, pass };
  };
  const first = await process();
  for (const stored of accounts) {
    await first.store.upsert(stored);
    if (stored.secret.refreshToken) server.valid.set(stored.secret.refreshToken, stored.account.label);
  }
  return { server, clock, vault, lines, process, lock, ...first };
}

const isSignedOut = ({ needsSignIn }: Account) => needsSignIn !== undefined;

const expiringIn = (clock: FakeClock, ms: number, account: Partial<Account> = {}, secret: Secret = {}) =>
  claudeAccount({ expiresAt: clock.now() + ms, label: 'ada', ...account }, secret);

test('an access token is refreshed when its lead begins, not before, and the new tokens are stored', async () => {
  const clock = new FakeClock();
  const { server, store, pass, vault } = await setUp([expiringIn(clock, 4 * hour + minute)], undefined, clock);
  await pass(30_000);
  expect(server.calls).toBe(0);
  await pass(35_000);
  expect(server.calls).toBe(1);
  expect(store.secretOf(id)).toMatchObject({ accessToken: 'ada-access-1', refreshToken: 'ada-refresh-1' });
  expect(await vault.get(`account:${id}`)).toContain('ada-refresh-1');
  await pass(hour);
  expect(server.calls).toBe(1);
});

test("a service account's key is as good as a refresh token", async () => {
  const clock = new FakeClock();
  const { server, store, pass, needsSignIn } = await setUp([], undefined, clock);
  const { account } = expiringIn(clock, 0);
  await store.upsert({ account, secret: { serviceAccountKey: '{"private_key":"pem"}' } });
  await pass(5_000);
  expect([server.calls, needsSignIn.length]).toEqual([1, 1]);
  await pass(hour);
  expect(server.calls).toBe(1);
  server.valid.set('', 'svc');
  await store.upsert({ account, secret: { serviceAccountKey: '{"private_key":"another"}' } });
  await pass(hour);
  expect(store.secretOf(id)).toMatchObject({
    accessToken: 'svc-access-1',
    serviceAccountKey: '{"private_key":"another"}',
  });
});

test('paused accounts are refreshed; those without expiry or refresh token, of the settings or of unknown providers are not', async () => {
  const clock = new FakeClock();
  const { server, store, pass } = await setUp(
    [
      expiringIn(clock, 0, { paused: true }),
      claudeAccount({ id: 'claude:bob', email: 'bob' }, { refreshToken: 'no-expiry' }),
      expiringIn(clock, 0, { id: 'other:eve', provider: 'other', email: 'eve' }, { refreshToken: 'other' }),
    ],
    undefined,
    clock,
  );
  await store.upsert({
    account: { ...expiringIn(clock, 0, { id: 'claude:setup', email: 'setup' }).account },
    secret: { accessToken: 'setup' },
  });
  store.setSettingsAccounts([expiringIn(clock, 0, { id: 'claude:key', source: 'settings' })]);
  await pass(minute);
  expect(server.calls).toBe(1);
  expect(store.secretOf(id).accessToken).toBe('ada-access-1');
});

test('two hundred overdue accounts are refreshed sixteen at a time', async () => {
  const clock = new FakeClock();
  const many = Array.from({ length: 200 }, (_, index) => {
    const email = `user-${index}`;
    return expiringIn(clock, 0, { id: `claude:${email}`, email, label: email }, { refreshToken: `refresh-${index}` });
  });
  const { server, store, refresher } = await setUp(many, undefined, clock);
  const underWay: (() => void)[] = [];
  server.during = () => new Promise((end) => underWay.push(end));
  refresher.start();
  for (let done = 0; done < 200; done += 16) {
    const expected = Math.min(16, 200 - done);
    await vi.waitFor(() => expect(underWay).toHaveLength(expected), { interval: 1 });
    for (const end of underWay.splice(0)) end();
    await vi.waitFor(
      () =>
        expect(store.list().filter((account) => account.expiresAt !== many[0]?.account.expiresAt)).toHaveLength(
          done + expected,
        ),
      {
        interval: 1,
      },
    );
    clock.advance(5_000);
  }
  await refresher.stop();
  expect([server.calls, server.mostAtOnce]).toEqual([200, 16]);
});

test('a refused token is refreshed once for all who ask at the same time', async () => {
  const clock = new FakeClock();
  const { server, refresher } = await setUp([expiringIn(clock, 8 * hour)], undefined, clock);
  const used = 'sk-ant-oat01-first';
  expect(await Promise.all(Array.from({ length: 50 }, () => refresher.refreshNow(id, used)))).toEqual(
    Array(50).fill(true),
  );
  expect(server.calls).toBe(1);
  expect(await refresher.refreshNow(id, used)).toBe(true);
  expect(server.calls).toBe(1);
});

test('a token that is refused right after its refresh is not refreshed again for 30 s', async () => {
  const clock = new FakeClock();
  const { server, refresher } = await setUp([expiringIn(clock, 8 * hour)], undefined, clock);
  await refresher.refreshNow(id, 'sk-ant-oat01-first');
  expect(await refresher.refreshNow(id, 'ada-access-1')).toBe(false);
  clock.advance(30_000);
  expect(await refresher.refreshNow(id, 'ada-access-1')).toBe(true);
  expect(server.calls).toBe(2);
});

test('an account that is unknown or cannot be refreshed answers no', async () => {
  const { refresher, store } = await setUp();
  await store.upsert(claudeAccount({ id: 'claude:key', kind: 'api-key' }, { apiKey: 'k', refreshToken: '' }));
  expect(await refresher.refreshNow('claude:nobody', 'x')).toBe(false);
  store.setSettingsAccounts([claudeAccount({ id: 'claude:settings', source: 'settings' })]);
  expect(await refresher.refreshNow('claude:settings', 'sk-ant-oat01-first')).toBe(false);
});

test('two processes refresh one account a thousand times and never use a token twice', async () => {
  const clock = new FakeClock();
  const { server, store, process, lock, needsSignIn } = await setUp([expiringIn(clock, hour)], undefined, clock);
  const [one, two] = [await process(lock), await process(lock)];
  const step = async (own: typeof one) => {
    const used = own.store.secretOf(id).accessToken;
    await own.refresher.refreshNow(id, used);
  };
  for (let round = 0; round < 1_000; round++) {
    await Promise.all([step(one), step(two)]);
    clock.advance(31_000);
  }
  expect(server.calls).toBeGreaterThanOrEqual(1_000);
  expect(server.mostAtOnce).toBe(1);
  expect([...one.needsSignIn, ...two.needsSignIn, ...needsSignIn]).toEqual([]);
  await store.reload();
  expect(server.valid.has(store.secretOf(id).refreshToken ?? '')).toBe(true);
});

test('a token that another process refreshed while the lock was awaited is taken over without a call', async () => {
  const clock = new FakeClock();
  const { server, store, process } = await setUp([expiringIn(clock, 0)], undefined, clock);
  const other = await process(async (_name, task) => {
    await store.updateTokens(id, { accessToken: 'theirs', refreshToken: 'theirs', expiresAt: clock.now() + 8 * hour });
    return task();
  });
  await other.pass(0);
  expect(other.store.secretOf(id).accessToken).toBe('theirs');
  expect(server.calls).toBe(0);
});

test('an account that another process holds is tried again after a minute', async () => {
  const clock = new FakeClock();
  const { process } = await setUp([expiringIn(clock, 0)], undefined, clock);
  let asked = 0;
  const { pass } = await process(() => {
    asked++;
    return Promise.reject(new LockTimeout('refresh', 60_000));
  });
  await pass(0);
  await pass(55_000);
  expect(asked).toBe(1);
  await pass(5_000);
  expect(asked).toBe(2);
});

test('a failed refresh waits five minutes, is quiet twice and warns from the third time on', async () => {
  const clock = new FakeClock();
  const { server, store, pass, lines } = await setUp([expiringIn(clock, 0)], undefined, clock);
  server.during = () => Promise.reject(new RefreshError('the network is down', false));
  for (let failure = 1; failure <= 3; failure++) {
    await pass(0);
    expect(server.calls).toBe(failure);
    await pass(5 * minute - 1);
    expect(server.calls).toBe(failure);
    clock.advance(1);
  }
  expect(lines.map((line) => line.level)).toEqual(['info', 'info', 'warn']);
  expect(store.get(id)).not.toHaveProperty('needsSignIn');
  server.during = async () => undefined;
  await pass(0);
  expect(store.secretOf(id).accessToken).toBe('ada-access-1');
});

test.each([
  [20_000, 20_000],
  [1, 5_000],
  [5 * hour, 30 * minute],
])('a provider that asks to wait %i ms is asked again after %i ms', async (asked, waited) => {
  const clock = new FakeClock();
  const { server, pass, refresher } = await setUp([expiringIn(clock, 0)], undefined, clock);
  server.during = () => Promise.reject(new RefreshError('slow down', false, asked));
  await pass(0);
  clock.advance(waited - 1);
  await pass(0);
  expect(await refresher.refreshNow(id, 'sk-ant-oat01-first')).toBe(false);
  expect(server.calls).toBe(1);
  clock.advance(1);
  await pass(0);
  expect(server.calls).toBe(2);
});

test('a final error ends in "needs sign-in", one notification and no further call, also after a restart', async () => {
  const clock = new FakeClock();
  const { server, store, pass, needsSignIn, refresher, process } = await setUp(
    [expiringIn(clock, 0)],
    undefined,
    clock,
  );
  server.valid.clear();
  await pass(0);
  expect(store.get(id)?.needsSignIn).toBe('invalid_grant');
  expect(needsSignIn).toMatchObject([{ id, needsSignIn: 'invalid_grant' }]);
  await pass(hour);
  expect(await refresher.refreshNow(id, 'sk-ant-oat01-first')).toBe(false);
  const restarted = await process();
  await restarted.pass(hour);
  expect(server.calls).toBe(1);
  expect(needsSignIn).toHaveLength(1);
  expect(restarted.needsSignIn).toEqual([]);

  server.valid.set('signed-in', 'ada');
  await restarted.store.upsert(expiringIn(clock, 0, {}, { accessToken: 'new', refreshToken: 'signed-in' }));
  await restarted.pass(0);
  expect(restarted.store.secretOf(id).accessToken).toBe('ada-access-1');
});

test('a final error makes no further call even when the vault cannot take the mark', async () => {
  const clock = new FakeClock();
  const { server, pass, vault, lines } = await setUp([expiringIn(clock, 0)], undefined, clock);
  server.valid.clear();
  vault.set = () => Promise.reject(new Error('the keychain is locked'));
  await pass(0);
  await pass(hour);
  expect(server.calls).toBe(1);
  expect(lines).toMatchObject([{ fields: { reason: 'the keychain is locked' } }]);
});

test('a sign-in while the refresh of the old token fails is not undone by it', async () => {
  const clock = new FakeClock();
  const { server, store, pass, needsSignIn } = await setUp([expiringIn(clock, 0)], undefined, clock);
  server.valid.clear();
  server.during = async () => {
    await store.upsert(expiringIn(clock, 8 * hour, {}, { accessToken: 'new', refreshToken: 'new-refresh' }));
  };
  await pass(0);
  expect(store.get(id)).not.toHaveProperty('needsSignIn');
  expect(store.secretOf(id).accessToken).toBe('new');
  expect(needsSignIn).toEqual([]);
});

test('new tokens are used only once they are stored, and stored as soon as the vault takes them, without a second refresh', async () => {
  const clock = new FakeClock();
  const { server, store, pass, vault, lines, refresher } = await setUp([expiringIn(clock, 0)], undefined, clock);
  const working = vault.set.bind(vault);
  vault.set = () => Promise.reject(new Error('disk full'));
  await pass(0);
  expect(store.secretOf(id).accessToken).toBe('sk-ant-oat01-first');
  expect(lines).toMatchObject([
    { level: 'warn', message: 'A refreshed token could not be stored', fields: { reason: 'disk full' } },
    { level: 'warn' },
  ]);
  expect(await refresher.refreshNow(id, 'sk-ant-oat01-first')).toBe(false);
  vault.set = working;
  await pass(30_000);
  expect(store.secretOf(id)).toMatchObject({ accessToken: 'ada-access-1', refreshToken: 'ada-refresh-1' });
  expect(server.calls).toBe(1);
});

test('nothing is sent when the vault cannot be read', async () => {
  const clock = new FakeClock();
  const { server, pass, vault } = await setUp([expiringIn(clock, 0)], undefined, clock);
  vault.get = () => Promise.reject(new Error('the keychain is locked'));
  await pass(0);
  expect(server.calls).toBe(0);
});

test('stopping waits for the refresh under way, whose token would be lost otherwise', async () => {
  const clock = new FakeClock();
  const { server, store, refresher } = await setUp([expiringIn(clock, 0)], undefined, clock);
  let answer = () => {};
  const began = new Promise<void>((resolve) => {
    server.during = () => {
      resolve();
      return new Promise((end) => {
        answer = end;
      });
    };
  });
  refresher.start();
  await began;
  const stopping = refresher.stop();
  answer();
  await stopping;
  expect(store.secretOf(id).refreshToken).toBe('ada-refresh-1');
  expect(clock.pending).toBe(0);
});

test('tokens that live shorter than the lead are refreshed after half of their life, not all the time', async () => {
  const clock = new FakeClock();
  const { server, pass } = await setUp([expiringIn(clock, 0)], undefined, clock);
  server.lifeMs = 40 * minute;
  await pass(0);
  for (let passed = 0; passed < 20; passed++) await pass(minute - 1);
  expect(server.calls).toBe(1);
  await pass(minute);
  expect(server.calls).toBe(2);
});

for (const how of ['wake() says so', 'the clock shows it'] as const) {
  test(`after sleep, when ${how}, overdue accounts are spread over half a minute`, async () => {
    const clock = new FakeClock();
    const { server, refresher } = await setUp([expiringIn(clock, 8 * hour)], undefined, clock);
    refresher.start();
    clock.sleep(9 * hour);
    if (how === 'wake() says so') refresher.wake();
    else clock.advance(0);
    clock.advance(10_000);
    await refresher.stop();
    expect(server.calls).toBe(0);
    refresher.start();
    clock.advance(5_000);
    await refresher.stop();
    expect(server.calls).toBe(1);
  });
}

test('no token that was used shows in a log line, an error or the state, whatever fails', async () => {
  const clock = new FakeClock();
  const { server, store, pass, vault, lines, needsSignIn } = await setUp([expiringIn(clock, 0)], undefined, clock);
  const quote = () => `refused ${store.secretOf(id).refreshToken} and ${store.secretOf(id).accessToken}`;
  server.during = () => Promise.reject(new RefreshError(quote(), false, 5_000));
  await pass(0);
  server.during = async () => undefined;
  const working = vault.set.bind(vault);
  vault.set = (_name, value) => Promise.reject(new Error(`cannot write ${value}`));
  await pass(hour);
  vault.set = working;
  await pass(hour);
  server.during = () => Promise.reject(new RefreshError(quote(), true));
  await pass(9 * hour);
  await store.remove('claude:nobody');
  const seen = JSON.stringify([lines, needsSignIn, store.list()]);
  expect(store.get(id)?.needsSignIn).toBe('refused [token] and [token]');
  expect(lines.length).toBeGreaterThan(2);
  expect(seen).not.toMatch(/sk-ant-o|ada-access|ada-refresh/);
});
