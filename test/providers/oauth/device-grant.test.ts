import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FlowContext, SignInError } from '../../../main/accounts/sign-in/flow.ts';
import { type DeviceRequest, deviceGrant } from '../../../main/providers/oauth/device-grant.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { type Answer, htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import { DeviceCodes } from '../../upstreams/oauth/device-codes.ts';
import { SecretBook } from '../../upstreams/oauth/grants.ts';
import { type Handler, startService } from '../../upstreams/oauth/service.ts';

/** An authorization server for devices that keeps to RFC 8628, and a clock that moves when the flow waits. */
async function stand(changes: object = {}) {
  const clock = new FakeClock();
  const codes = new DeviceCodes(new SecretBook(), () => clock.now());
  const routes: Record<string, Handler> = {
    'POST /device': (call) => {
      const { deviceCode, userCode } = codes.issue(call.form().get('code_challenge') ?? undefined);
      const { interval, lifetime } = codes.rules;
      const page = { verification_uri: 'https://login.example/device', interval, expires_in: lifetime };
      return jsonAnswer(200, { device_code: deviceCode, user_code: userCode, ...page, ...changes });
    },
    'POST /token': (call) => {
      codes.poll(call.form().get('device_code') ?? '', call.form().get('code_verifier') ?? undefined);
      return jsonAnswer(200, { access_token: 'a', token_type: 'bearer' });
    },
  };
  const service = await startService(routes);
  onTestFinished(() => service.close());
  const abort = new AbortController();
  const waits: number[] = [];
  const steps: string[] = [];
  let beforeWait: (nth: number) => void = () => {};
  const context: FlowContext = {
    endpoints: { api: '', authorize: '', token: '' },
    fetch,
    now: () => clock.now(),
    random: (bytes) => randomBytes(bytes).toString('base64url'),
    async wait(delayMs) {
      beforeWait(waits.push(delayMs));
      abort.signal.throwIfAborted();
      clock.advance(delayMs);
    },
    signal: abort.signal,
    clientSecret: () => undefined,
    progress: (step) => void steps.push(step),
    ask: () => Promise.reject(new Error('nothing is asked')),
  };
  const begin = (request: Partial<DeviceRequest> = {}) =>
    deviceGrant(
      { clientId: 'me', tokenUrl: `${service.origin}/token` },
      { deviceUrl: `${service.origin}/device`, scope: 'x', longestMs: 1_800_000, ...request },
      context,
    );
  /** Called before each wait, with its number. */
  const at = (task: (nth: number) => void) => {
    beforeWait = task;
  };
  const polls = () => service.requests.filter(({ path }) => path === '/token').length;
  const poll = (answer: Answer) => ({ when: ({ path }: { path: string }) => path === '/token', reply: answer });
  return { clock, codes, service, context, begin, waits, steps, abort, at, polls, poll };
}

