import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Secret } from '../../../main/accounts/account.ts';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import { createIflowProvider } from '../../../main/providers/iflow/index.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import { type FakeIflow, startFakeIflow } from '../../upstreams/oauth/iflow.ts';
import { comeBack, flowOf, problemOf, refreshContext, refusalOf, signInByBrowser, stage } from '../flow-stage.ts';

const iflowProvider = createIflowProvider({ userAgent: 'Fusebox/0', installId: 'test', now: () => 0 });
const browser = flowOf(iflowProvider, 'browser');
const { account } = newAccount({ provider: 'iflow', email: 'ada@example.com' }, {});

let fake: FakeIflow;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  fake = await startFakeIflow(() => clock.now());
});
afterEach(() => fake.close());

const on = () => stage(fake.endpoints, { clock, clientSecret: fake.clientSecret });
const isUserInfo = ({ path }: { path: string }) => path.endsWith('/getUserInfo');

function refresh(secret: Secret, clientSecret?: string) {
  return iflowProvider.refresh?.(
    account,
    secret,
    refreshContext(fake.endpoints, () => clock.now(), clientSecret),
  );
}

/** Tokens as a sign-in left them. */
async function signedIn(): Promise<string> {
  const { secret } = await signInByBrowser(browser, on());
  return secret.refreshToken ?? '';
}

describe('signing in to iFlow', () => {
  it('ends in an account whose requests carry the key, and whose tokens renew it', async () => {
    expect(await signInByBrowser(browser, on())).toEqual({
      account: {
        id: 'iflow:ada@example.com',
        provider: 'iflow',
        kind: 'oauth',
        source: 'vault',
        label: 'ada@example.com',
        email: 'ada@example.com',
        paused: false,
        priority: 0,
        expiresAt: clock.now() + 172_800_000,
      },
      secret: {
        accessToken: fake.tokens()?.access_token,
        refreshToken: fake.tokens()?.refresh_token,
        apiKey: fake.apiKey(),
        scopes: ['read'],
      },
    });
  });

  it('names the account by its telephone where there is no e-mail', async () => {
    fake.owner = { phone: '13800000000' };
    const { account } = await signInByBrowser(browser, on());
    expect(account).toMatchObject({ id: 'iflow:13800000000', label: '13800000000' });
  });

  it('says which setting is missing, and asks for nothing', async () => {
    const without = stage(fake.endpoints, { clock });
    expect(() => browser.check?.(without.context)).toThrow('oauth-clients.iflow.client-secret');
    const grant = await comeBack(browser, without);
    const problem = await problemOf(browser.exchange(grant, without.context), fake.secrets);
    expect(problem.code).toBe('client_secret_missing');
    expect(problem.message).toContain('oauth-clients.iflow.client-secret');
    expect(fake.requests).toHaveLength(1);
  });

  it('does not show a secret that is wrong', async () => {
    const wrong = stage(fake.endpoints, { clock, clientSecret: 'a-wrong-secret' });
    const attempt = signInByBrowser(browser, wrong);
    const problem = await problemOf(attempt, [...fake.secrets, 'a-wrong-secret']);
    expect(problem.message).toContain('invalid_client');
  });

  it('uses its one registered port', async () => {
    expect(browser).toMatchObject({ ports: [11451], anyPort: false, redirectField: 'redirect' });
    await expect(comeBack(browser, on(), 11452)).rejects.toThrow('not registered');
  });

  it('fails with a code that was used already', async () => {
    const grant = await comeBack(browser, on());
    await browser.exchange(grant, on().context);
    expect((await problemOf(browser.exchange(grant, on().context), fake.secrets)).code).toBe('exchange_failed');
  });

  it.each([
    ['no key', jsonAnswer(200, { success: true, data: { email: 'ada@example.com' } }), 'profile_failed'],
    ['no data', jsonAnswer(200, { success: false }), 'profile_failed'],
    ['a refusal', jsonAnswer(401, { error: 'invalid_token' }), 'profile_failed'],
    ['an error page', htmlAnswer(500), 'profile_failed'],
    ['nothing', { ...jsonAnswer(200, {}), delivery: { cut: 'before-head' as const } }, 'network'],
  ])('fails without showing the token when the profile is %s', async (_, reply, code) => {
    fake.script({ reply, when: isUserInfo });
    expect((await problemOf(signInByBrowser(browser, on()), fake.secrets)).code).toBe(code);
  });
});

describe('refreshing iFlow tokens', () => {
  it('renews the tokens, then the key', async () => {
    const refreshToken = await signedIn();
    const before = fake.apiKey();
    expect(await refresh({ refreshToken }, fake.clientSecret)).toEqual({
      accessToken: fake.tokens()?.access_token,
      refreshToken: fake.tokens()?.refresh_token,
      apiKey: fake.apiKey(),
      expiresAt: clock.now() + 172_800_000,
    });
    expect(fake.apiKey()).not.toBe(before);
    const again = refusalOf(refresh({ refreshToken }, fake.clientSecret), fake.secrets);
    expect(await again).toMatchObject({ final: true });
  });

  it('keeps the new tokens when the key cannot be renewed: the old refresh token is spent', async () => {
    const refreshToken = await signedIn();
    fake.script({ reply: htmlAnswer(500), when: isUserInfo });
    const tokens = await refresh({ refreshToken }, fake.clientSecret);
    expect(tokens).toMatchObject({ refreshToken: fake.tokens()?.refresh_token });
    expect(tokens).not.toHaveProperty('apiKey');
  });

  it('waits for the missing setting, and sends nothing', async () => {
    const error = await refusalOf(refresh({ refreshToken: 'r' }), []);
    expect(error).toMatchObject({ final: false });
    expect(error.message).toContain('oauth-clients.iflow.client-secret');
    expect(fake.requests).toHaveLength(0);
    expect(iflowProvider.refreshLeadMs).toBe(86_400_000);
  });
});
