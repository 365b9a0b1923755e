import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Secret } from '../../../main/accounts/account.ts';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import { createQwenProvider } from '../../../main/providers/qwen/index.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import type { FakeDeviceService } from '../../upstreams/oauth/device-service.ts';
import { startFakeQwen } from '../../upstreams/oauth/qwen.ts';
import {
  flowOf,
  problemOf,
  refreshContext,
  refusalOf,
  type StageOptions,
  signInByDevice,
  stage,
} from '../flow-stage.ts';

const qwenProvider = createQwenProvider({ userAgent: 'Fusebox/0' });
const device = flowOf(qwenProvider, 'device');
const { account } = newAccount({ provider: 'qwen', email: 'ada@example.com' }, {});

let fake: FakeDeviceService;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  fake = await startFakeQwen(() => clock.now());
});
afterEach(() => fake.close());

const endpoints = () => ({ ...qwenProvider.defaultEndpoints, authorize: fake.deviceUrl, token: fake.tokenUrl });
const on = (options: StageOptions = {}) => stage(endpoints(), { clock, answer: 'ada@example.com', ...options });
const approve = () => fake.devices.approve();

function refresh(secret: Secret) {
  return qwenProvider.refresh?.(
    account,
    secret,
    refreshContext(endpoints(), () => clock.now()),
  );
}

describe('signing in to Qwen', () => {
  it('ends in an account with the name that the owner typed and the host that the tokens are good for', async () => {
    const stored = await signInByDevice(device, on(), approve);
    expect(stored).toEqual({
      account: {
        id: 'qwen:ada@example.com',
        provider: 'qwen',
        kind: 'oauth',
        source: 'vault',
        label: 'ada@example.com',
        email: 'ada@example.com',
        paused: false,
        priority: 0,
        attributes: { resourceUrl: 'portal.qwen.ai' },
        expiresAt: clock.now() + 21_600_000,
      },
      secret: { accessToken: fake.tokens()?.access_token, refreshToken: fake.tokens()?.refresh_token },
    });
  });

  it('knows the account again by the name that is typed, and two names apart', async () => {
    const ids: string[] = [];
    for (const answer of ['Work', 'work', 'Home'])
      ids.push((await signInByDevice(device, on({ answer }), approve)).account.id);
    expect(ids).toEqual(['qwen:work', 'qwen:work', 'qwen:home']);
  });

  it('takes an owner who types no name', async () => {
    const { account } = await signInByDevice(device, on({ answer: '' }), approve);
    expect(account.label).toBe('Qwen account');
    expect(account.id).toMatch(/^qwen:key-/);
  });

  it('shows where to go, and warns that the service may have ended', async () => {
    const grant = await device.begin(on().context);
    expect(grant).toMatchObject({
      userCode: 'FUSE-1000',
      verificationUrl: 'https://chat.qwen.ai/authorize',
      completeUrl: 'https://chat.qwen.ai/authorize?user_code=FUSE-1000',
    });
    expect(device.verificationHosts).toEqual(['qwen.ai']);
    expect(device.notice).toContain('may have ended');
  });

  it('polls half as fast again when it is told to slow down, up to ten seconds', async () => {
    Object.assign(fake.devices.rules, { penalty: 2.5, longest: 10 });
    const slow = on({
      onWait(count) {
        if (count < 3) fake.devices.demandSlower();
        else if (count === 3) approve();
      },
    });
    const grant = await device.begin(slow.context);
    await grant.tokens(slow.context);
    expect(slow.waits).toEqual([5000, 7500, 10_000, 10_000]);
    expect(fake.devices.tooFast).toBe(0);
  });

  it('shows the words of a service that has ended', async () => {
    fake.script({ reply: jsonAnswer(410, { error: 'gone', error_description: 'OAuth was discontinued' }) });
    const problem = await problemOf(device.begin(on().context));
    expect(problem.code).toBe('exchange_failed');
    expect(problem.message).toContain('OAuth was discontinued');
    expect(problem.message).toContain('may have ended');
  });

  it('ends when the owner refuses, and when the code has expired', async () => {
    const refused = on();
    const grant = await device.begin(refused.context);
    fake.devices.deny();
    expect((await problemOf(grant.tokens(refused.context), fake.secrets)).code).toBe('refused');
    const late = on();
    const other = await device.begin(late.context);
    expect((await problemOf(other.tokens(late.context), fake.secrets)).code).toBe('expired');
    expect(fake.devices.tooFast).toBe(0);
  });

  it('ends when the service forgets the code earlier than it said', async () => {
    const early = on();
    const grant = await device.begin(early.context);
    fake.script({ reply: jsonAnswer(400, { error: 'expired_token' }), when: ({ path }) => path.endsWith('/token') });
    expect((await problemOf(grant.tokens(early.context), fake.secrets)).code).toBe('expired');
    expect(early.waits).toHaveLength(1);
  });

  it('shows no secret when a poll is refused with one', async () => {
    const quoting = on();
    const grant = await device.begin(quoting.context);
    approve();
    await grant.tokens(quoting.context);
    const problem = await problemOf(grant.tokens(quoting.context), fake.secrets);
    expect(problem.message).toContain('is not known');
  });
});

describe('refreshing Qwen tokens', () => {
  it('brings new tokens and the host they are good for', async () => {
    const { refresh_token: refreshToken } = fake.issue();
    expect(await refresh({ refreshToken })).toEqual({
      accessToken: fake.tokens()?.access_token,
      refreshToken: fake.tokens()?.refresh_token,
      expiresAt: clock.now() + 21_600_000,
      attributes: { resourceUrl: 'portal.qwen.ai' },
    });
    expect(await refusalOf(refresh({ refreshToken }), fake.secrets)).toMatchObject({ final: true });
  });

  it('says nothing of what the answer leaves out', async () => {
    fake.sparse = true;
    const { refresh_token: refreshToken } = fake.issue();
    expect(await refresh({ refreshToken })).toEqual({ accessToken: fake.tokens()?.access_token });
  });

  it('may be tried again after an error page', async () => {
    fake.script({ reply: htmlAnswer(502) });
    expect(await refusalOf(refresh({ refreshToken: 'r' }), [])).toMatchObject({ final: false });
    expect(qwenProvider.refreshLeadMs).toBe(1_200_000);
  });
});
