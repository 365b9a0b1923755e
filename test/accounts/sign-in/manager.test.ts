import { describe, expect, it } from 'vitest';
import type { DeviceFlow, FlowContext, KeyFlow, TokenAnswer } from '../../../main/accounts/sign-in/flow.ts';
import { SignInError } from '../../../main/accounts/sign-in/flow.ts';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import { MemoryVault } from '../../../main/accounts/vault.ts';
import type { SignInView } from '../../../preload/contract.ts';
import { visit } from './browser.ts';
import {
  accountOf,
  gate,
  isListening,
  isWaiting,
  landing,
  lastBody,
  occupy,
  signInStand,
  testFlow,
  tokensOf,
} from './stand.ts';

const minute = 60_000;

describe('a sign-in through the browser', () => {
  it('opens the page, takes what comes back, stores the account, and only then tells the browser of success', async () => {
    const storing = gate();
    const flow = await testFlow({
      finish: async (tokens) => {
        await storing.pass();
        return accountOf(tokens);
      },
    });
    const { manager, store, opened, end, until } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    const view = await until(id, isWaiting);
    expect(view).toMatchObject({
      method: 'browser',
      providerLabel: 'The test',
      browser: { port: flow.ports[0], busy: [] },
    });
    expect(opened).toEqual([view.browser?.url]);
    const page = await visit(landing(view));
    await storing.arrived;
    expect((await visit(page.url)).body).not.toMatch(/Signed in|ada@example.com/);
    storing.open();
    const done = await end(id);
    expect(done.outcome).toEqual({
      accountId: 'test:id-ada',
      label: 'ada@example.com',
      updated: false,
      otherAccount: false,
    });
    expect((await visit(page.url)).body).toContain('ada@example.com is added');
    expect(store.secretOf('test:id-ada')).toEqual({
      accessToken: 'access-token-of-ada',
      refreshToken: 'refresh-token-of-ada',
    });
    // The view of an ended sign-in holds no address of before.
    expect(Object.keys(done).sort()).toEqual([
      'id',
      'method',
      'outcome',
      'phase',
      'provider',
      'providerLabel',
      'startedAt',
    ]);
  });

  it('gives the exchange the very redirect address and verifier of the authorize URL', async () => {
    const grants: unknown[] = [];
    const flow = await testFlow({
      exchange: async (grant) => {
        grants.push(grant);
        return tokensOf(grant.code);
      },
    });
    const { manager, until, end } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    const view = await until(id, isWaiting);
    const asked = new URL(view.browser?.url ?? '').searchParams;
    await visit(landing(view));
    await end(id);
    expect(grants).toEqual([
      {
        code: 'ada',
        state: asked.get('state'),
        redirectUri: asked.get('redirect_uri'),
        codeVerifier: expect.stringMatching(/^[\w-]{86}$/),
      },
    ]);
    expect(JSON.stringify(view)).not.toContain((grants[0] as { codeVerifier: string }).codeVerifier);
  });

  it.each([
    ['the whole address', (view: SignInView) => landing(view)],
    ['its query', (view: SignInView) => new URL(landing(view)).search],
    ['code and state', (view: SignInView) => `ada#${new URL(landing(view)).searchParams.get('state')}`],
  ])('takes %s as a paste, and frees the port', async (_, textOf) => {
    const flow = await testFlow();
    const { manager, hub, until, end } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    manager.paste(id, textOf(await until(id, isWaiting)));
    expect((await end(id)).phase).toBe('done');
    await hub.close();
    expect(await isListening(flow.ports[0] ?? 0)).toBe(false);
  });

  it('goes on waiting after a paste that is not for it', async () => {
    const { manager, until, end } = await signInStand();
    const [one, other] = [manager.start('test'), manager.start('test')];
    const mine = await until(one.id, isWaiting);
    const theirs = await until(other.id, isWaiting);
    expect(() => manager.paste(one.id, landing(theirs))).toThrow(expect.objectContaining({ code: 'state_mismatch' }));
    expect(() => manager.paste(one.id, 'ada')).toThrow(expect.objectContaining({ code: 'bad_paste' }));
    expect(manager.get(one.id)?.phase).toBe('waiting');
    manager.paste(one.id, landing(mine));
    expect(() => manager.paste(one.id, landing(mine))).toThrow(expect.objectContaining({ code: 'bad_paste' }));
    expect((await end(one.id)).phase).toBe('done');
    expect(manager.get(other.id)?.phase).toBe('waiting');
  });

  it('offers the page that shows a code, and redeems what comes from there for that address', async () => {
    const redirects: string[] = [];
    const flow = await testFlow({
      manualRedirect: 'https://login.example/code',
      exchange: async ({ code, redirectUri }) => {
        redirects.push(redirectUri);
        return tokensOf(code);
      },
    });
    const { manager, until, end } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    const { browser } = await until(id, isWaiting);
    const manual = new URL(browser?.manualUrl ?? '').searchParams;
    expect(manual.get('redirect_uri')).toBe('https://login.example/code');
    expect(manual.get('state')).not.toBe(new URL(browser?.url ?? '').searchParams.get('state'));
    manager.paste(id, `ada#${manual.get('state')}`);
    await end(id);
    expect(redirects).toEqual(['https://login.example/code']);
  });

  it('without any port names who holds it, and offers the page that shows a code', async () => {
    const flow = await testFlow({ manualRedirect: 'https://login.example/code' });
    const [port = 0] = flow.ports;
    await occupy(port);
    const { manager, until, end } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    const { browser } = await until(id, isWaiting);
    expect(browser).toMatchObject({
      redirectUri: 'https://login.example/code',
      busy: [{ port, reason: 'taken', holder: `holder of ${port}` }],
    });
    expect(browser).not.toHaveProperty('port');
    manager.paste(id, `ada#${new URL(browser?.url ?? '').searchParams.get('state')}`);
    expect((await end(id)).phase).toBe('done');
  });

  it('without any port and such a page takes the address that the browser lands on', async () => {
    const flow = await testFlow();
    await occupy(flow.ports[0] ?? 0);
    const { manager, until, end } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    manager.paste(id, landing(await until(id, isWaiting)));
    expect((await end(id)).phase).toBe('done');
  });

  it.each([
    ['access_denied', 'The owner said no', 'refused', 'access_denied: The owner said no'],
    ['server_error', '', 'refused', 'server_error'],
  ])('that the provider ends with %s fails with its words', async (error, description, code, text) => {
    const { manager, until, end } = await signInStand();
    const { id } = manager.start('test');
    const fields = { error, ...(description ? { error_description: description } : {}) };
    const page = await visit(landing(await until(id, isWaiting), fields));
    const { problem, phase } = await end(id);
    expect([phase, problem?.code]).toEqual(['failed', code]);
    expect(problem?.message).toContain(text);
    expect(problem?.fix).not.toBe('');
    expect(await lastBody(page)).toContain(text);
  });

  it('whose exchange fails says so in the browser too', async () => {
    const { manager, store, until, end } = await signInStand();
    const { id } = manager.start('test');
    const page = await visit(landing(await until(id, isWaiting), { code: 'bad' }));
    expect(await end(id)).toMatchObject({ phase: 'failed', problem: { code: 'exchange_failed' } });
    expect(await lastBody(page)).toContain('The sign-in failed');
    expect(store.list()).toEqual([]);
  });

  it('never shows or logs code, verifier or token, whatever an error quotes', async () => {
    const used: string[] = [];
    const flow = await testFlow({
      finish: async ({ accessToken, refreshToken }) => {
        used.push(accessToken, refreshToken ?? '');
        throw new SignInError('profile_failed', `got ${accessToken} and ${refreshToken}`);
      },
      exchange: async ({ codeVerifier, code }) => {
        used.push(codeVerifier, code);
        return tokensOf(code);
      },
    });
    const { manager, until, end, logged, secrets } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    await visit(landing(await until(id, isWaiting), { code: 'a-secret-code' }));
    const told = JSON.stringify([await end(id), logged]);
    expect(used).toHaveLength(4);
    for (const secret of used) {
      expect(told).not.toContain(secret);
      expect(secrets).toContain(secret);
    }
    expect(told).toContain('got … and …');
  });

  it('hides what a defect says, and logs it', async () => {
    const flow = await testFlow({ finish: () => Promise.reject(new TypeError('x is not a function')) });
    const { manager, until, end, logged } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    await visit(landing(await until(id, isWaiting)));
    const { problem } = await end(id);
    expect(problem?.code).toBe('internal_error');
    expect(problem?.message).not.toContain('not a function');
    expect(logged.at(-1)).toContain('defect');
  });
});

