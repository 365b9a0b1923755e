import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MemoryVault } from '../../main/accounts/vault.ts';
import { FakeClock } from '../fakes/clock.ts';
import { rateLimited } from '../upstreams/anthropic/replies.ts';
import { startEngine } from './harness.ts';

const used = () => rateLimited('unified-5h', 3600, Date.now());

describe('an account that has used up its quota', () => {
  it('cools down: the client is told until when, the window shows why, nobody asks it again', async () => {
    const { messages, anthropic, engine } = await startEngine();
    anthropic.script(used());
    expect((await messages()).status).toBe(429);
    const calls = anthropic.requests.length;
    const refused = await messages();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
    expect(await refused.json()).toMatchObject({
      error: { type: 'rate_limit_error', message: expect.stringContaining('usage limit reached') },
    });
    expect(anthropic.requests.length).toBe(calls);
    expect(engine.state().accounts).toMatchObject([
      { status: 'cooling', cooldowns: [{ reason: 'usage limit reached' }] },
    ]);
    const question = { model: 'claude-opus-4-7', format: 'anthropic', surface: 'direct' } as const;
    expect(engine.explainRoute(question)).toMatchObject({
      attempts: [],
      notAsked: [{ model: 'claude-opus-4-7', reason: 'usage limit reached' }],
      refusal: { code: 'model_cooldown' },
    });
  });

  it('serves again at once when its owner ends the cooldown', async () => {
    const { messages, anthropic, engine } = await startEngine();
    anthropic.script(used());
    await messages();
    await engine.resetAccount('seed');
    expect((await messages()).status).toBe(200);
    expect(engine.state().accounts).toMatchObject([{ status: 'ready', cooldowns: [] }]);
  });

  it('in the window of one family serves the models of the others', async () => {
    const { messages, anthropic, engine } = await startEngine();
    anthropic.script(rateLimited('unified-7d_oi', 3600, Date.now()));
    expect((await messages()).status).toBe(429);
    expect((await messages({ model: 'claude-opus-4-6' })).status).toBe(429);
    expect((await messages({ model: 'claude-sonnet-4-6' })).status).toBe(200);
    expect(engine.state().accounts).toMatchObject([{ status: 'ready', cooldowns: [{ only: 'opus' }] }]);
  });

  it('is found to have room again by a read of its usage, long before a request would have tried it', async () => {
    const clock = new FakeClock(Date.now());
    const { messages, anthropic, engine } = await startEngine({ clock, anthropic: { now: () => clock.now() } });
    anthropic.script(rateLimited('unified-5h', 4 * 3600, clock.now()));
    expect((await messages()).status).toBe(429);
    const isRead = ({ path }: { path: string }) => path === '/api/oauth/usage';
    clock.advance(9 * 60_000);
    expect((await messages()).status).toBe(429);
    expect(anthropic.requests.some(isRead)).toBe(false);
    clock.advance(2 * 60_000);
    expect((await messages()).status).toBe(429);
    await anthropic.received(isRead);
    await expect.poll(() => engine.state().accounts[0]?.status).toBe('ready');
    expect(engine.state().accounts[0]?.windows).toContainEqual(
      expect.objectContaining({ id: '5h', source: 'usage', readAt: clock.now() }),
    );
    expect((await messages()).status).toBe(200);
  });

  it('goes to Amp where the owner allows that, within the limit of the day', async () => {
    const { messages, anthropic, amp } = await startEngine({ ampcode: { fallback: 'exhausted', 'credit-guard': 1 } });
    anthropic.script(used());
    const answer = await messages();
    expect(answer.headers.get('x-fusebox-route')).toBe('amp; every account failed');
    expect(amp.requests).toHaveLength(1);
    expect((await messages()).status).toBe(429);
  });

  it('hands its place to the next one in a chain', async () => {
    const settings = { routing: { chains: { 'gpt-5.4': ['claude-sonnet-4-5'] } } };
    const { messages, anthropic } = await startEngine({ settings });
    expect((await messages({ model: 'gpt-5.4' })).status).toBe(200);
    expect(anthropic.requests[0]?.json).toMatchObject({ model: expect.stringContaining('claude-sonnet-4-5') });
  });

  it('is remembered over a restart, in a file without secrets', async () => {
    const vault = new MemoryVault();
    const first = await startEngine({ vault });
    first.anthropic.script(used());
    await first.messages();
    await first.engine.close();
    const saved = await readFile(`${first.dataDir}/cooldowns.json`, 'utf8');
    expect(saved).toContain('usage-limit');
    expect(saved).not.toContain(first.anthropic.account.accessToken);
  });
});

