import { expect, test } from 'vitest';
import type { Account } from '../../../main/accounts/account.ts';
import { RefreshError } from '../../../main/providers/contract.ts';
import { createGeminiCliProvider } from '../../../main/providers/gemini-cli/index.ts';
import { geminiCliSignIn } from '../../../main/providers/gemini-cli/login.ts';
import { htmlAnswer } from '../../upstreams/answer.ts';
import { oauthError } from '../../upstreams/google/errors.ts';
import { type Owner, owner } from '../../upstreams/google/owner.ts';

const geminiCliProvider = createGeminiCliProvider({ userAgent: 'Fusebox/test' });

const account = { id: 'a', provider: 'gemini-cli' } as Account;

async function refresh({ context }: Owner, refreshToken: string) {
  return geminiCliProvider.refresh?.(account, { refreshToken }, context);
}

async function signedIn(): Promise<{ one: Owner; refreshToken: string }> {
  const one = await owner();
  const tokens = await geminiCliSignIn.exchange(await one.grant(geminiCliSignIn), one.context);
  return { one, refreshToken: tokens.refreshToken ?? '' };
}

async function failure(one: Owner, refreshToken: string): Promise<RefreshError> {
  const error: unknown = await refresh(one, refreshToken).catch((reason: unknown) => reason);
  if (!(error instanceof RefreshError)) throw error;
  expect(error.message).not.toContain(refreshToken);
  return error;
}

test('a refresh token brings access tokens again and again', async () => {
  const { one, refreshToken } = await signedIn();
  for (const _ of [1, 2]) {
    const tokens = await refresh(one, refreshToken);
    expect(tokens).toEqual({ accessToken: tokens?.accessToken, expiresAt: one.clock.now() + 3_599_000 });
    expect(one.google.oauth.accessTokens.has(tokens?.accessToken ?? '')).toBe(true);
  }
  expect(geminiCliProvider.refreshLeadMs).toBe(300_000);
});

test('a revoked one needs a new sign-in; other failures pass', async () => {
  const { one, refreshToken } = await signedIn();
  one.google.script('/token', htmlAnswer(503));
  expect(await failure(one, refreshToken)).toMatchObject({ final: false });
  const busy = oauthError(429, 'rate_limited', `no ${refreshToken}`);
  one.google.script('/token', { ...busy, headers: { ...busy.headers, 'retry-after': '60' } });
  expect(await failure(one, refreshToken)).toMatchObject({ final: false, retryAfterMs: 60_000 });
  one.google.oauth.refreshTokens.clear();
  const error = await failure(one, refreshToken);
  expect(error).toMatchObject({ final: true, message: expect.stringContaining('expired or revoked') });
});

test('a token of another client is refused', async () => {
  const { one } = await signedIn();
  expect(await failure(one, '1//of-another-client')).toMatchObject({ final: true });
});