describe('time', () => {
  it('is up after five minutes: the port is free, nothing is left', async () => {
    const flow = await testFlow();
    const { manager, hub, clock, until, end } = await signInStand({ flows: { test: [flow] } });
    const { id, startedAt } = manager.start('test');
    const { expiresAt } = await until(id, isWaiting);
    expect(expiresAt).toBe(startedAt + 5 * minute);
    clock.advance(5 * minute - 1);
    expect(manager.get(id)?.phase).toBe('waiting');
    clock.advance(1);
    expect(await end(id)).toMatchObject({ phase: 'failed', problem: { code: 'expired' } });
    await hub.close();
    expect(await isListening(flow.ports[0] ?? 0)).toBe(false);
  });

  it('keeps how a sign-in ended for ten minutes', async () => {
    const { manager, clock } = await signInStand();
    const { id } = manager.start('test');
    manager.cancel(id);
    clock.advance(10 * minute - 1);
    expect(manager.list()).toHaveLength(1);
    clock.advance(1);
    expect([manager.list(), manager.get(id), clock.pending]).toEqual([[], undefined, 0]);
    expect(() => manager.cancel(id)).toThrow(expect.objectContaining({ code: 'expired' }));
  });
});

describe('several at once', () => {
  it('of one provider and of others do not disturb each other', async () => {
    const [flow, other] = [await testFlow(), await testFlow()];
    const stand = await signInStand({
      flows: { test: [flow], other: [{ ...other, finish: async (tokens: TokenAnswer) => accountOf(tokens, 'other') }] },
    });
    const { manager, store, until, end } = stand;
    const started = ['test', 'test', 'other'].map((provider) => manager.start(provider));
    const views = await Promise.all(started.map(({ id }) => until(id, isWaiting)));
    const people = ['ada', 'bob', 'eve'];
    await Promise.all(views.map((view, index) => visit(landing(view, { code: people[index] ?? '' }))));
    const ends = await Promise.all(started.map(({ id }) => end(id)));
    expect(ends.map(({ outcome }) => outcome?.label)).toEqual(people.map((name) => `${name}@example.com`));
    expect(store.list().map(({ id }) => id)).toEqual(['other:id-eve', 'test:id-ada', 'test:id-bob']);
  });

  it('keep the port when one of them is cancelled', async () => {
    const { manager, until, end } = await signInStand();
    const [one, other] = [manager.start('test'), manager.start('test')];
    const view = await until(other.id, isWaiting);
    await until(one.id, isWaiting);
    manager.cancel(one.id);
    await visit(landing(view));
    expect((await end(other.id)).phase).toBe('done');
  });
});

