import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from '../../main/accounts/account.ts';
import { MemoryVault } from '../../main/accounts/vault.ts';
import { testRequestFor } from '../../main/engine/test-request.ts';
import type { ProviderUpstream } from '../../main/providers/contract.ts';
import type { ConformanceUpstream } from '../conformance/upstream.ts';
import { startUpstreams } from '../conformance/upstreams/index.ts';
import { errors } from '../upstreams/anthropic/errors.ts';
import { fails } from '../upstreams/anthropic/replies.ts';
import { startEngine } from './harness.ts';
import { managementOf } from './management.ts';

describe('a test of an account', () => {
  it('is one tiny real request, kept in the journal like every other', async () => {
    const { engine, anthropic } = await startEngine();
    const record = await engine.testAccount('seed');
    expect(record).toMatchObject({
      tool: 'Fusebox test',
      status: 200,
      modelAsked: 'claude-haiku-4-5-20251001',
      attempts: [{ via: 'seed', outcome: 'served', reason: 'its owner tests this account' }],
    });
    expect(record.firstByteMs).toBeLessThanOrEqual(record.totalMs);
    expect(await engine.journal.find(record.id)).toMatchObject({ id: record.id });
    const sent = anthropic.requests.filter(({ path }) => path.startsWith('/v1/messages'));
    expect(sent).toHaveLength(1);
    expect(sent[0]?.body.length).toBeLessThan(2_000);
    expect(engine.state().accounts[0]).toMatchObject({ status: 'ready', serving: 0 });
  });

  it('asked for twice at once is made once', async () => {
    const { engine, anthropic } = await startEngine();
    const [first, second] = await Promise.all([engine.testAccount('seed'), engine.testAccount('seed')]);
    expect(first.id).toBe(second.id);
    expect(anthropic.requests.filter(({ path }) => path.startsWith('/v1/messages'))).toHaveLength(1);
    expect((await engine.testAccount('seed')).id).not.toBe(first.id);
  });

  it('tells the upstream’s words when it fails, and trips the breaker as any request does', async () => {
    const { engine, anthropic } = await startEngine();
    anthropic.script(fails(errors.rateLimit('You are over your limit.'), { 'retry-after': '600' }));
    const record = await engine.testAccount('seed');
    expect(record.status).toBe(429);
    expect(record.attempts).toHaveLength(1);
    expect(record.attempts[0]?.outcome).toContain('quota: ');
    expect(engine.state().accounts[0]?.cooldowns).toHaveLength(1);
  });

  it('goes through a cooling or paused account too, and what it proves holds', async () => {
    const { engine, anthropic } = await startEngine();
    anthropic.script(fails(errors.rateLimit('You are over your limit.'), { 'retry-after': '600' }));
    await engine.testAccount('seed');
    expect((await engine.testAccount('seed')).status).toBe(200);
    expect(engine.state().accounts[0]).toMatchObject({ status: 'ready', cooldowns: [] });
    await engine.pauseAccount('seed', true);
    expect((await engine.testAccount('seed')).status).toBe(200);
    expect(engine.state().accounts[0]?.status).toBe('paused');
  });

  it('is refused in words where nothing could be asked', async () => {
    const { engine } = await startEngine();
    await expect(engine.testAccount('nobody')).rejects.toThrow('it was removed');
  });

  it('asks for another model where the account does not have the first one', async () => {
    const { engine, anthropic } = await startEngine();
    anthropic.script(fails(errors.notFound('model: claude-haiku-4-5-20251001')));
    const record = await engine.testAccount('seed');
    expect(record.status).toBe(200);
    expect(record.attempts.map(({ outcome }) => outcome.split(':')[0])).toEqual(['unsupported', 'served']);
    expect(record.modelServed).not.toBe(record.modelAsked);
  });

  it('works while the gateway is stopped', async () => {
    const { engine } = await startEngine();
    await engine.stop();
    expect((await engine.testAccount('seed')).status).toBe(200);
  });

  it('is a route of the management API', async () => {
    const running = await startEngine();
    const { send } = await managementOf(running);
    expect(await send('POST', '/accounts/seed/test')).toMatchObject({ status: 200, json: { tool: 'Fusebox test' } });
    expect((await send('POST', '/accounts/nobody/test')).status).toBe(404);
  });
});

describe('an account of every provider', () => {
  let upstreams: ConformanceUpstream[];
  beforeAll(async () => {
    upstreams = await Promise.all(startUpstreams.map((start) => start()));
  });
  afterAll(() => Promise.all(upstreams.map((upstream) => upstream.close())));

  it('answers its test', async () => {
    const vault = new MemoryVault();
    for (const { accounts } of upstreams)
      for (const stored of accounts)
        await vault.set(`account:${stored.account.id}`, JSON.stringify({ version: 1, ...stored }));
    const settings = {
      endpoints: Object.assign({}, ...upstreams.map(({ endpoints }) => endpoints)),
      ...Object.assign({}, ...upstreams.map((upstream) => upstream.settings)),
    };
    const { engine } = await startEngine({ signedIn: false, vault, settings });
    const ends: Record<string, string> = {};
    for (const { id, provider } of engine.state().accounts)
      ends[provider] = await engine.testAccount(id).then(
        ({ attempts }) => attempts.at(-1)?.outcome ?? 'nothing',
        (error: Error) => error.message,
      );
    const { iflow, 'openai-compatible': compatible, ...others } = ends;
    expect(Object.keys(others).length).toBeGreaterThanOrEqual(9);
    expect(Object.entries(others).filter(([, end]) => end !== 'served')).toEqual([]);
    // Of iFlow's list the fake has the last model only, and a compatible server's models are not known.
    expect(iflow).toMatch(/^unsupported: /);
    expect(compatible).toContain('lists no model to ask for');
  });
});

const account = { id: 'a' } as Account;

it.each([
  [['claude-opus-4-8', 'claude-sonnet-5', 'claude-haiku-4-5'], 'claude-haiku-4-5'],
  [['gpt-5.5', 'gpt-5.5-mini', 'gpt-5.1-codex-mini'], 'gpt-5.5-mini'],
  [['gemini-3-pro', 'gemini-3-flash', 'gemini-3-flash-lite-image'], 'gemini-3-flash'],
  [['gemini-3-pro', 'glm-5'], 'gemini-3-pro'],
  [['gpt-image-2'], 'gpt-image-2'],
])('of %j the cheapest is %s', (models, expected) => {
  const upstream = {
    nativeFormats: ['openai-responses'],
    models: () => models.map((id) => ({ id })),
    resolveModel: (_account: Account, id: string) => id,
  } as unknown as ProviderUpstream;
  expect(testRequestFor(account, upstream)).toMatchObject({ body: { model: expected, stream: true } });
});

it('an account without models has nothing to be tested with', () => {
  const upstream = { nativeFormats: ['gemini'], models: () => [], resolveModel: () => undefined };
  expect(testRequestFor(account, upstream as unknown as ProviderUpstream)).toBeUndefined();
});
