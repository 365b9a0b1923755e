import { describe, expect, it, onTestFinished } from 'vitest';
import type { Account, Secret } from '../../main/accounts/account.ts';
import { createAntigravityProvider } from '../../main/providers/antigravity/index.ts';
import { createChatgptProvider } from '../../main/providers/chatgpt/index.ts';
import { usageIn as chatgptUsageIn } from '../../main/providers/chatgpt/usage.ts';
import { createClaudeProvider } from '../../main/providers/claude/index.ts';
import { usageIn as claudeUsageIn } from '../../main/providers/claude/usage.ts';
import type { Provider, ProviderEndpoints } from '../../main/providers/contract.ts';
import { createGeminiCliProvider } from '../../main/providers/gemini-cli/index.ts';
import { usageIn as googleUsageIn } from '../../main/providers/google/usage.ts';
import { createKimiProvider } from '../../main/providers/kimi/index.ts';
import { usageIn as kimiUsageIn } from '../../main/providers/kimi/usage.ts';
import { createXaiProvider } from '../../main/providers/xai/index.ts';
import { usageIn as xaiUsageIn } from '../../main/providers/xai/usage.ts';
import { startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { startFakeGoogle } from '../upstreams/google/server.ts';
import { startFakeChatgpt } from '../upstreams/oauth/chatgpt.ts';
import { startFakeKimi } from '../upstreams/oauth/kimi.ts';
import { startFakeXai } from '../upstreams/oauth/xai.ts';

const geminiCliProvider = createGeminiCliProvider({ userAgent: 'Fusebox/test' });
const antigravityProvider = createAntigravityProvider({ userAgent: 'Fusebox/test', newId: () => 'id' });

const chatgptProvider = createChatgptProvider({ userAgent: 'Fusebox/test' });
const xaiProvider = createXaiProvider({ userAgent: 'Fusebox/test' });
const hourMs = 3_600_000;
const weekMs = 168 * hourMs;
const now = () => Date.parse('2026-11-22T12:00:00Z');

const account: Account = {
  id: 'a',
  provider: 'any',
  kind: 'oauth',
  source: 'vault',
  label: 'a',
  paused: false,
  priority: 0,
};

function read(provider: Provider, endpoints: ProviderEndpoints, secret: Secret, over: Partial<Account> = {}) {
  const { usage } = provider;
  if (!usage) throw new Error(`${provider.label} has no usage endpoint`);
  const context = { endpoints, fetch, signal: new AbortController().signal };
  return usage.read({ ...account, ...over }, secret, context);
}

const at = (api: string): ProviderEndpoints => ({ api, authorize: api, token: api });

async function closing<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  onTestFinished(() => started.close());
  return started;
}