describe('signing in again', () => {
  it('gives new tokens, ends "needs sign-in", and keeps what the owner set', async () => {
    const { manager, store, until, end } = await signInStand();
    const { account } = await store.upsert(accountOf(tokensOf('ada')));
    await store.update(account.id, {
      label: 'Mine',
      priority: 7,
      prefix: 'p',
      paused: true,
      proxyUrl: 'http://proxy:1',
    });
    await store.markNeedsSignIn(account.id, 'revoked');
    const { id } = manager.start('test', 'browser', { accountId: account.id });
    await visit(landing(await until(id, isWaiting)));
    expect((await end(id)).outcome).toEqual({
      accountId: account.id,
      label: 'Mine',
      updated: true,
      otherAccount: false,
    });
    expect(store.get(account.id)).toMatchObject({
      label: 'Mine',
      priority: 7,
      prefix: 'p',
      paused: true,
      proxyUrl: 'http://proxy:1',
    });
    expect(store.get(account.id)).not.toHaveProperty('needsSignIn');
  });

  it('uses the proxy of the account, or the one that is named', async () => {
    const proxies: (string | undefined)[] = [];
    const fetchFor = (proxyUrl: string | undefined) => {
      proxies.push(proxyUrl);
      return fetch;
    };
    const { manager, store } = await signInStand({ deps: { fetchFor } });
    const { account } = await store.upsert(accountOf(tokensOf('ada')));
    await store.update(account.id, { proxyUrl: 'http://own:1' });
    manager.start('test', undefined, { accountId: account.id });
    manager.start('test', undefined, { accountId: account.id, proxyUrl: 'socks5://other:1' });
    manager.start('test');
    expect(proxies).toEqual(['http://own:1', 'socks5://other:1', undefined]);
  });

  it('tells when it was somebody else, and adds that account', async () => {
    const { manager, store, until, end } = await signInStand();
    const { account } = await store.upsert(accountOf(tokensOf('ada')));
    const { id } = manager.start('test', 'browser', { accountId: account.id });
    const page = await visit(landing(await until(id, isWaiting), { code: 'bob' }));
    expect((await end(id)).outcome).toMatchObject({ label: 'bob@example.com', updated: false, otherAccount: true });
    expect(await lastBody(page)).toContain('another account');
    expect(store.list()).toHaveLength(2);
  });

  it('gives a new account the label and the proxy that were named', async () => {
    const { manager, store, until, end } = await signInStand();
    const { id } = manager.start('test', 'browser', { label: 'Work', proxyUrl: 'http://proxy:1' });
    await visit(landing(await until(id, isWaiting)));
    expect((await end(id)).outcome?.label).toBe('Work');
    expect(store.list()[0]).toMatchObject({ label: 'Work', proxyUrl: 'http://proxy:1' });
    const again = manager.start('test', 'browser', { label: 'Home' });
    await visit(landing(await until(again.id, isWaiting)));
    expect((await end(again.id)).outcome).toMatchObject({ label: 'Home', updated: true });
  });
});

