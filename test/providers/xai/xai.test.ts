import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Secret } from '../../../main/accounts/account.ts';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import { createXaiProvider } from '../../../main/providers/xai/index.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import type { FakeDeviceService } from '../../upstreams/oauth/device-service.ts';
import { startFakeXai } from '../../upstreams/oauth/xai.ts';
import { flowOf, problemOf, refreshContext, refusalOf, signInByDevice, stage } from '../flow-stage.ts';

const xaiProvider = createXaiProvider({ userAgent: 'Fusebox/test' });
const device = flowOf(xaiProvider, 'device');
const standard = xaiProvider.defaultEndpoints;

let fake: FakeDeviceService;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  fake = await startFakeXai(() => clock.now());
});
afterEach(() => fake.close());

const endpoints = () => ({ ...standard, authorize: `${fake.origin}/.well-known/openid-configuration` });
const on = () => stage(endpoints(), { clock });
const approve = () => fake.devices.approve();

/** A refresh of an account whose tokens came from `tokenEndpoint`. */
function refresh(secret: Secret, tokenEndpoint: string | undefined, at = endpoints()) {
  const attributes = tokenEndpoint === undefined ? {} : { attributes: { tokenEndpoint } };
  const { account } = newAccount({ provider: 'xai', accountId: 'sub-1', ...attributes }, {});
  return xaiProvider.refresh?.(
    account,
    secret,
    refreshContext(at, () => clock.now()),
  );
}

describe('signing in to Grok', () => {
  it('finds the endpoints, and ends in an account that remembers where its tokens came from', async () => {
    const { account, secret } = await signInByDevice(device, on(), approve);
    expect(account).toMatchObject({
      id: 'xai:sub-1',
      label: 'ada@example.com',
      email: 'ada@example.com',
      accountId: 'sub-1',
      attributes: { tokenEndpoint: `${fake.origin}/oauth2/issue` },
      expiresAt: clock.now() + 604_800_000,
    });
    expect(secret).toMatchObject({ accessToken: fake.tokens()?.access_token, idToken: expect.any(String) });
  });

  it('prefers the token endpoint that the owner configured', async () => {
    const moved = await startFakeXai(() => clock.now());
    const elsewhere = stage({ ...endpoints(), token: moved.tokenUrl }, { clock });
    const grant = await device.begin(elsewhere.context);
    expect((await problemOf(grant.tokens(elsewhere.context), fake.secrets)).code).toBe('exchange_failed');
    expect(moved.requests.map(({ path }) => path)).toEqual(['/oauth2/issue']);
    await moved.close();
  });

  it.each([
    ['http://auth.x.ai/device', 'no TLS'],
    ['https://auth.x.ai.example.com/device', 'a longer name'],
    ['https://evilx.ai/device', 'a similar name'],
    ['https://x.ai@example.com/device', 'a name in the wrong place'],
    ['https://user:pass@auth.x.ai/device', 'a password'],
    ['http://127.0.0.1:1/device', 'this machine, at another port'],
    ['//auth.x.ai/device', 'half an address'],
  ])('refuses %s as an endpoint: %s', async (url) => {
    const good = `${fake.origin}/oauth2/ok`;
    for (const [deviceUrl, tokenUrl] of [
      [url, good],
      [good, url],
    ]) {
      fake.script({ reply: jsonAnswer(200, { device_authorization_endpoint: deviceUrl, token_endpoint: tokenUrl }) });
      const problem = await problemOf(device.begin(on().context));
      expect(problem).toMatchObject({
        code: 'exchange_failed',
        message: 'xAI named a sign-in endpoint that is not its own',
      });
    }
    expect(fake.requests).toHaveLength(2);
  });

  it.each([
    ['an error page', htmlAnswer(500), 'exchange_failed'],
    ['a page', htmlAnswer(200), 'exchange_failed'],
    ['no endpoints', jsonAnswer(200, {}), 'exchange_failed'],
    ['nothing', { ...jsonAnswer(200, {}), delivery: { cut: 'before-head' as const } }, 'network'],
  ])('fails in plain words when discovery answers with %s', async (_, reply, code) => {
    fake.script({ reply });
    expect((await problemOf(device.begin(on().context))).code).toBe(code);
  });

  it('polls slower when told to, for half an hour at most', async () => {
    fake.devices.rules.lifetime = 86_400;
    const slow = stage(endpoints(), { clock, onWait: (count) => count === 0 && fake.devices.demandSlower() });
    const began = clock.now();
    const grant = await device.begin(slow.context);
    expect((await problemOf(grant.tokens(slow.context), fake.secrets)).code).toBe('expired');
    expect(slow.waits.slice(0, 3)).toEqual([5000, 10_000, 10_000]);
    expect(clock.now() - began).toBeGreaterThan(1_780_000);
    expect(clock.now() - began).toBeLessThanOrEqual(1_800_000);
  });
});

describe('refreshing Grok tokens', () => {
  it('goes where the tokens came from', async () => {
    const { refresh_token: refreshToken } = fake.issue();
    expect(await refresh({ refreshToken }, fake.tokenUrl)).toEqual({
      accessToken: fake.tokens()?.access_token,
      refreshToken: fake.tokens()?.refresh_token,
      idToken: expect.any(String),
      expiresAt: clock.now() + 604_800_000,
    });
    expect(await refusalOf(refresh({ refreshToken }, fake.tokenUrl), fake.secrets)).toMatchObject({ final: true });
  });

  it('never sends a token to a stored address that is not xAI', async () => {
    const { refresh_token: refreshToken } = fake.issue();
    const stray = await startFakeXai(() => clock.now());
    const error = await refusalOf(refresh({ refreshToken }, stray.tokenUrl), fake.secrets);
    expect(error).toMatchObject({ final: true });
    expect(error.message).toContain('not at xAI');
    expect(stray.requests).toHaveLength(0);
    await stray.close();
  });

  it('goes where the owner configured, whatever is stored', async () => {
    const { refresh_token: refreshToken } = fake.issue();
    const at = { ...endpoints(), token: fake.tokenUrl };
    expect(await refresh({ refreshToken }, 'https://example.com/token', at)).toMatchObject({
      accessToken: fake.tokens()?.access_token,
    });
    expect(xaiProvider.refreshLeadMs).toBe(300_000);
  });
});
