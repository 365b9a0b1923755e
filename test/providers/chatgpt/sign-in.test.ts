import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChatgptProvider } from '../../../main/providers/chatgpt/index.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import { type FakeChatgpt, startFakeChatgpt } from '../../upstreams/oauth/chatgpt.ts';
import { comeBack, flowOf, problemOf, type Stage, signInByBrowser, signInByDevice, stage } from '../flow-stage.ts';

const chatgptProvider = createChatgptProvider({ userAgent: 'Fusebox/test' });
const browser = flowOf(chatgptProvider, 'browser');
const device = flowOf(chatgptProvider, 'device');

let fake: FakeChatgpt;
let on: Stage;
beforeEach(async () => {
  const clock = new FakeClock();
  fake = await startFakeChatgpt(() => clock.now());
  on = stage(fake.endpoints, { clock });
});
afterEach(() => fake.close());

const polls = () => fake.requests.filter(({ path }) => path.endsWith('/deviceauth/token')).length;

describe('signing in to ChatGPT with the browser', () => {
  it.each([1455, 1457])('ends in an account, on port %i', async (port) => {
    const { account, secret } = await signInByBrowser(browser, on, port);
    expect(account).toEqual({
      id: 'chatgpt:user-ada:acc-1',
      provider: 'chatgpt',
      kind: 'oauth',
      source: 'vault',
      label: 'ada@example.com',
      email: 'ada@example.com',
      accountId: 'user-ada',
      organizationId: 'acc-1',
      plan: 'plus',
      paused: false,
      priority: 0,
      expiresAt: on.clock.now() + 864_000_000,
    });
    expect(secret).toMatchObject({
      accessToken: fake.tokens()?.access_token,
      refreshToken: fake.tokens()?.refresh_token,
    });
    expect(secret.idToken).toBeDefined();
  });

  it('takes the two registered ports and no other', async () => {
    expect(browser).toMatchObject({ ports: [1455, 1457], anyPort: false });
    const problem = await problemOf(signInByBrowser(browser, on, 1456), fake.secrets);
    expect(problem).toMatchObject({ code: 'exchange_failed' });
    expect(problem.message).toContain('403 invalid_request: the redirect address is not registered');
  });

  it('tells two workspaces of one e-mail apart, and two members of one workspace', async () => {
    const first = await signInByBrowser(browser, on);
    fake.owner = { ...fake.owner, account: 'acc-2', plan: 'team' };
    const second = await signInByBrowser(browser, on);
    fake.owner = { ...fake.owner, user: 'user-bob', email: 'bob@example.com' };
    const third = await signInByBrowser(browser, on);
    const ids = [first, second, third].map(({ account }) => account.id);
    expect(ids).toEqual(['chatgpt:user-ada:acc-1', 'chatgpt:user-ada:acc-2', 'chatgpt:user-bob:acc-2']);
  });

  it('takes tokens that do not say whose they are', async () => {
    fake.sparse = true;
    const { account } = await signInByBrowser(browser, on);
    expect(account).toMatchObject({ label: 'ChatGPT account' });
    expect(account.id).toMatch(/^chatgpt:key-/);
  });

  it.each(['code', 'codeVerifier', 'redirectUri'] as const)(
    'fails with a wrong %s, and shows no secret',
    async (field) => {
      const grant = await comeBack(browser, on);
      const wrong = {
        ...grant,
        [field]: field === 'redirectUri' ? 'http://localhost:1457/auth/callback' : 'x'.repeat(50),
      };
      const problem = await problemOf(browser.exchange(wrong, on.context), [...fake.secrets, 'x'.repeat(50)]);
      expect(problem.code).toBe('exchange_failed');
      expect(problem.message).toContain('invalid_grant');
    },
  );

  it('fails with a code that was used already or is too old', async () => {
    const grant = await comeBack(browser, on);
    await browser.exchange(grant, on.context);
    expect((await problemOf(browser.exchange(grant, on.context), fake.secrets)).code).toBe('exchange_failed');
    const late = await comeBack(browser, on);
    on.clock.advance(11 * 60_000);
    expect((await problemOf(browser.exchange(late, on.context), fake.secrets)).message).toContain('has expired');
  });

  it('keeps the tokens of a code that was sent before the owner cancelled', async () => {
    const grant = await comeBack(browser, on);
    on.cancel();
    expect(await browser.exchange(grant, on.context)).toMatchObject({ accessToken: fake.tokens()?.access_token });
  });

  it.each([
    ['an error page', htmlAnswer(500), 'exchange_failed'],
    ['a page', htmlAnswer(200), 'exchange_failed'],
    ['no token', jsonAnswer(200, { token_type: 'Bearer' }), 'exchange_failed'],
    [
      'half an answer',
      { ...jsonAnswer(200, { access_token: 'half' }), delivery: { cut: { afterBytes: 9 } } },
      'network',
    ],
    ['nothing', { ...jsonAnswer(200, {}), delivery: { cut: 'before-head' as const } }, 'network'],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' }, parts: [''] }, 'exchange_failed'],
  ])('fails in plain words when the service sends %s', async (_, reply, code) => {
    const grant = await comeBack(browser, on);
    fake.script({ reply });
    const problem = await problemOf(browser.exchange(grant, on.context), fake.secrets);
    expect(problem.code).toBe(code);
    expect(problem.message).toMatch(/^The sign-in service/);
    expect(problem.message).not.toContain('<');
  });
});