describe('what is not there', () => {
  it.each([
    ['nobody', undefined, {}, 'method_unavailable'],
    ['test', 'device', {}, 'method_unavailable'],
    ['test', 'browser', { accountId: 'gone' }, 'bad_input'],
  ] as const)('start(%s, %s, %j) is refused with %s', async (provider, method, options, code) => {
    const { manager } = await signInStand();
    expect(() => manager.start(provider, method, options)).toThrow(expect.objectContaining({ code }));
    expect(manager.list()).toEqual([]);
  });

  it('a sign-in takes only what it waits for', async () => {
    const { manager, until } = await signInStand();
    const { id } = manager.start('test');
    await until(id, isWaiting);
    expect(() => manager.submit(id, { key: 'x' })).toThrow(expect.objectContaining({ code: 'bad_input' }));
    expect(() => manager.answer(id, 'x')).toThrow(expect.objectContaining({ code: 'bad_input' }));
  });
});

describe('the vault', () => {
  /** Refuses to write for a while, as a keychain that is locked does. */
  class LockedVault extends MemoryVault {
    refusals = 0;
    override async set(name: string, value: string): Promise<void> {
      if (this.refusals > 0) {
        this.refusals--;
        throw new Error('The keychain is locked.');
      }
      await super.set(name, value);
    }
  }

  it.each([
    [3, 'done'],
    [4, 'failed'],
  ])('that refuses %i times ends in %s: tokens are not given up at once', async (refusals, phase) => {
    const vault = new LockedVault();
    const { manager, clock, store, until, end } = await signInStand({ vault });
    const { id } = manager.start('test');
    const view = await until(id, isWaiting);
    vault.refusals = refusals;
    await visit(landing(view));
    const ended = end(id);
    for (const wait of [1_000, 5_000, 15_000]) {
      await expect.poll(() => clock.pending).toBeGreaterThan(0);
      clock.advance(wait);
    }
    expect(await ended).toMatchObject({
      phase,
      ...(phase === 'failed' ? { problem: { code: 'storing_failed' } } : {}),
    });
    expect(store.list()).toHaveLength(phase === 'done' ? 1 : 0);
  });
});

