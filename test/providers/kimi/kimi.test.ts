import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Secret } from '../../../main/accounts/account.ts';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import { createKimiProvider } from '../../../main/providers/kimi/index.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import type { FakeDeviceService } from '../../upstreams/oauth/device-service.ts';
import { startFakeKimi } from '../../upstreams/oauth/kimi.ts';
import {
  flowOf,
  problemOf,
  refreshContext,
  refusalOf,
  type StageOptions,
  signInByDevice,
  stage,
} from '../flow-stage.ts';

const installId = '6f1f2c1e-0000-4000-8000-000000000001';
const kimi = createKimiProvider({ userAgent: 'Fusebox/1.2.3', installId });
const device = flowOf(kimi, 'device');
const { account } = newAccount({ provider: 'kimi', accountId: 'work' }, {});

let fake: FakeDeviceService;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  fake = await startFakeKimi(() => clock.now());
});
afterEach(() => fake.close());

const endpoints = () => ({ ...kimi.defaultEndpoints, authorize: fake.deviceUrl, token: fake.tokenUrl });
const on = (options: StageOptions = {}) => stage(endpoints(), { clock, answer: 'Work', ...options });
const approve = () => fake.devices.approve();

function refresh(secret: Secret) {
  return kimi.refresh?.(
    account,
    secret,
    refreshContext(endpoints(), () => clock.now()),
  );
}

describe('signing in to Kimi', () => {
  it('ends in an account with the name that the owner typed', async () => {
    const stored = await signInByDevice(device, on(), approve);
    expect(stored).toMatchObject({
      account: { id: 'kimi:work', label: 'Work', kind: 'oauth', expiresAt: clock.now() + 900_000 },
      secret: { accessToken: fake.tokens()?.access_token, refreshToken: fake.tokens()?.refresh_token },
    });
  });

  it('says with every call what it is, and nothing of the machine', async () => {
    await signInByDevice(device, on(), approve);
    for (const { headers } of fake.requests)
      expect(headers).toMatchObject({
        'x-msh-platform': 'fusebox',
        'x-msh-version': '1.2.3',
        'x-msh-device-name': 'Fusebox',
        'x-msh-device-model': 'Fusebox',
        'x-msh-device-id': installId,
      });
    expect(fake.requests).toHaveLength(2);
  });

  it('polls five seconds slower each time it is told to', async () => {
    const slow = on({
      onWait(count) {
        if (count < 2) fake.devices.demandSlower();
        else if (count === 2) approve();
      },
    });
    const grant = await device.begin(slow.context);
    await grant.tokens(slow.context);
    expect(slow.waits).toEqual([5000, 10_000, 15_000]);
    expect(fake.devices.tooFast).toBe(0);
  });

  it('keeps to the interval of the service, and to five seconds at least', async () => {
    fake.devices.rules.interval = 8;
    const patient = on({ onWait: (count) => count === 1 && approve() });
    await (await device.begin(patient.context)).tokens(patient.context);
    expect(patient.waits).toEqual([8000, 8000]);
    fake.devices.rules.interval = 1;
    const hasty = on();
    const grant = await device.begin(hasty.context);
    approve();
    await grant.tokens(hasty.context);
    expect(hasty.waits).toEqual([5000]);
  });

  it('gives up after fifteen minutes, however long the code lives', async () => {
    fake.devices.rules.lifetime = 86_400;
    const endless = on();
    const began = clock.now();
    const grant = await device.begin(endless.context);
    expect(grant.expiresAt).toBe(began + 900_000);
    expect((await problemOf(grant.tokens(endless.context), fake.secrets)).code).toBe('expired');
    expect(clock.now() - began).toBeLessThanOrEqual(900_000);
  });

  it('goes on through errors that pass, and ends when the owner refuses', async () => {
    const troubled = on({ onWait: (count) => count === 2 && fake.devices.deny() });
    const grant = await device.begin(troubled.context);
    fake.script({ reply: htmlAnswer(500) }, { reply: { ...jsonAnswer(200, {}), delivery: { cut: 'before-head' } } });
    expect((await problemOf(grant.tokens(troubled.context), fake.secrets)).code).toBe('refused');
    expect(troubled.waits).toEqual([5000, 10_000, 20_000]);
  });

  it('stops at once when it is cancelled', async () => {
    const cancelling = on({ onWait: (count) => count === 1 && cancelling.cancel() });
    const grant = await device.begin(cancelling.context);
    expect((await problemOf(grant.tokens(cancelling.context))).code).toBe('cancelled');
    expect(cancelling.waits).toHaveLength(1);
  });
});

describe('refreshing Kimi tokens', () => {
  it('brings new tokens, and the used refresh token is dead', async () => {
    const { refresh_token: refreshToken } = fake.issue();
    expect(await refresh({ refreshToken })).toEqual({
      accessToken: fake.tokens()?.access_token,
      refreshToken: fake.tokens()?.refresh_token,
      expiresAt: clock.now() + 900_000,
    });
    expect(await refusalOf(refresh({ refreshToken }), fake.secrets)).toMatchObject({ final: true });
  });

  it.each([401, 403])('is final with %i, which is all that Kimi says', async (status) => {
    fake.script({ reply: jsonAnswer(status, { message: 'no' }) });
    expect(await refusalOf(refresh({ refreshToken: 'r-secret' }), ['r-secret'])).toMatchObject({ final: true });
  });

  it.each([400, 408, 429, 500])('may be tried again after %i', async (status) => {
    fake.script({ reply: htmlAnswer(status) });
    expect(await refusalOf(refresh({ refreshToken: 'r' }), [])).toMatchObject({ final: false });
  });

  it('is due five minutes before the token ends', () => {
    expect(kimi.refreshLeadMs).toBe(300_000);
  });
});