describe('signing in to ChatGPT with a code', () => {
  it('shows the code, waits at the pace of the service, and ends in an account', async () => {
    const grant = await device.begin(on.context);
    expect(grant).toMatchObject({
      userCode: 'ABCD-12345',
      verificationUrl: `${fake.origin}/codex/device`,
      expiresAt: on.clock.now() + 900_000,
    });
    const slow = stage(fake.endpoints, { clock: on.clock, onWait: (count) => count === 3 && fake.approve() });
    const tokens = await grant.tokens(slow.context);
    expect(slow.waits).toEqual([7000, 7000, 7000, 7000]);
    expect(slow.steps).toEqual(['waiting-for-approval', 'exchanging-code']);
    const { account, secret } = await device.finish(tokens, on.context);
    expect(account).toMatchObject({ id: 'chatgpt:user-ada:acc-1', email: 'ada@example.com', plan: 'plus' });
    expect(secret.refreshToken).toBe(fake.tokens()?.refresh_token);
  });

  it('reads the other spelling of the code, and waits five seconds where the service names no pace', async () => {
    fake.script({ reply: jsonAnswer(200, { device_auth_id: 'd', usercode: 'OTHER-1' }) });
    const grant = await device.begin(on.context);
    expect(grant.userCode).toBe('OTHER-1');
    const problem = await problemOf(grant.tokens(on.context), fake.secrets);
    expect(on.waits).toEqual([5000]);
    expect(problem.code).toBe('exchange_failed');
  });

  it('says so when the service offers no such way', async () => {
    fake.script({ reply: jsonAnswer(404, { error: 'not found' }) });
    expect((await problemOf(device.begin(on.context))).code).toBe('method_unavailable');
  });

  it('waits on while the service is forbidding, unknowing, failing, silent or gone', async () => {
    const grant = await device.begin(on.context);
    const trouble = [
      jsonAnswer(404, { error: 'unknown' }),
      htmlAnswer(503),
      jsonAnswer(429, { error: 'slow' }, { 'retry-after': '90' }),
      { ...jsonAnswer(200, {}), delivery: { cut: 'before-head' as const } },
    ];
    fake.script(...trouble.map((reply) => ({ reply })));
    fake.approve();
    await grant.tokens(on.context);
    expect(on.waits).toEqual([7000, 7000, 14_000, 90_000, 60_000]);
  });

  it('ends when the code has expired', async () => {
    const grant = await device.begin(on.context);
    const began = on.clock.now();
    expect((await problemOf(grant.tokens(on.context), fake.secrets)).code).toBe('expired');
    expect(on.clock.now() - began).toBeLessThanOrEqual(900_000);
    expect(polls()).toBe(128);
  });

  it('ends with the words of the service where it does not serve the region', async () => {
    const grant = await device.begin(on.context);
    const error = { code: 'unsupported_country_region_territory', message: 'Country not supported' };
    fake.script({ reply: jsonAnswer(403, { error }) });
    const problem = await problemOf(grant.tokens(on.context), fake.secrets);
    expect(problem).toMatchObject({ code: 'exchange_failed' });
    expect(problem.message).toContain('Country not supported');
    expect(polls()).toBe(1);
  });

  it('stops at once when it is cancelled', async () => {
    const grant = await device.begin(on.context);
    const cancelling = stage(fake.endpoints, {
      clock: on.clock,
      onWait: (count) => count === 2 && cancelling.cancel(),
    });
    expect((await problemOf(grant.tokens(cancelling.context))).code).toBe('cancelled');
    expect(polls()).toBe(2);
  });

  it('fails in plain words when the first answer cannot be read', async () => {
    const silent = { ...jsonAnswer(200, {}), delivery: { cut: 'before-head' as const } };
    fake.script({ reply: htmlAnswer(200) }, { reply: htmlAnswer(500) }, { reply: silent });
    expect((await problemOf(device.begin(on.context))).code).toBe('exchange_failed');
    expect((await problemOf(device.begin(on.context))).code).toBe('exchange_failed');
    expect((await problemOf(device.begin(on.context))).code).toBe('network');
  });

  it('is one of two ways, the browser first', async () => {
    expect(chatgptProvider.signIns.map(({ method }) => method)).toEqual(['browser', 'device']);
    await signInByDevice(device, on, () => fake.approve());
    expect(fake.requests.at(-1)?.body.toString()).toContain(
      encodeURIComponent('https://auth.openai.com/deviceauth/callback'),
    );
  });
});