describe('a device code', () => {
  const grant = (context: FlowContext, changes: object = {}) => ({
    userCode: 'ABCD-1234',
    verificationUrl: 'https://login.example/device',
    completeUrl: 'https://login.example/device?code=ABCD-1234',
    expiresAt: context.now() + 900_000,
    tokens: async (waiting: FlowContext) => {
      waiting.progress('waiting-for-approval');
      await waiting.wait(5_000);
      return tokensOf('ada');
    },
    ...changes,
  });
  const device: DeviceFlow = {
    method: 'device',
    verificationHosts: ['login.example'],
    begin: async (context) => grant(context),
    finish: async (tokens) => accountOf(tokens),
  };
  const hasCode = ({ device: shown }: SignInView) => shown !== undefined;

  it('is shown, its page opened, and tokens stored once it is approved', async () => {
    const { manager, clock, opened, until, end } = await signInStand({ flows: { test: [device] } });
    const { id, startedAt } = manager.start('test');
    const view = await until(id, ({ step }) => step === 'waiting-for-approval');
    expect(view).toMatchObject({ phase: 'waiting', expiresAt: startedAt + 900_000, device: { userCode: 'ABCD-1234' } });
    expect(opened).toEqual(['https://login.example/device?code=ABCD-1234']);
    clock.advance(5_000);
    expect((await end(id)).outcome?.label).toBe('ada@example.com');
  });

  it.each([
    ['elsewhere', 'https://evil.example/device'],
    ['with a name that only looks alike', 'https://notlogin.example/device'],
    ['without encryption', 'http://login.example/device'],
    ['that is a program', 'file:///etc/passwd'],
  ])('whose page is %s is shown and not opened', async (_, url) => {
    const flow = {
      ...device,
      begin: async (context: FlowContext) => grant(context, { verificationUrl: url, completeUrl: url }),
    };
    const { manager, opened, until } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    const view = await until(id, hasCode);
    expect([opened, view.page]).toEqual([[], undefined]);
    expect(await manager.open(id)).toBe(false);
  });

  it('has the time that the provider gives it', async () => {
    const flow = {
      ...device,
      begin: async (context: FlowContext) => grant(context, { tokens: () => new Promise(() => {}) }),
    };
    const { manager, clock, until, end } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    await until(id, hasCode);
    clock.advance(900_000);
    expect(await end(id)).toMatchObject({ phase: 'failed', problem: { code: 'expired' } });
  });

  it('stops polling at once when it is cancelled', async () => {
    const { manager, clock, until } = await signInStand({ flows: { test: [device] } });
    const { id } = manager.start('test');
    await until(id, hasCode);
    expect(manager.cancel(id).phase).toBe('cancelled');
    // Only the memory of how it ended is left.
    expect(clock.pending).toBe(1);
  });
});