describe('a device code', () => {
  it('is asked for, shown, and polled for until it is approved', async () => {
    const { begin, context, codes, clock, waits, steps, at, service } = await stand();
    const grant = await begin();
    expect(grant).toMatchObject({
      userCode: 'FUSE-1000',
      verificationUrl: 'https://login.example/device',
      expiresAt: clock.now() + 900_000,
    });
    expect(Object.fromEntries(new URLSearchParams(service.requests[0]?.body.toString()))).toEqual({
      client_id: 'me',
      scope: 'x',
    });
    at((nth) => nth === 3 && codes.approve());
    expect(await grant.tokens(context)).toMatchObject({ accessToken: 'a' });
    expect([waits, steps, codes.tooFast]).toEqual([[5_000, 5_000, 5_000], ['waiting-for-approval'], 0]);
  });

  it('is polled 5 s slower after each slow_down, for good', async () => {
    const { begin, context, codes, waits, at } = await stand();
    const grant = await begin();
    at((nth) => {
      if (nth === 1 || nth === 3) codes.demandSlower();
      if (nth === 5) codes.approve();
    });
    await grant.tokens(context);
    expect([waits, codes.tooFast]).toEqual([[5_000, 10_000, 10_000, 15_000, 15_000], 0]);
  });

  it('is slowed down as the provider wants it', async () => {
    const { begin, context, codes, waits, at } = await stand();
    codes.rules.penalty = 2.5;
    const grant = await begin({ slower: (intervalMs) => Math.min(intervalMs * 1.5, 10_000) });
    at((nth) => {
      if (nth < 3) codes.demandSlower();
      else codes.approve();
    });
    await grant.tokens(context);
    expect(waits).toEqual([5_000, 7_500, 10_000]);
  });

  it.each([
    [{ interval: '7' }, 7_000],
    [{ interval: 2 }, 5_000],
    [{ interval: 'soon' }, 5_000],
  ])('with %j is polled every %i ms', async (changes, interval) => {
    const { begin, context, codes, waits, at } = await stand(changes);
    const grant = await begin();
    at(() => codes.approve());
    await grant.tokens(context);
    expect(waits).toEqual([interval]);
  });

  it('carries a proof key where the provider wants one', async () => {
    const { begin, context, codes, at } = await stand();
    const grant = await begin({ pkce: true });
    at(() => codes.approve());
    expect(await grant.tokens(context)).toMatchObject({ accessToken: 'a' });
  });

  it('that is denied ends the polling', async () => {
    const { begin, context, codes, at, polls } = await stand();
    const grant = await begin();
    at(() => codes.deny());
    await expect(grant.tokens(context)).rejects.toMatchObject({ code: 'refused' });
    expect(polls()).toBe(1);
  });

  it('that has expired ends the polling, also when only our own patience did', async () => {
    const { begin, context, service, polls, poll } = await stand();
    service.script(poll(jsonAnswer(400, { error: 'expired_token' })));
    await expect((await begin()).tokens(context)).rejects.toMatchObject({ code: 'expired' });
    await expect((await begin({ longestMs: 12_000 })).tokens(context)).rejects.toMatchObject({ code: 'expired' });
    expect(polls()).toBe(3);
  });

  it('outlives a network that fails for a while, asking less and less often', async () => {
    const { begin, context, codes, service, waits, at, poll } = await stand();
    const grant = await begin();
    const cut = (answer: Answer): Answer => ({ ...answer, delivery: { cut: 'before-head' } });
    service.script(poll(cut(htmlAnswer(200))), poll(cut(htmlAnswer(200))), poll(htmlAnswer(503)));
    at((nth) => nth === 4 && codes.approve());
    await grant.tokens(context);
    expect(waits).toEqual([5_000, 10_000, 20_000, 25_000]);
  });

  it('obeys Retry-After', async () => {
    const { begin, context, codes, service, waits, at, poll } = await stand();
    const grant = await begin();
    service.script(poll(jsonAnswer(429, {}, { 'retry-after': '60' })));
    at((nth) => nth === 2 && codes.approve());
    await grant.tokens(context);
    expect(waits).toEqual([5_000, 60_000]);
  });

  it('that is refused for another reason fails with the words of the service, without the code it quotes', async () => {
    const { begin, context, codes, at } = await stand();
    const grant = await begin();
    at((nth) => nth === 1 && codes.approve());
    await grant.tokens(context);
    const error = await grant.tokens(context).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'exchange_failed',
      message: expect.stringMatching(/invalid_grant.*not known.*…/),
    });
    expect(String(error)).not.toMatch(/device-[0-9a-f]/);
  });

  it('is not polled for any more when the sign-in is cancelled', async () => {
    const { begin, context, abort, at, polls } = await stand();
    const grant = await begin();
    const reason = new SignInError('cancelled');
    at((nth) => nth === 2 && abort.abort(reason));
    await expect(grant.tokens(context)).rejects.toBe(reason);
    expect(polls()).toBe(1);
  });

  it.each([
    ['nothing of use', jsonAnswer(200, {}), 'exchange_failed'],
    ['a refusal', jsonAnswer(401, { error: 'invalid_client' }), 'exchange_failed'],
    ['a page', htmlAnswer(502), 'exchange_failed'],
  ])('cannot be had from a service that answers %s', async (_, answer, code) => {
    const { begin, service } = await stand();
    service.script({ when: ({ path }) => path === '/device', reply: answer });
    await expect(begin()).rejects.toMatchObject({ name: 'SignInError', code });
  });
});