describe("a provider's usage endpoint", () => {
  it("tells Claude's windows, in percent", async () => {
    const fake = await closing(startFakeAnthropic({ now }));
    fake.quota = { ...fake.quota, '7d_oi': { utilization: 0.5, reset: now() / 1000 + 60, status: 'allowed' } };
    const claude = createClaudeProvider({ userAgent: 'Fusebox/test' });
    expect(await read(claude, at(fake.url), { accessToken: fake.account.accessToken })).toEqual([
      { id: '5h', label: '5 hours', lengthMs: 5 * hourMs, used: expect.closeTo(0.12), resetsAt: now() + 3 * hourMs },
      { id: '7d', label: 'Week', lengthMs: weekMs, used: expect.closeTo(0.34), resetsAt: now() + 96 * hourMs },
      {
        id: '7d_opus',
        label: 'Week (opus)',
        lengthMs: weekMs,
        family: 'opus',
        used: 0.5,
        resetsAt: now() + 60_000,
      },
    ]);
    await expect(read(claude, at(fake.url), { accessToken: 'sk-ant-oat01-wrong' })).rejects.toMatchObject({
      status: 401,
    });
  });

  it('tells those of ChatGPT by their lengths, and those of single models', async () => {
    const fake = await closing(startFakeChatgpt(now));
    const secret = { accessToken: fake.issue().access_token };
    expect(
      await read(chatgptProvider, fake.endpoints, secret, { accountId: 'user-1', organizationId: 'acc-1' }),
    ).toEqual([
      { id: '7d', label: 'Week', lengthMs: weekMs, used: 0.2, resetsAt: 1_795_000_000_000 },
      { id: '5h', label: '5 hours', lengthMs: 5 * hourMs, used: 1, resetsAt: 1_794_900_000_000 },
      {
        id: '5h_gpt-5.3-codex-spark',
        label: '5 hours (gpt-5.3-codex-spark)',
        lengthMs: 5 * hourMs,
        family: 'gpt-5.3-codex-spark',
        used: 1,
        resetsAt: 1_794_900_005_000,
        state: 'rejected',
      },
    ]);
  });

  it.each([geminiCliProvider, antigravityProvider])(
    'tells those of each model of $label, by the lowest',
    async (google) => {
      const fake = await closing(startFakeGoogle(now));
      fake.oauth.accessTokens.add('ya29.known');
      const read_ = read(google, fake.endpoints, { accessToken: 'ya29.known' }, { attributes: { project: 'p-1' } });
      expect(await read_).toEqual([
        {
          id: 'model:gemini-2.5-pro',
          label: 'gemini-2.5-pro',
          family: 'gemini-2.5-pro',
          used: 0.75,
          resetsAt: Date.parse('2026-11-22T18:00:00Z'),
        },
        {
          id: 'model:gemini-2.5-flash',
          label: 'gemini-2.5-flash',
          family: 'gemini-2.5-flash',
          used: 0,
          resetsAt: Date.parse('2026-11-23T08:00:00Z'),
        },
      ]);
      expect(fake.requests.at(-1)?.json).toEqual({ project: 'p-1' });
    },
  );

  it('tells the session and the week of Kimi', async () => {
    const fake = await closing(startFakeKimi(now));
    const kimi = createKimiProvider({ userAgent: 'Fusebox/1.0.0', installId: 'i-1' });
    const secret = { accessToken: fake.issue().access_token };
    expect(await read(kimi, at(`${fake.origin}/coding/v1`), secret)).toEqual([
      { id: '5h', label: '5 hours', lengthMs: 5 * hourMs, used: 0.75, resetsAt: Date.parse('2026-11-22T15:00:00Z') },
      { id: '7d', label: 'Week', lengthMs: weekMs, used: 0.25, resetsAt: Date.parse('2026-11-25T00:00:00Z') },
    ]);
  });

  it('tells the credits of Grok', async () => {
    const fake = await closing(startFakeXai(now));
    const secret = { accessToken: fake.issue().access_token };
    expect(await read(xaiProvider, at(`${fake.origin}/v1`), secret)).toEqual([
      { id: 'period', label: 'Billing period', used: 0.375, resetsAt: Date.parse('2026-12-01T00:00:00Z') },
    ]);
  });

  it('is not asked for API keys, nor for tokens without the right to ask', () => {
    const claude = createClaudeProvider({ userAgent: 'Fusebox/test' });
    for (const { usage } of [claude, chatgptProvider, geminiCliProvider, xaiProvider])
      expect(usage?.isFor({ ...account, kind: 'api-key' }, { apiKey: 'k' })).toBe(false);
    expect(claude.usage?.isFor(account, { accessToken: 't', scopes: ['user:inference'] })).toBe(false);
    expect(claude.usage?.isFor(account, { accessToken: 't' })).toBe(true);
  });
});

describe('an answer of a usage endpoint', () => {
  it("is read from Claude's newer list before the older names, and never takes a model's week for the whole", () => {
    const reset = '2026-11-25T00:00:00Z';
    const windows = claudeUsageIn({
      five_hour: { utilization: 99, resets_at: reset },
      seven_day: { utilization: 40, resets_at: null },
      seven_day_sonnet: null,
      limits: [
        { kind: 'session', percent: 10, resets_at: reset },
        { kind: 'weekly_scoped', percent: 80, resets_at: reset, scope: { model: { id: 'claude-opus-5' } } },
        { kind: 'weekly_scoped', percent: 70, resets_at: reset, scope: null },
        { kind: 'weekly_scoped', percent: null, scope: { model: { id: 'claude-sonnet-5' } } },
        { kind: 'something_new', percent: 1 },
        7,
      ],
      extra_usage: { is_enabled: true, utilization: 100 },
    });
    expect(windows.map(({ id, used }) => [id, used])).toEqual([
      ['5h', 0.1],
      ['7d_opus', 0.8],
      ['7d', 0.4],
    ]);
  });

  it('says nothing of what is used where Google calls everything full', () => {
    expect(googleUsageIn({ buckets: [{ modelId: 'g', remainingFraction: 1 }, { modelId: 'x' }, 5] })).toEqual([
      { id: 'model:g', label: 'g', family: 'g', state: 'allowed' },
    ]);
  });

  it('takes a share that is absent for unknown', () => {
    expect(xaiUsageIn({ config: { currentPeriod: { end: '2026-12-01T00:00:00Z' } } })).toEqual([]);
    expect(
      xaiUsageIn({ config: { onDemandUsed: { val: 5 }, onDemandCap: { val: 20 }, billingPeriodEnd: 'soon' } }),
    ).toEqual([{ id: 'period', label: 'Billing period', used: 0.25 }]);
  });

  it.each([claudeUsageIn, chatgptUsageIn, googleUsageIn, kimiUsageIn, xaiUsageIn])(
    'may be empty or of another shape',
    (read) => {
      for (const answer of [{}, { limits: 5, usage: [], buckets: {}, config: null, rate_limit: 'x' }])
        expect(read(answer)).toEqual([]);
    },
  );
});
