import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Secret } from '../../../main/accounts/account.ts';
import { createClaudeProvider } from '../../../main/providers/claude/index.ts';
import { RefreshError } from '../../../main/providers/contract.ts';
import { startFakeAnthropic } from '../../upstreams/anthropic/server.ts';
import { claudeAccount } from './account.ts';

const claude = createClaudeProvider({ userAgent: 'Fusebox/0.0.0-test' });
const now = 1_800_000_000_000;
const account = claudeAccount();

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function refresh(token: string, secret: Secret) {
  if (!claude.refresh) throw new Error('Claude has refresh tokens');
  const endpoints = { ...claude.defaultEndpoints, token };
  return claude.refresh(account, secret, { endpoints, fetch, now: () => now, clientSecret: () => undefined });
}

async function serviceThat(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/oauth/token`;
}

const says = (status: number, body: string, headers: Record<string, string> = {}) =>
  serviceThat((_, response) => response.writeHead(status, headers).end(body));

async function failure(url: string): Promise<RefreshError> {
  const error = await refresh(url, { refreshToken: 'sk-ant-ort01-secret' }).then(
    () => new Error('it worked'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RefreshError)) throw error;
  expect(error.message).not.toContain('secret');
  return error;
}

describe('a refresh', () => {
  it('exchanges the token once; the used one is dead', async () => {
    const fake = await startFakeAnthropic();
    closers.push(() => fake.close());
    const { refreshToken } = fake.account;
    const tokens = await refresh(fake.tokenUrl, { refreshToken, scopes: ['user:profile', 'user:inference'] });
    expect(tokens).toEqual({
      accessToken: fake.account.accessToken,
      refreshToken: fake.account.refreshToken,
      expiresAt: now + 28_800_000,
      identity: {
        email: 'owner@example.com',
        accountId: fake.account.accountUuid,
        organizationId: fake.account.organizationUuid,
        organizationName: 'Example',
      },
    });
    const sent = fake.requests[0]?.json;
    expect(sent).toMatchObject({ grant_type: 'refresh_token', scope: 'user:profile user:inference' });
    await expect(refresh(fake.tokenUrl, { refreshToken })).rejects.toMatchObject({ final: true });
  });

  it('says nothing of what the answer leaves out', async () => {
    const url = await says(200, '{"access_token":"sk-ant-oat01-new","refresh_token":"","account":{"uuid":null}}');
    expect(await refresh(url, { refreshToken: 'r' })).toEqual({ accessToken: 'sk-ant-oat01-new' });
  });
});

describe('a refused refresh', () => {
  it.each([
    [400, '{"error":"invalid_grant","error_description":"Refresh token not found"}'],
    [401, '{"error":"invalid_client"}'],
    [403, '{"error":{"type":"refresh_token_reused","message":"sk-ant-ort01-secret was used"}}'],
    [404, 'not json'],
  ])('with %i needs a new sign-in', async (status, body) => {
    expect(await failure(await says(status, body))).toMatchObject({ final: true });
  });

  it.each([
    [429, { 'retry-after': '60' }, 60_000],
    [429, { 'retry-after': '0' }, 5000],
    [429, { 'retry-after-ms': '99999999' }, 300_000],
    [429, {}, undefined],
    [500, {}, undefined],
    [503, { 'retry-after': new Date(now + 20_000).toUTCString() }, 20_000],
    [408, {}, undefined],
    [403, {}, 30 * 60_000],
  ])('with %i and %j may be tried again', async (status, headers, retryAfterMs) => {
    const error = await failure(await says(status, '{"error":{"type":"forbidden","message":"x"}}', headers));
    expect(error).toMatchObject({ final: false, retryAfterMs });
  });

  it.each([
    ['no access token', 200, '{"token_type":"Bearer"}', {}],
    ['text', 200, '<html>', {}],
    ['more than anyone would send', 200, `{"access_token":"${'x'.repeat(1_100_000)}"}`, {}],
    ['a redirect to another host', 302, '', { location: 'http://127.0.0.1:1/' }],
  ])('with %s may be tried again', async (_, status, body, headers) => {
    expect(await failure(await says(status, body, headers))).toMatchObject({ final: false });
  });

  it('by a dead network may be tried again', async () => {
    expect(await failure('http://127.0.0.1:1/v1/oauth/token')).toMatchObject({ final: false });
    const cut = await serviceThat((request) => request.socket.destroy());
    expect(await failure(cut)).toMatchObject({ final: false });
  });

  it('without a refresh token is not even sent', async () => {
    await expect(refresh('http://127.0.0.1:1/', { accessToken: 'x' })).rejects.toMatchObject({ final: true });
  });
});