describe('a key', () => {
  const keys: KeyFlow = {
    method: 'api-key',
    fields: [
      { name: 'key', kind: 'secret', required: true },
      { name: 'base-url', kind: 'text', required: false },
    ],
    finish: async ({ key = '', ...rest }) => {
      if (key === 'wrong-key') throw new SignInError('bad_input', 'key: wrong-key is not taken');
      return newAccount({ provider: 'test', label: JSON.stringify(rest) }, { apiKey: key });
    },
  };
  const wantsInput = ({ phase }: SignInView) => phase === 'input';

  it('is filled in, again after one that cannot be used, and stored', async () => {
    const { manager, store, until, end } = await signInStand({ flows: { test: [keys] } });
    const { id } = manager.start('test');
    expect((await until(id, wantsInput)).fields).toEqual(keys.fields);
    expect(() => manager.submit(id, { key: '  ' })).toThrow('key is missing');
    expect(() => manager.submit(id, { key: 'k', other: 'x' })).toThrow('there is no field other');
    expect(() => manager.submit(id, { key: 'k'.repeat(70_000) })).toThrow('key is too long');
    manager.submit(id, { key: 'wrong-key' });
    const again = await until(id, ({ problem }) => problem !== undefined);
    expect(again).toMatchObject({ phase: 'input', problem: { code: 'bad_input' } });
    expect(JSON.stringify(again)).not.toContain('wrong-key');
    manager.submit(id, { key: ' good-key ', 'base-url': '' });
    const { outcome } = await end(id);
    expect(outcome?.label).toBe('{}');
    expect(store.secretOf(outcome?.accountId ?? '')).toEqual({ apiKey: 'good-key' });
  });
});

describe('a question', () => {
  const asking = (question: Parameters<FlowContext['ask']>[0]) =>
    testFlow({
      finish: async (tokens, context) => {
        const answer = await context.ask(question);
        const { account, secret } = accountOf(tokens);
        return { account: { ...account, label: answer }, secret };
      },
    });
  const isAsked = ({ phase }: SignInView) => phase === 'question';

  it('is shown, also in the browser, and answered', async () => {
    const question = { kind: 'project', projects: [{ id: 'p-1', name: 'One' }] } as const;
    const { manager, until, end } = await signInStand({ flows: { test: [await asking(question)] } });
    const { id } = manager.start('test');
    const page = await visit(landing(await until(id, isWaiting)));
    expect((await until(id, isAsked)).question).toEqual(question);
    expect((await visit(page.url)).body).toContain('has a question');
    expect(manager.answer(id, ' p-1 ')).not.toHaveProperty('problem');
    expect((await end(id)).outcome?.label).toBe('p-1');
  });

  it('ends with the sign-in', async () => {
    const { manager, clock, until, end } = await signInStand({ flows: { test: [await asking({ kind: 'label' })] } });
    const [one, other] = [manager.start('test'), manager.start('test')];
    for (const { id } of [one, other]) await visit(landing(await until(id, isWaiting)));
    await Promise.all([one, other].map(({ id }) => until(id, isAsked)));
    manager.cancel(one.id);
    expect((await end(one.id)).phase).toBe('cancelled');
    clock.advance(10 * minute);
    expect(await end(other.id)).toMatchObject({ phase: 'failed', problem: { code: 'expired' } });
  });
});

describe('the page of a sign-in', () => {
  it('is opened again, or its link copied; not by itself when the asker does that', async () => {
    const { manager, opened, until } = await signInStand();
    const { id } = manager.start('test', 'browser', { open: false });
    const { page } = await until(id, ({ page: known }) => known !== undefined);
    expect(opened).toEqual([]);
    expect(manager.link(id)).toBe(page);
    expect(await manager.open(id)).toBe(true);
    expect(opened).toEqual([page]);
  });

  it('that cannot be opened changes nothing', async () => {
    const openBrowser = () => Promise.reject(new Error('no browser'));
    const { manager, until, end } = await signInStand({ deps: { openBrowser } });
    const { id } = manager.start('test');
    const view = await until(id, isWaiting);
    expect([await manager.open(id), view.browser?.opened]).toEqual([false, false]);
    await visit(landing(view));
    expect((await end(id)).phase).toBe('done');
  });

  it('of a failed sign-in is the one where things can be put right', async () => {
    const link = 'https://console.example/enable';
    const flow = await testFlow({ finish: () => Promise.reject(new SignInError('api_disabled', 'off', link)) });
    const { manager, opened, until, end } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test', 'browser', { open: false });
    const page = await visit(landing(await until(id, isWaiting)));
    expect((await end(id)).problem).toMatchObject({ code: 'api_disabled', link });
    expect(await manager.open(id)).toBe(true);
    expect(opened).toEqual([link]);
    expect(await lastBody(page)).toContain(link);
  });
});
