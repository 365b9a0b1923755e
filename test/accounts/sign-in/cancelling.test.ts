import { describe, expect, it } from 'vitest';
import type { BrowserFlow, SignInFlow } from '../../../main/accounts/sign-in/flow.ts';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import { MemoryVault } from '../../../main/accounts/vault.ts';
import { visit } from './browser.ts';
import { accountOf, gate, isListening, isOver, isWaiting, landing, signInStand, testFlow, tokensOf } from './stand.ts';

describe('cancelling', () => {
  /** Where a sign-in can be when it is cancelled, and what must come of it. */
  const moments = ['at the start', 'reserving', 'waiting', 'exchanging', 'finishing', 'storing'] as const;

  it.each(moments)('%s frees everything, and loses no tokens', async (moment) => {
    const at = gate();
    const here = (name: string) => (name === moment ? at.pass() : undefined);
    const vault = new MemoryVault();
    const write = vault.set.bind(vault);
    vault.set = async (name, value) => {
      await here('storing');
      await write(name, value);
    };
    const flow: BrowserFlow = await testFlow({
      exchange: async ({ code }) => {
        await here('exchanging');
        return tokensOf(code);
      },
      finish: async (tokens) => {
        await here('finishing');
        return accountOf(tokens);
      },
    });
    const { manager, hub, store, clock, until, end } = await signInStand({ flows: { test: [flow] }, vault });
    if (moment === 'reserving') {
      const reserve = hub.reserve.bind(hub);
      hub.reserve = async (wanted) => {
        const place = await reserve(wanted);
        await at.pass();
        return place;
      };
    }
    const { id } = manager.start('test');
    if (moment !== 'at the start' && moment !== 'reserving') {
      const view = await until(id, isWaiting);
      if (moment !== 'waiting') await visit(landing(view));
    }
    if (moment !== 'at the start' && moment !== 'waiting') await at.arrived;
    const cancelled = manager.cancel(id);
    const exchanged = ['exchanging', 'finishing', 'storing'].includes(moment);
    expect(isOver(cancelled)).toBe(!exchanged);
    if (exchanged) expect(cancelled.cancelling).toBe(true);
    at.open();
    expect((await end(id)).phase).toBe(exchanged ? 'done' : 'cancelled');
    expect(store.list()).toHaveLength(exchanged ? 1 : 0);
    await manager.close();
    expect(clock.pending).toBe(0);
    expect([await isListening(flow.ports[0] ?? 0), await isListening(flow.ports[0] ?? 0, '::1')]).toEqual([
      false,
      false,
    ]);
  });

  const kinds: Record<string, () => Promise<SignInFlow>> = {
    browser: () => testFlow(),
    device: async () => ({
      method: 'device',
      verificationHosts: [],
      begin: async (context) => ({
        userCode: 'A',
        verificationUrl: 'https://login.example/',
        expiresAt: context.now() + 60_000,
        tokens: async () => tokensOf('ada'),
      }),
      finish: async (tokens, context) => {
        await context.wait(0);
        return accountOf(tokens);
      },
    }),
    'api-key': async () => ({
      method: 'api-key',
      fields: [{ name: 'key', kind: 'secret', required: true }],
      finish: async ({ key = '' }) => newAccount({ provider: 'test' }, { apiKey: key }),
    }),
  };

  it.each(Object.keys(kinds))('at each turn of a %s sign-in leaves nothing behind', async (kind) => {
    const flow = await (kinds[kind] ?? testFlow)();
    const phases = new Set<string>();
    for (let moment = 0; moment < 60; moment++) {
      const { manager, store, clock, end } = await signInStand({ flows: { test: [flow] } });
      const { id } = manager.start('test');
      for (let turn = 0; turn < moment; turn++) {
        // Every third turn lets sockets and timers have theirs.
        await (turn % 3 === 2 ? new Promise(setImmediate) : Promise.resolve());
        clock.advance(0);
        const view = manager.get(id);
        if (view?.phase === 'input') manager.submit(id, { key: 'a-key-of-ada' });
        if (view?.phase === 'waiting' && view.browser) manager.paste(id, landing(view));
      }
      manager.cancel(id);
      const { phase } = await end(id);
      phases.add(phase);
      expect(store.list()).toHaveLength(phase === 'done' ? 1 : 0);
      await manager.close();
      expect(clock.pending).toBe(0);
      if (flow.method === 'browser') expect(await isListening(flow.ports[0] ?? 0)).toBe(false);
    }
    expect([...phases].sort()).toEqual(['cancelled', 'done']);
  });

  it('ends a wait of the flow at once', async () => {
    const flow = await testFlow({
      finish: async (tokens, context) => {
        context.progress('onboarding');
        await context.wait(120_000);
        return accountOf(tokens);
      },
    });
    const { manager, clock, until, end } = await signInStand({ flows: { test: [flow] } });
    const { id } = manager.start('test');
    const page = await visit(landing(await until(id, isWaiting)));
    await until(id, ({ step }) => step === 'onboarding');
    manager.cancel(id);
    expect((await end(id)).phase).toBe('cancelled');
    expect((await visit(page.url)).body).toContain('was cancelled');
    await manager.close();
    expect(clock.pending).toBe(0);
  });

  it('everything, when Fusebox stops: what was exchanged is stored first', async () => {
    const finishing = gate();
    const flow = await testFlow({
      finish: async (tokens) => {
        await finishing.pass();
        return accountOf(tokens);
      },
    });
    const { manager, store, until } = await signInStand({ flows: { test: [flow] } });
    const [one, other] = [manager.start('test'), manager.start('test')];
    await until(other.id, isWaiting);
    await visit(landing(await until(one.id, isWaiting)));
    await finishing.arrived;
    const closed = manager.close();
    finishing.open();
    await closed;
    expect([manager.get(one.id)?.phase, manager.get(other.id)?.phase]).toEqual(['done', 'cancelled']);
    expect(store.list()).toHaveLength(1);
    expect(() => manager.start('test')).toThrow(expect.objectContaining({ code: 'cancelled' }));
  });
});
