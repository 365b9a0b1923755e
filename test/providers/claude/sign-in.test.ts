import { describe, expect, it, onTestFinished } from 'vitest';
import { createClaudeProvider } from '../../../main/providers/claude/index.ts';
import { claudeSignIn } from '../../../main/providers/claude/sign-in.ts';
import type { SignInView } from '../../../preload/contract.ts';
import { visit } from '../../accounts/sign-in/browser.ts';
import { freePort, signInStand } from '../../accounts/sign-in/stand.ts';
import { FakeClock } from '../../fakes/clock.ts';
import type { Answer } from '../../upstreams/answer.ts';
import { htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import { type FakeAnthropicOptions, startFakeAnthropic } from '../../upstreams/anthropic/server.ts';
import type { RecordedRequest } from '../../upstreams/recording.ts';

const isToken = ({ path }: RecordedRequest) => path === '/v1/oauth/token';
const isProfile = ({ path }: RecordedRequest) => path === '/api/oauth/profile';
const isWaiting = ({ phase, browser }: SignInView) => phase === 'waiting' && browser !== undefined;

async function claudeStand(options: FakeAnthropicOptions = {}) {
  const clock = new FakeClock();
  const fake = await startFakeAnthropic({ now: () => clock.now(), ...options });
  onTestFinished(() => fake.close());
  const port = await freePort();
  const stand = await signInStand({
    clock,
    // The registered port belongs to whoever runs the tests; everything else is the flow as it ships.
    flows: { claude: [{ ...claudeSignIn, ports: [port] }] },
    endpoints: { api: fake.url, authorize: fake.authorizeUrl, token: fake.tokenUrl },
  });
  const start = async () => {
    const { id } = stand.manager.start('claude');
    return stand.until(id, isWaiting);
  };
  /** Replies to the next token or profile calls in place of the service. */
  const reply = (when: (request: RecordedRequest) => boolean, ...answers: Answer[]) =>
    fake.script(...answers.map((answer) => ({ when, reply: { kind: 'raw' as const, answer } })));
  return { ...stand, fake, port, start, reply };
}

describe('signing in to Claude', () => {
  it('is a way of the provider, at the registered port', () => {
    expect(createClaudeProvider({ userAgent: 'Fusebox/0' }).signIns[0]).toBe(claudeSignIn);
    expect([claudeSignIn.ports, claudeSignIn.callbackPath]).toEqual([[54545], '/callback']);
  });

  it('asks, exchanges and stores as the service wants it', async () => {
    const { fake, start, end, store, port } = await claudeStand();
    const view = await start();
    expect(view.browser?.redirectUri).toBe(`http://localhost:${port}/callback`);
    await visit(view.browser?.url ?? '');
    const { outcome } = await end(view.id);
    const { account } = fake;
    expect(outcome).toMatchObject({ label: 'owner@example.com', updated: false });
    expect(store.get(outcome?.accountId ?? '')).toMatchObject({
      provider: 'claude',
      kind: 'oauth',
      email: 'owner@example.com',
      accountId: account.accountUuid,
      organizationId: account.organizationUuid,
      organizationName: 'Example',
      plan: 'max',
    });
    expect(store.secretOf(outcome?.accountId ?? '')).toEqual({
      accessToken: account.accessToken,
      refreshToken: account.refreshToken,
      scopes: account.scopes,
    });
    const exchange = fake.requests.find(isToken);
    expect(exchange?.headers['content-type']).toBe('application/json');
    expect(Object.keys(exchange?.json ?? {}).sort()).toEqual([
      'client_id',
      'code',
      'code_verifier',
      'grant_type',
      'redirect_uri',
      'state',
    ]);
  });

  it('takes the code of the page for browsers elsewhere', async () => {
    const { manager, fake, start, end } = await claudeStand();
    const view = await start();
    const { headers } = await visit(view.browser?.manualUrl ?? '', { stay: true });
    const shown = new URL(String(headers.location));
    expect(shown.origin + shown.pathname).toBe('https://platform.claude.com/oauth/code/callback');
    manager.paste(view.id, `${shown.searchParams.get('code')}#${shown.searchParams.get('state')}`);
    expect((await end(view.id)).outcome?.label).toBe('owner@example.com');
    expect(fake.requests.find(isToken)?.json).toMatchObject({
      redirect_uri: 'https://platform.claude.com/oauth/code/callback',
    });
  });

  it('keeps two organisations of one e-mail apart, and updates the one that signs in again', async () => {
    const accounts = [{ accountUuid: 'a' }, { accountUuid: 'a', organizationName: 'Second' }];
    const { fake, start, end, store } = await claudeStand({ accounts });
    for (const index of [0, 1, 0]) {
      fake.signIn.as = fake.accounts[index];
      const view = await start();
      await visit(view.browser?.url ?? '');
      expect((await end(view.id)).phase).toBe('done');
    }
    expect(
      store
        .list()
        .map(({ organizationName }) => organizationName)
        .sort(),
    ).toEqual(['Example', 'Second']);
    const first = store.list().find(({ organizationName }) => organizationName === 'Example');
    expect(store.secretOf(first?.id ?? '').refreshToken).toBe(fake.account.refreshToken);
  });

  it('is named by the organisation when there is no e-mail', async () => {
    const { start, end, reply } = await claudeStand();
    const account = { uuid: 'u' };
    const organization = { uuid: 'o', name: 'The Org' };
    reply(isToken, jsonAnswer(200, { access_token: 'sk-ant-oat01-x', account, organization }));
    const view = await start();
    await visit(view.browser?.url ?? '');
    expect((await end(view.id)).outcome?.label).toBe('The Org');
  });

  it('accepts a setup token, which tells nothing about its owner, without asking for a profile', async () => {
    const { fake, start, end, store } = await claudeStand({ accounts: [{ scopes: ['user:inference'] }] });
    const view = await start();
    await visit(view.browser?.url ?? '');
    const { outcome } = await end(view.id);
    expect(outcome?.label).toBe('Claude account');
    expect(store.secretOf(outcome?.accountId ?? '').accessToken).toBe(fake.account.accessToken);
    expect(fake.requests.some(isProfile)).toBe(false);
  });

  it.each([
    ['refused', jsonAnswer(403, { error: { type: 'permission_error', message: 'no' } })],
    ['broken', htmlAnswer(502)],
    ['empty', jsonAnswer(200, null)],
  ])('works with a profile that is %s', async (_, answer) => {
    const { fake, start, end, reply } = await claudeStand();
    reply(isProfile, answer);
    const view = await start();
    await visit(view.browser?.url ?? '');
    expect((await end(view.id)).outcome?.label).toBe(fake.account.email);
  });

  it('ends with what the provider says when the owner refuses', async () => {
    const { fake, start, end } = await claudeStand();
    fake.signIn.refusal = { error: 'access_denied', description: 'The owner said no' };
    const view = await start();
    await visit(view.browser?.url ?? '');
    expect((await end(view.id)).problem).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('said no'),
    });
    expect(fake.requests.some(isToken)).toBe(false);
  });
});

