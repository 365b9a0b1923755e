import { expect, test } from 'vitest';
import { SignInError } from '../../../main/accounts/sign-in/flow.ts';
import { createGeminiCliProvider } from '../../../main/providers/gemini-cli/index.ts';
import { geminiCliSignIn } from '../../../main/providers/gemini-cli/login.ts';
import { htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import { apiError, errorInfo, help } from '../../upstreams/google/errors.ts';
import { type Owner, owner } from '../../upstreams/google/owner.ts';

const geminiCliProvider = createGeminiCliProvider({ userAgent: 'Fusebox/test' });

const companion = { currentTier: { id: 'standard-tier' }, cloudaicompanionProject: 'team-1' };
const console = 'https://console.cloud.google.com/apis/library/cloudaicompanion.googleapis.com?project=';

async function ownerWith(state: Record<string, unknown>): Promise<Owner> {
  const one = await owner();
  one.google.codeAssist.state = { ...one.google.codeAssist.state, ...state };
  return one;
}

const project = (projectId: string, more: object = {}) => ({ projectId, name: `The ${projectId}`, ...more });
const calls = ({ google }: Owner, end: string) => google.requests.filter(({ path }) => path.endsWith(end));

/** Why a sign-in fails; nothing secret may stand in it. */
async function failure({ google, signIn }: Owner): Promise<SignInError> {
  const error: unknown = await signIn(geminiCliSignIn).catch((reason: unknown) => reason);
  if (!(error instanceof SignInError)) throw error;
  for (const token of [...google.oauth.accessTokens, ...google.oauth.refreshTokens.keys()])
    expect(`${error.message} ${error.link}`).not.toContain(token);
  return error;
}

test('an account that is set up already is taken as it is', async () => {
  const one = await ownerWith(companion);
  const { account, secret } = await one.signIn(geminiCliSignIn);
  expect(account).toEqual({
    id: 'gemini-cli:1001:team-1',
    provider: 'gemini-cli',
    kind: 'oauth',
    source: 'vault',
    label: 'owner@example.com (team-1)',
    email: 'owner@example.com',
    accountId: '1001',
    organizationId: 'team-1',
    organizationName: 'team-1',
    plan: 'Paid',
    attributes: { project: 'team-1' },
    expiresAt: one.clock.now() + 3_599_000,
    paused: false,
    priority: 0,
  });
  expect([...one.google.oauth.accessTokens]).toEqual([secret.accessToken]);
  expect([...one.google.oauth.refreshTokens.keys()]).toEqual([secret.refreshToken]);
  expect(one.steps).toEqual(['fetching-profile', 'finding-project']);
  expect(one.questions).toEqual([]);
  expect(calls(one, ':onboardUser')).toEqual([]);
  expect(one.google.violations).toEqual([]);
});

test.each([['team-1'], [{ id: 'team-1' }], [{ projectId: 'team-1' }]])('its project may come as %j', async (named) => {
  const { signIn } = await ownerWith({ ...companion, cloudaicompanionProject: named });
  expect((await signIn(geminiCliSignIn)).account.attributes).toEqual({ project: 'team-1' });
});

test('the owner of several projects chooses one, which is checked and set up; each is an account of its own', async () => {
  const one = await ownerWith(companion);
  one.google.projects = [
    project('team-1'),
    project('team-2'),
    project('gone-1', { lifecycleState: 'DELETE_REQUESTED' }),
  ];
  one.google.codeAssist.onboarding.doneAt = 3;
  one.answers.push('team-2', 'team-1');
  const { account } = await one.signIn(geminiCliSignIn);
  expect(one.questions).toEqual([
    {
      kind: 'project',
      projects: [
        { id: 'team-1', name: 'The team-1' },
        { id: 'team-2', name: 'The team-2' },
      ],
    },
  ]);
  expect(account).toMatchObject({ id: 'gemini-cli:1001:team-2', organizationName: 'The team-2' });
  expect(one.steps).toEqual(['fetching-profile', 'finding-project', 'enabling-api', 'onboarding']);
  expect(one.waits).toEqual([5_000, 5_000]);
  expect(calls(one, ':onboardUser')[0]?.json).toEqual({
    tierId: 'standard-tier',
    metadata: { ideType: 'IDE_UNSPECIFIED', platform: 'PLATFORM_UNSPECIFIED', pluginType: 'GEMINI' },
    cloudaicompanionProject: 'team-2',
  });
  expect((await one.signIn(geminiCliSignIn)).account.id).toBe('gemini-cli:1001:team-1');
  // That one is set up already.
  expect(calls(one, ':onboardUser')).toHaveLength(3);
});

test('the project that Google settles on counts, not the one that was asked for', async () => {
  const one = await ownerWith({});
  one.google.projects = [project('team-2')];
  one.google.codeAssist.onboarding.project = { id: 'google-chose-1' };
  one.answers.push('team-2');
  const { account } = await one.signIn(geminiCliSignIn);
  expect(account).toMatchObject({ organizationId: 'google-chose-1', organizationName: 'google-chose-1' });
});

test('without any project Google makes one, asked every two seconds; that is not the owner’s to switch on', async () => {
  const one = await ownerWith({ allowedTiers: [{ id: 'free-tier', isDefault: true }] });
  Object.assign(one.google.codeAssist.onboarding, { doneAt: 4, project: { id: 'made-by-google' } });
  one.google.apis.set('made-by-google', 'hidden');
  const { account } = await one.signIn(geminiCliSignIn);
  expect(account).toMatchObject({ attributes: { project: 'made-by-google' }, plan: 'Free' });
  expect(one.waits).toEqual([2_000, 2_000, 2_000]);
  expect(calls(one, ':onboardUser')[0]?.json).not.toHaveProperty('cloudaicompanionProject');
  expect(one.google.paths()).not.toContain('/v1/projects');
});

test('when Google makes none in half a minute, the owner is asked for one', async () => {
  const one = await ownerWith({});
  one.google.codeAssist.onboarding.doneAt = 20;
  one.answers.push('typed-by-hand');
  const began = one.clock.now();
  const { account } = await one.signIn(geminiCliSignIn);
  expect(account.organizationId).toBe('typed-by-hand');
  expect(one.questions).toEqual([{ kind: 'project', projects: [] }]);
  expect(one.waits).toEqual([...Array(15).fill(2_000), ...Array(3).fill(5_000)]);
  expect(one.clock.now() - began).toBe(45_000);
});

test('so they are when Google wants a project of theirs', async () => {
  const one = await ownerWith({});
  one.google.codeAssist.onboarding.needsProject = true;
  one.answers.push('example.com:old-style');
  expect((await one.signIn(geminiCliSignIn)).account.organizationId).toBe('example.com:old-style');
});

test('what cannot be a project is asked for again, but not for ever', async () => {
  const one = await ownerWith(companion);
  one.google.projects = [project('team-1'), project('team-2')];
  one.answers.push('', 'No Project!', 'team-1');
  await one.signIn(geminiCliSignIn);
  expect(one.questions).toHaveLength(3);
  expect(await failure(one)).toMatchObject({ code: 'no_project' });
});

test('projects that cannot be listed are no obstacle', async () => {
  const one = await ownerWith(companion);
  one.google.script('/v1/projects', apiError(403, 'PERMISSION_DENIED', 'no'));
  expect((await one.signIn(geminiCliSignIn)).account.organizationId).toBe('team-1');
});

test('a project that is never set up fails after two minutes', async () => {
  const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
  one.google.codeAssist.onboarding.doneAt = 'never';
  expect(await failure(one)).toMatchObject({ code: 'onboarding_failed' });
  expect(one.waits).toEqual(Array(24).fill(5_000));
});

test('two minutes include the time that Google takes to answer', async () => {
  const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
  one.google.codeAssist.onboarding.doneAt = 'never';
  const original = one.context.fetch;
  one.context.fetch = (input, init) => {
    if (String(input).endsWith(':onboardUser')) one.clock.advance(25_000);
    return original(input, init);
  };
  expect(await failure(one)).toMatchObject({ code: 'onboarding_failed' });
  expect(calls(one, ':onboardUser')).toHaveLength(5);
});

test.each(['/userinfo', ':loadCodeAssist', ':onboardUser', ':enable'])(
  'an answer of %s that quotes the access token is not repeated',
  async (path) => {
    const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
    one.google.projects = [project('team-1')];
    one.google.apis.set('team-1', 'disabled');
    const original = one.context.fetch;
    one.context.fetch = async (input, init) => {
      if (!String(input).replace(/\?.*/, '').endsWith(path)) return original(input, init);
      const { authorization } = Object.fromEntries(new Headers(init?.headers));
      return Response.json(
        { error: { status: 'PERMISSION_DENIED', message: `No: ${authorization}` } },
        { status: 403 },
      );
    };
    expect((await failure(one)).message).toContain('No: Bearer …');
  },
);

test('a busy Google is asked again at the pace that it asks for', async () => {
  const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
  const busy = apiError(429, 'RESOURCE_EXHAUSTED', 'slow down');
  one.google.script(':onboardUser', { ...busy, headers: { ...busy.headers, 'retry-after': '20' } });
  one.google.script(':onboardUser', htmlAnswer(503));
  one.google.script(':onboardUser', { ...jsonAnswer(200, {}), delivery: { cut: 'before-head' } });
  expect((await one.signIn(geminiCliSignIn)).account.organizationId).toBe('team-1');
  expect(one.waits).toEqual([20_000, 5_000, 5_000]);
  one.google.script(':onboardUser', htmlAnswer(503), 30);
  expect(await failure(one)).toMatchObject({ code: 'onboarding_failed', message: expect.stringContaining('503') });
});

test.each(['enabled', 'disabled', 'already-enabled'] as const)('an API that is %s is no obstacle', async (state) => {
  const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
  one.google.projects = [project('team-1')];
  one.google.apis.set('team-1', state);
  expect((await one.signIn(geminiCliSignIn)).account.organizationId).toBe('team-1');
  expect(calls(one, ':enable')).toHaveLength(state === 'enabled' ? 0 : 1);
});

test.each(['enable-refused', 'hidden'] as const)(
  'an API that is off and %s ends with the page to turn it on',
  async (state) => {
    const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
    one.google.projects = [project('team-1')];
    one.google.apis.set('team-1', state);
    const error = await failure(one);
    expect(error).toMatchObject({ code: 'api_disabled', link: `${console}team-1` });
    expect(error.message).toContain('team-1');
    expect(calls(one, ':onboardUser')).toEqual([]);
  },
);

test('the page that Google itself names comes first', async () => {
  const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
  one.google.projects = [project('team-1')];
  one.google.apis.set('team-1', 'disabled');
  const page = 'https://console.developers.google.com/apis/api/x/overview?project=1';
  const links = help('javascript:alert(1)', 'https://support.google.com/x', page);
  one.google.script(':enable', apiError(403, 'PERMISSION_DENIED', 'Billing', [links]));
  expect(await failure(one)).toMatchObject({ code: 'api_disabled', link: page });
});

const ended = { code: 'plan_not_served', message: expect.stringContaining('Antigravity serves them') };

test.each([
  ['by its reason', apiError(403, 'PERMISSION_DENIED', 'No.', [errorInfo('UNSUPPORTED_CLIENT')])],
  ['by its name', apiError(400, 'FAILED_PRECONDITION', 'IneligibleTierError: your plan')],
  ['by its words', apiError(403, 'PERMISSION_DENIED', 'Please move to Antigravity to go on.')],
])('a plan that Google no longer serves this way is told so %s', async (_, answer) => {
  for (const method of [':loadCodeAssist', ':onboardUser']) {
    const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
    one.google.script(method, answer);
    expect(await failure(one)).toMatchObject(ended);
  }
});

test('so it is by an ineligible tier, and by an operation that ends so', async () => {
  const ineligibleTiers = [{ tierId: 'free-tier', reasonCode: 'UNSUPPORTED_CLIENT', reasonMessage: 'Not here.' }];
  expect(await failure(await ownerWith({ allowedTiers: [], ineligibleTiers }))).toMatchObject(ended);
  expect(await failure(await ownerWith({ currentTier: { id: 'free-tier' }, ineligibleTiers }))).toMatchObject(ended);
  const one = await ownerWith({});
  one.google.codeAssist.onboarding.error = { code: 9, message: 'IneligibleTierError' };
  expect(await failure(one)).toMatchObject(ended);
});

test('another tier than the ineligible one goes on', async () => {
  const one = await ownerWith({
    ...companion,
    ineligibleTiers: [{ tierId: 'free-tier', reasonCode: 'UNSUPPORTED_CLIENT' }],
  });
  expect((await one.signIn(geminiCliSignIn)).account.plan).toBe('Paid');
});

test('a project called antigravity is no ended plan', async () => {
  const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
  one.google.script(':onboardUser', apiError(403, 'PERMISSION_DENIED', 'Denied on project my-antigravity-app'));
  expect(await failure(one)).toMatchObject({ code: 'onboarding_failed' });
});

test('an account that Google wants to check is sent to its page', async () => {
  const page = 'https://accounts.google.com/check';
  const ineligibleTiers = [
    { tierId: 'free-tier', reasonCode: 'VALIDATION_REQUIRED', reasonMessage: 'Check.', validationUrl: page },
  ];
  const byTier = await failure(await ownerWith({ allowedTiers: [], ineligibleTiers }));
  expect(byTier).toMatchObject({ code: 'onboarding_failed', message: 'Check.', link: page });
  const one = await ownerWith({});
  const info = errorInfo('VALIDATION_REQUIRED', { validation_link: page });
  one.google.script(
    ':loadCodeAssist',
    apiError(403, 'PERMISSION_DENIED', 'Check.', [info, help('https://support.google.com/x')]),
  );
  expect(await failure(one)).toMatchObject({ code: 'onboarding_failed', link: page });
  one.google.script(':onboardUser', apiError(403, 'PERMISSION_DENIED', 'Check.', [info]));
  expect(await failure(one)).toMatchObject({ code: 'onboarding_failed', link: page });
});

test('an operation that ends in an error is told in its words', async () => {
  const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
  one.google.codeAssist.onboarding.error = { code: 7, message: 'The project has no billing.' };
  expect(await failure(one)).toMatchObject({ code: 'onboarding_failed', message: 'The project has no billing.' });
});

test('an account without e-mail is known by its number', async () => {
  const one = await ownerWith(companion);
  one.google.userinfo = { id: '1001' };
  const { account } = await one.signIn(geminiCliSignIn);
  expect(account).toMatchObject({ id: 'gemini-cli:1001:team-1', label: 'Gemini team-1' });
  expect(account).not.toHaveProperty('email');
});

test('where userinfo fails, the id_token tells who it is; where both are silent, there is no account', async () => {
  const one = await ownerWith(companion);
  one.google.oauth.idClaims = { sub: '1001', email: 'owner@example.com' };
  one.google.script('/userinfo', htmlAnswer(500));
  expect((await one.signIn(geminiCliSignIn)).account.id).toBe('gemini-cli:1001:team-1');
  one.google.oauth.idClaims = undefined;
  one.google.script('/userinfo', htmlAnswer(500));
  expect(await failure(one)).toMatchObject({ code: 'profile_failed' });
  one.google.userinfo = {};
  expect(await failure(one)).toMatchObject({ code: 'profile_failed' });
});

test.each([
  [
    { currentTier: { id: 'standard-tier' }, paidTier: { name: 'Code Assist Enterprise' } },
    {},
    'Code Assist Enterprise',
  ],
  [{ currentTier: { id: 'free-tier' }, paidTier: { name: 'AI Pro' } }, { hd: 'example.com' }, 'Workspace'],
  [{ currentTier: { id: 'free-tier' }, paidTier: { name: 'AI Pro' } }, {}, 'AI Pro'],
  [{ currentTier: { id: 'free-tier' } }, {}, 'Free'],
  [{ currentTier: { id: 'legacy-tier' }, paidTier: { name: 'AI Pro' } }, {}, 'Legacy'],
  [{ currentTier: { id: 'new-tier', name: 'New' } }, {}, 'New'],
  [{ allowedTiers: [] }, {}, 'Legacy'],
])('of %j and %j the plan is called %s', async (state, userinfo, plan) => {
  const one = await ownerWith({ cloudaicompanionProject: 'team-1', ...state });
  one.google.userinfo = { id: '1001', ...userinfo };
  expect((await one.signIn(geminiCliSignIn)).account.plan).toBe(plan);
});

test('a cancelled sign-in stops at once and leaves no timer', async () => {
  const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
  one.google.codeAssist.onboarding.doneAt = 'never';
  one.stopTime();
  const outcome = failure(one);
  const polled = await one.google.received(({ path }) => path.endsWith(':onboardUser'));
  await polled.done;
  one.cancel();
  expect(await outcome).toMatchObject({ code: 'cancelled' });
  expect(one.clock.pending).toBe(0);
  expect(calls(one, ':onboardUser')).toHaveLength(1);
});

test.each(['/userinfo', ':loadCodeAssist', '/v1/projects', ':onboardUser'])(
  'so it does while %s is asked',
  async (path) => {
    const one = await ownerWith({ cloudaicompanionProject: 'team-1' });
    one.google.oauth.idClaims = { sub: '1001' };
    const original = one.context.fetch;
    one.context.fetch = (input, init) => {
      const end = new URL(String(input)).pathname.endsWith(path);
      if (end) one.cancel();
      return original(input, init);
    };
    expect(await failure(one)).toMatchObject({ code: 'cancelled' });
    expect(one.clock.pending).toBe(0);
  },
);

test('a code works once, with its verifier, its redirect address and the secret of the client', async () => {
  const one = await ownerWith(companion);
  const exchange = async (change: object) => {
    const grant = { ...(await one.grant(geminiCliSignIn)), ...change };
    const error: unknown = await geminiCliSignIn.exchange(grant, one.context).catch((reason: unknown) => reason);
    expect(String(error)).not.toContain(grant.code);
    expect(String(error)).not.toContain(grant.codeVerifier);
    return error;
  };
  expect(await exchange({ codeVerifier: 'x'.repeat(86) })).toMatchObject({
    code: 'exchange_failed',
    message: expect.stringContaining('Invalid code verifier.'),
  });
  expect(await exchange({ redirectUri: 'http://localhost:9999/oauth2callback' })).toMatchObject({
    code: 'exchange_failed',
  });
  const grant = await one.grant(geminiCliSignIn, 40_123);
  await geminiCliSignIn.exchange(grant, one.context);
  await expect(geminiCliSignIn.exchange(grant, one.context)).rejects.toMatchObject({ code: 'exchange_failed' });
  const configured = await owner({ clientSecret: 'wrong' });
  const refused = await configured.signIn(geminiCliSignIn).catch((reason: unknown) => reason);
  expect(refused).toMatchObject({ code: 'exchange_failed', message: expect.stringContaining('invalid_client') });
});

test('tokens without a refresh token are no account', async () => {
  const one = await ownerWith(companion);
  const { authorizeFields: _, ...rest } = geminiCliSignIn;
  await expect(one.signIn({ ...rest, authorizeFields: {} })).rejects.toMatchObject({
    code: 'exchange_failed',
    message: 'Google sent no refresh token',
  });
});

test('calls go to Google where no other address is set', async () => {
  const one = await owner();
  const called: string[] = [];
  one.context.endpoints = geminiCliProvider.defaultEndpoints;
  one.google.codeAssist.state = { cloudaicompanionProject: 'team-1' };
  one.google.projects = [project('team-1')];
  const grant = await one.grant(geminiCliSignIn);
  one.context.fetch = (input, init) => {
    const { host, pathname, search } = new URL(String(input));
    called.push(host);
    return fetch(`${one.google.origin}${pathname}${search}`, init);
  };
  await geminiCliSignIn.finish(await geminiCliSignIn.exchange(grant, one.context), one.context);
  expect(called).toEqual([
    'oauth2.googleapis.com',
    'www.googleapis.com',
    'cloudcode-pa.googleapis.com',
    'cloudresourcemanager.googleapis.com',
    'serviceusage.googleapis.com',
    'cloudcode-pa.googleapis.com',
  ]);
});
