import { expect, test } from 'vitest';
import type { Account } from '../../../main/accounts/account.ts';
import { SignInError } from '../../../main/accounts/sign-in/flow.ts';
import { createAntigravityProvider } from '../../../main/providers/antigravity/index.ts';
import { antigravitySignIn } from '../../../main/providers/antigravity/login.ts';
import { RefreshError } from '../../../main/providers/contract.ts';
import { htmlAnswer } from '../../upstreams/answer.ts';
import { antigravitySecret } from '../../upstreams/google/clients.ts';
import { apiError, errorInfo } from '../../upstreams/google/errors.ts';
import { type Owner, owner } from '../../upstreams/google/owner.ts';

const antigravityProvider = createAntigravityProvider({ userAgent: 'Fusebox/test', newId: () => 'id' });

const setting = 'oauth-clients.antigravity.client-secret';
const account = { id: 'a', provider: 'antigravity' } as Account;

async function ownerWith(state: Record<string, unknown>, clientSecret = antigravitySecret): Promise<Owner> {
  const one = await owner({ clientSecret });
  one.google.codeAssist.state = state;
  return one;
}

async function failure(task: Promise<unknown>): Promise<SignInError> {
  const error: unknown = await task.catch((reason: unknown) => reason);
  if (!(error instanceof SignInError)) throw error;
  expect(error.message).not.toContain(antigravitySecret);
  return error;
}

test('an account with a project is taken as it is, with its plan and its credits', async () => {
  const credit = { creditType: 'GOOGLE_ONE_AI', creditAmount: '1000', minimumCreditAmountForUsage: '50' };
  const one = await ownerWith({
    currentTier: { id: 'free-tier' },
    paidTier: {
      id: 'g1-pro-tier',
      name: 'Google AI Pro',
      availableCredits: [{ creditType: 'OTHER', creditAmount: '1' }, credit],
    },
    cloudaicompanionProject: 'cool-project-1',
  });
  const { account, secret } = await one.signIn(antigravitySignIn);
  expect(account).toEqual({
    id: 'antigravity:1001',
    provider: 'antigravity',
    kind: 'oauth',
    source: 'vault',
    label: 'owner@example.com',
    email: 'owner@example.com',
    accountId: '1001',
    plan: 'Google AI Pro',
    attributes: { project: 'cool-project-1', credits: '1000' },
    expiresAt: one.clock.now() + 3_599_000,
    paused: false,
    priority: 0,
  });
  expect(JSON.stringify(secret)).not.toContain(antigravitySecret);
  expect(one.steps).toEqual(['fetching-profile', 'finding-project']);
  expect(one.google.paths()).toEqual([
    '/o/oauth2/v2/auth',
    '/token',
    '/oauth2/v2/userinfo',
    '/v1internal:loadCodeAssist',
  ]);
  expect(one.google.requests.at(-1)?.json).toEqual({ metadata: { ideType: 'ANTIGRAVITY' } });
});

test.each([
  { cloudaicompanionProject: { id: 'p-1' } },
  { cloudaicompanionProject: '', projectId: 'p-1' },
  { cloudaicompanionProject: {}, project: { projectId: 'p-1' } },
])('its project may come as %j', async (state) => {
  const one = await ownerWith(state);
  expect((await one.signIn(antigravitySignIn)).account.attributes).toEqual({ project: 'p-1' });
});

test.each([
  [{ allowedTiers: [{ id: 'legacy-tier' }, { id: 'standard-tier', isDefault: true }] }, 'standard-tier'],
  [{ currentTier: { id: 'legacy-tier' } }, 'legacy-tier'],
  [{}, 'free-tier'],
])('an account of %j is set up for %s', async (state, tierId) => {
  const one = await ownerWith(state);
  Object.assign(one.google.codeAssist.onboarding, { doneAt: 5, project: 'made-1' });
  expect((await one.signIn(antigravitySignIn)).account.attributes).toEqual({ project: 'made-1' });
  expect(one.waits).toEqual([2_000, 2_000, 2_000, 2_000]);
  expect(one.google.requests.at(-1)?.json).toEqual({ tierId, metadata: { ideType: 'ANTIGRAVITY' } });
});

