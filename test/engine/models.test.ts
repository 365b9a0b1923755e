import { describe, expect, it } from 'vitest';
import { rateLimited } from '../upstreams/anthropic/replies.ts';
import { startEngine } from './harness.ts';

describe('the models that can be asked for', () => {
  it('are shown with their names, limits and the accounts that serve them', async () => {
    const { engine, settings, anthropic } = await startEngine();
    await settings.update({
      'claude-api-key': [
        { 'api-key': anthropic.apiKey, prefix: 'work', models: [{ name: 'claude-opus-5', alias: 'best' }] },
      ],
    });
    const opus = engine.models.view().models.find(({ id }) => id === 'claude-opus-5');
    expect(opus).toMatchObject({
      displayName: 'Claude Opus 5',
      contextWindow: [1_000_000, 1_000_000],
      maxOutput: [128_000, 128_000],
      thinking: { levels: ['low', 'medium', 'high', 'xhigh', 'max'] },
      servers: [
        { label: 'API key work', providerLabel: 'Claude', standing: 'ready' },
        { label: 'owner@example.com', standing: 'ready' },
      ],
    });
    expect(opus?.names).toEqual(expect.arrayContaining(['claude-opus-5', 'work/claude-opus-5', 'best', 'work/best']));
  });

  it('say who cools down, is paused or has reached a reserve', async () => {
    const { engine, settings, anthropic, messages } = await startEngine();
    anthropic.script(rateLimited('unified-7d_oi', 3600, Date.now()));
    await messages();
    const server = (id: string) => engine.models.view().models.find((model) => model.id === id)?.servers[0];
    expect(server('claude-opus-4-7')).toMatchObject({ standing: 'cooling', reason: 'usage limit reached' });
    expect(server('claude-opus-4-7')?.until).toBeGreaterThan(Date.now() + 3_000_000);
    expect(server('claude-sonnet-5')).toMatchObject({ standing: 'ready' });
    await messages({ model: 'claude-sonnet-4-6' });
    await settings.update({ routing: { 'stop-at': 30 } });
    expect(server('claude-sonnet-5')).toMatchObject({ standing: 'reserve' });
    await engine.pauseAccount('seed', true);
    expect(engine.models.view().models).toEqual([]);
  });

  it('get the names, mappings and chains that their owner gives them, all kept in the settings', async () => {
    const { engine, settings, messages, anthropic } = await startEngine();
    await engine.models.save({
      mappings: [{ from: 'gpt-5.4', to: 'claude-opus-4-6', regex: false }],
      aliases: [{ provider: 'claude', name: 'claude-sonnet-5', alias: 'quick', fork: true }],
      chains: [{ model: 'o3.5', to: ['claude-haiku-4-5', 'amp'] }],
    });
    for (const model of ['gpt-5.4', 'quick', 'o3.5']) expect((await messages({ model })).status).toBe(200);
    expect(anthropic.requests.map(({ json }) => (json as { model: string }).model)).toEqual([
      'claude-opus-4-6',
      'claude-sonnet-5',
      'claude-haiku-4-5-20251001',
    ]);
    expect(engine.models.view()).toMatchObject({
      mappings: [{ from: 'gpt-5.4' }],
      aliases: [{ provider: 'claude', alias: 'quick' }],
      chains: [{ model: 'o3.5', to: ['claude-haiku-4-5', 'amp'] }],
    });
    await engine.models.save({ aliases: [], chains: [{ model: 'o4', to: ['amp'] }] });
    expect(settings.current()).toMatchObject({
      'oauth-model-alias': {},
      routing: { chains: { o4: ['amp'] } },
      ampcode: { 'model-mappings': [{ from: 'gpt-5.4' }] },
    });
    expect(settings.current().routing.chains).not.toHaveProperty('o3.5');
  });

  it.each(['nobody', 'constructor'])('refuse an alias of the provider %s, which there is not', async (provider) => {
    const { engine } = await startEngine();
    const alias = { provider, name: 'claude-sonnet-5', alias: 'quick', fork: true };
    await expect(engine.models.save({ aliases: [alias] })).rejects.toThrow(`oauth-model-alias.${provider}`);
    expect(engine.models.view().aliases).toEqual([]);
  });

  it('tell of mappings that cannot work', async () => {
    const { engine } = await startEngine();
    const mapping = { from: 'gpt-5', to: 'claude-opus-4-6', regex: false };
    await engine.models.save({ mappings: [mapping, { ...mapping, to: 'claude-opus-5' }] });
    expect(engine.models.view().mappingProblems).toEqual([expect.stringContaining('mapped more than once')]);
    const broken = { mappings: [{ ...mapping, from: 'gpt-(', regex: true }] };
    await expect(engine.models.save(broken)).rejects.toThrow('not a valid regular expression');
  });
});
