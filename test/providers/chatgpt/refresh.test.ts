import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Account, Secret } from '../../../main/accounts/account.ts';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import { createChatgptProvider } from '../../../main/providers/chatgpt/index.ts';
import { htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import { type FakeChatgpt, startFakeChatgpt } from '../../upstreams/oauth/chatgpt.ts';
import { jwt } from '../../upstreams/oauth/service.ts';
import { refreshContext, refusalOf } from '../flow-stage.ts';

const chatgptProvider = createChatgptProvider({ userAgent: 'Fusebox/test' });
const now = 1_800_000_000_000;
const account: Account = newAccount({ provider: 'chatgpt', email: 'ada@example.com' }, {}).account;

let fake: FakeChatgpt;
beforeEach(async () => {
  fake = await startFakeChatgpt(() => now);
});
afterEach(() => fake.close());

function refresh(secret: Secret) {
  return chatgptProvider.refresh?.(
    account,
    secret,
    refreshContext(fake.endpoints, () => now),
  );
}

const failure = (refreshToken: string) => refusalOf(refresh({ refreshToken }), [...fake.secrets, refreshToken]);

describe('refreshing ChatGPT tokens', () => {
  it('brings the successor of the refresh token, and who owns it', async () => {
    const { refresh_token: refreshToken } = fake.issue();
    expect(await refresh({ refreshToken })).toEqual({
      accessToken: fake.tokens()?.access_token,
      refreshToken: fake.tokens()?.refresh_token,
      idToken: expect.any(String),
      expiresAt: now + 864_000_000,
      identity: { email: 'ada@example.com', accountId: 'user-ada', organizationId: 'acc-1', plan: 'plus' },
    });
  });

  it('says nothing of what the answer leaves out or blanks', async () => {
    fake.sparse = true;
    const { refresh_token: refreshToken } = fake.issue();
    expect(await refresh({ refreshToken })).toEqual({ accessToken: fake.tokens()?.access_token, identity: {} });
  });

  it('reads the end of the access token where the answer does not name it', async () => {
    fake.script({ reply: jsonAnswer(200, { access_token: jwt({ exp: 1_800_000_600 }) }) });
    expect(await refresh({ refreshToken: 'r' })).toMatchObject({ expiresAt: 1_800_000_600_000 });
  });

  it('is final with a token that was used before, and says that another program may have done it', async () => {
    const { refresh_token: refreshToken } = fake.issue();
    await refresh({ refreshToken });
    const error = await failure(refreshToken);
    expect(error).toMatchObject({ final: true });
    expect(error.message).toContain('refresh_token_reused');
    expect(error.message).toContain('Another program');
  });

  it('is final with a token that the service does not know, and without one', async () => {
    expect(await failure('unknown-token')).toMatchObject({ final: true });
    expect(await refusalOf(refresh({}), [])).toMatchObject({ final: true });
    expect(fake.requests).toHaveLength(1);
  });

  it.each(['token_invalidated', 'token_revoked'])('with %s warns of signing in again in a row', async (code) => {
    fake.script({ reply: jsonAnswer(401, { error: { code, message: 'Your session has ended' } }) });
    const error = await failure('r-secret');
    expect(error).toMatchObject({ final: true });
    expect(error.message).toContain('wait before you sign in again');
  });

  it.each([
    ['an error page', htmlAnswer(500), undefined],
    ['a page', htmlAnswer(200), undefined],
    [
      'half an answer',
      { ...jsonAnswer(200, { access_token: 'half' }), delivery: { cut: { afterBytes: 9 } } },
      undefined,
    ],
    ['a wish to wait', jsonAnswer(429, {}, { 'retry-after': '60' }), 60_000],
    [
      'a region that is not served',
      jsonAnswer(403, { error: { code: 'unsupported_country_region_territory' } }),
      1_800_000,
    ],
  ])('may be tried again after %s', async (_, reply, retryAfterMs) => {
    fake.script({ reply });
    expect(await failure('r-secret')).toMatchObject({ final: false, retryAfterMs });
  });

  it('is due five days before the tokens end', () => {
    expect(chatgptProvider.refreshLeadMs).toBe(432_000_000);
  });
});