test('it is asked five times, no more', async () => {
  const one = await ownerWith({});
  one.google.codeAssist.onboarding.doneAt = 6;
  expect(await failure(one.signIn(antigravitySignIn))).toMatchObject({ code: 'onboarding_failed' });
  expect(one.waits).toHaveLength(4);
});

test('without any e-mail the number names the account; without both there is none', async () => {
  const one = await ownerWith({ project: 'p-1' });
  one.google.userinfo = { id: '1001' };
  expect((await one.signIn(antigravitySignIn)).account).toMatchObject({
    id: 'antigravity:1001',
    label: 'Antigravity account',
  });
  one.google.userinfo = {};
  expect(await failure(one.signIn(antigravitySignIn))).toMatchObject({ code: 'profile_failed' });
});

test('a plan that is not served is told in Google’s own words', async () => {
  const one = await ownerWith({
    allowedTiers: [],
    ineligibleTiers: [
      { tierId: 'free-tier', reasonCode: 'UNSUPPORTED_LOCATION', reasonMessage: 'Antigravity is not available here.' },
    ],
  });
  expect(await failure(one.signIn(antigravitySignIn))).toMatchObject({
    code: 'plan_not_served',
    message: 'Antigravity is not available here.',
  });
  const other = await ownerWith({});
  other.google.script(':onboardUser', apiError(403, 'PERMISSION_DENIED', 'Antigravity says no.', [errorInfo('OTHER')]));
  expect(await failure(other.signIn(antigravitySignIn))).toMatchObject({ code: 'onboarding_failed' });
});

test('a cancelled sign-in stops at once and leaves no timer', async () => {
  const one = await ownerWith({});
  one.google.codeAssist.onboarding.doneAt = 'never';
  one.stopTime();
  const outcome = failure(one.signIn(antigravitySignIn));
  const polled = await one.google.received(({ path }) => path.endsWith(':onboardUser'));
  await polled.done;
  one.cancel();
  expect(await outcome).toMatchObject({ code: 'cancelled' });
  expect(one.clock.pending).toBe(0);
});

test('without a client secret nothing is begun, and the setting is named', async () => {
  const one = await owner();
  expect(() => antigravitySignIn.check?.(one.context)).toThrow(
    expect.objectContaining({ code: 'client_secret_missing' }),
  );
  const error = await failure(one.signIn(antigravitySignIn));
  expect(error).toMatchObject({ code: 'client_secret_missing', message: expect.stringContaining(setting) });
  await expect(antigravityProvider.refresh?.(account, { refreshToken: 'r' }, one.context)).rejects.toMatchObject({
    final: false,
    message: expect.stringContaining(setting),
  });
  expect(one.google.paths()).toEqual(['/o/oauth2/v2/auth']);
});

test('a wrong client secret is the setting’s fault, not the account’s', async () => {
  const one = await ownerWith({ project: 'p-1' }, 'wrong');
  const error = await failure(one.signIn(antigravitySignIn));
  expect(error).toMatchObject({ code: 'client_secret_missing', message: expect.stringContaining(setting) });
  await expect(antigravityProvider.refresh?.(account, { refreshToken: 'r' }, one.context)).rejects.toMatchObject({
    final: false,
    retryAfterMs: 1_800_000,
    message: expect.stringContaining(setting),
  });
});

test('a refresh token brings access tokens until it is revoked', async () => {
  const one = await ownerWith({ project: 'p-1' });
  const { secret } = await one.signIn(antigravitySignIn);
  const refresh = () => antigravityProvider.refresh?.(account, secret, one.context);
  expect(await refresh()).toEqual({
    accessToken: expect.stringMatching(/^ya29\./),
    expiresAt: one.clock.now() + 3_599_000,
  });
  one.google.script('/token', htmlAnswer(502));
  await expect(refresh()).rejects.toMatchObject({ final: false });
  one.google.oauth.refreshTokens.clear();
  const error: unknown = await refresh()?.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RefreshError);
  expect(error).toMatchObject({ final: true, message: expect.not.stringContaining(secret.refreshToken ?? 'none') });
});