describe("an owner's reserve", () => {
  it('stops an account, says so everywhere, and can be lifted for one account', async () => {
    const { messages, anthropic, engine, settings } = await startEngine();
    expect((await messages()).status).toBe(200);
    await settings.update({ routing: { 'stop-at': 30 } });
    expect(engine.state().accounts).toMatchObject([
      { status: 'reserve', reserve: { label: 'Week', used: 0.34, stopAt: 30 } },
    ]);
    const calls = anthropic.requests.length;
    const refused = await messages();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3600);
    expect(await refused.text()).toContain('reserve reached: 34 % of Week used, stop-at is 30');
    expect(anthropic.requests.length).toBe(calls);
    await engine.updateAccount('seed', { stopAt: 100 });
    expect((await messages()).status).toBe(200);
    expect(engine.state().accounts).toMatchObject([{ status: 'ready', stopAt: 100 }]);
    await engine.updateAccount('seed', { stopAt: null });
    expect(engine.state().accounts).toMatchObject([{ status: 'reserve' }]);
  });

  it('holds from the start, by the figures of the usage endpoint', async () => {
    const { messages, anthropic, engine } = await startEngine({ settings: { routing: { 'stop-at': 30 } } });
    await expect.poll(() => engine.state().accounts[0]?.status).toBe('reserve');
    expect((await messages()).status).toBe(429);
    expect(anthropic.requests.map(({ path }) => path)).toEqual(['/api/oauth/usage']);
  });

  it('of an entry in the settings is its own', async () => {
    const { engine, settings, anthropic } = await startEngine({ signedIn: false });
    await settings.update({ 'claude-api-key': [{ 'api-key': anthropic.apiKey, 'stop-at': 80 }] });
    expect(engine.state().accounts).toMatchObject([{ stopAt: 80 }]);
  });
});

describe('a conversation', () => {
  it('stays on its account, and others spread', async () => {
    const { messages, settings, anthropic } = await startEngine();
    await settings.update({ 'claude-api-key': [{ 'api-key': anthropic.apiKey, 'base-url': anthropic.url }] });
    const served = async (thread: string) =>
      (await messages({}, { headers: { 'x-amp-thread-id': thread } })).headers.get('x-fusebox-account');
    const first = await served('T-1');
    for (let turn = 0; turn < 3; turn++) expect(await served('T-1')).toBe(first);
    const others = new Set([await served('T-2'), await served('T-3')]);
    expect(others.size).toBe(2);
  });
});

describe('headers of our own', () => {
  const ownHeaders = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith('x-fusebox'));

  it('are left out of every answer where the owner does not want them', async () => {
    const { messages, settings, anthropic } = await startEngine();
    const all = ['x-fusebox-account', 'x-fusebox-request-id', 'x-fusebox-route'];
    expect(ownHeaders(await messages()).sort()).toEqual(all);
    expect((await messages({ model: '' })).headers.get('x-fusebox-route')).toBe('refused; invalid_field');
    await settings.update({ routing: { 'response-headers': false } });
    expect(ownHeaders(await messages())).toEqual([]);
    const byAmp = await messages({ model: 'gpt-5.4' });
    expect([byAmp.status, ownHeaders(byAmp)]).toEqual([200, []]);
    const invalid = await messages({ model: '' });
    expect([invalid.status, ownHeaders(invalid)]).toEqual([400, []]);
    anthropic.script(used());
    const failed = await messages();
    expect([failed.status, ownHeaders(failed)]).toEqual([429, []]);
  });
});