describe('the exchange', () => {
  it('of a code that has been used fails with the words of the service, and without the code', async () => {
    const { manager, fake, start, end } = await claudeStand();
    const [one, other] = [await start(), await start()];
    const { headers } = await visit(one.browser?.url ?? '', { stay: true });
    const first = new URL(String(headers.location)).searchParams;
    const state = new URL(other.browser?.url ?? '').searchParams.get('state') ?? '';
    manager.paste(other.id, `${first.get('code')}#${state}`);
    const { problem } = await end(other.id);
    // The code was made for another redirect, state and verifier: each is reason enough.
    expect(problem).toMatchObject({ code: 'exchange_failed', message: expect.stringContaining('invalid_grant') });
    expect(problem?.message).not.toContain(first.get('code'));
    const [sent] = fake.requests.filter(isToken).map(({ json }) => json as { code_verifier: string });
    expect(problem?.message).not.toContain(sent?.code_verifier);
    expect(fake.requests.filter(isToken)).toHaveLength(1);
  });

  it('of a code that has become too old is refused', async () => {
    const { clock, manager, start, end } = await claudeStand();
    const view = await start();
    const { headers } = await visit(view.browser?.url ?? '', { stay: true });
    clock.sleep(11 * 60_000);
    manager.paste(view.id, String(headers.location));
    expect((await end(view.id)).problem?.message).toContain('expired');
  });

  it('is tried three times in all while the service fails', async () => {
    const { clock, fake, start, end, reply } = await claudeStand();
    reply(isToken, htmlAnswer(500), htmlAnswer(503));
    const view = await start();
    await visit(view.browser?.url ?? '', {});
    for (const [index, wait] of [1_000, 2_000].entries()) {
      await expect.poll(() => [fake.requests.filter(isToken).length, clock.pending > 0]).toEqual([index + 1, true]);
      clock.advance(wait);
    }
    expect((await end(view.id)).phase).toBe('done');
    expect(fake.requests.filter(isToken)).toHaveLength(3);
  });

  it('gives up after the third failure', async () => {
    const { clock, fake, start, end, reply } = await claudeStand();
    reply(isToken, htmlAnswer(500), htmlAnswer(500), htmlAnswer(529));
    const view = await start();
    await visit(view.browser?.url ?? '');
    for (const wait of [1_000, 2_000]) {
      await expect.poll(() => clock.pending).toBeGreaterThan(0);
      clock.advance(wait);
    }
    expect((await end(view.id)).problem).toMatchObject({
      code: 'exchange_failed',
      message: expect.stringContaining('529'),
    });
    expect(fake.requests.filter(isToken)).toHaveLength(3);
  });

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after-ms': '6500' }, 6_500],
    [{ 'retry-after': '0' }, 5_000],
    [{ 'retry-after': '86400' }, 300_000],
    [{}, 5_000],
  ])('after 429 with %j waits %i ms without a call', async (headers, waitMs) => {
    const { clock, fake, start, end, reply } = await claudeStand();
    reply(isToken, jsonAnswer(429, { error: 'rate_limited' }, headers));
    const view = await start();
    await visit(view.browser?.url ?? '');
    await expect.poll(() => clock.pending).toBeGreaterThan(0);
    clock.advance(waitMs - 1);
    expect(fake.requests.filter(isToken)).toHaveLength(1);
    clock.advance(1);
    expect((await end(view.id)).phase).toBe('done');
  });

  it('is not waited for any longer when the owner cancels', async () => {
    const { clock, manager, fake, store, start, end, reply } = await claudeStand();
    reply(isToken, jsonAnswer(429, { error: 'rate_limited' }, { 'retry-after': '200' }));
    const view = await start();
    await visit(view.browser?.url ?? '');
    await expect.poll(() => fake.requests.filter(isToken).length).toBe(1);
    await expect.poll(() => clock.pending).toBeGreaterThan(0);
    manager.cancel(view.id);
    expect((await end(view.id)).phase).toBe('cancelled');
    expect([store.list(), fake.requests.filter(isToken).length]).toEqual([[], 1]);
  });

  it('that was sent is waited for although the owner cancels: tokens are not thrown away', async () => {
    const { manager, store, fake, start, end } = await claudeStand();
    const view = await start();
    const { headers } = await visit(view.browser?.url ?? '', { stay: true });
    manager.paste(view.id, String(headers.location));
    await fake.received(isToken);
    expect(manager.cancel(view.id).cancelling).toBe(true);
    expect((await end(view.id)).phase).toBe('done');
    expect(store.secretOf(store.list()[0]?.id ?? '').refreshToken).toBe(fake.account.refreshToken);
  });

  it.each([
    ['no access token', jsonAnswer(200, { token_type: 'Bearer' }), 'exchange_failed'],
    ['a page of a proxy', { ...htmlAnswer(200) }, 'exchange_failed'],
    ['a redirect', { ...htmlAnswer(302), headers: { location: 'http://127.0.0.1:1/' } }, 'exchange_failed'],
    ['an endless answer', jsonAnswer(200, { access_token: 'x'.repeat(1_100_000) }), 'exchange_failed'],
    [
      'an error as long as a book',
      jsonAnswer(400, { error: 'invalid_request', pad: 'x'.repeat(100_000) }),
      'exchange_failed',
    ],
  ])('with %s fails in words', async (_, answer, code) => {
    const { start, end, reply, store } = await claudeStand();
    reply(isToken, answer);
    const view = await start();
    await visit(view.browser?.url ?? '');
    expect((await end(view.id)).problem?.code).toBe(code);
    expect(store.list()).toEqual([]);
  });

  it('without a network says so', async () => {
    const { manager, fake, start, end } = await claudeStand();
    const view = await start();
    const { headers } = await visit(view.browser?.url ?? '', { stay: true });
    await fake.close();
    manager.paste(view.id, String(headers.location));
    expect((await end(view.id)).problem).toMatchObject({ code: 'network', fix: expect.stringContaining('proxy') });
  });
});
