import { describe, expect, it, onTestFinished } from 'vitest';
import type { SignInError } from '../../../main/accounts/sign-in/flow.ts';
import type { RefreshError } from '../../../main/providers/contract.ts';
import type { OAuthClient } from '../../../main/providers/oauth/client.ts';
import { exchangeCode, refreshTokens } from '../../../main/providers/oauth/grants.ts';
import { type Answer, htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import { startService } from '../../upstreams/oauth/service.ts';

const now = 1_800_000_000_000;
const context = { fetch, now: () => now };
const grant = { code: 'the-code', state: 's', redirectUri: 'http://localhost:1/cb', codeVerifier: 'the-verifier' };
const good = jsonAnswer(200, {
  access_token: 'a',
  token_type: 'Bearer',
  refresh_token: 'r',
  expires_in: 60,
  scope: 'x y',
});

/** A token endpoint that answers so, and remembers what it was sent. */
async function endpoint(answer: Answer, client: Partial<OAuthClient> = {}) {
  const service = await startService({ 'POST /token': () => answer });
  onTestFinished(() => service.close());
  const sent = () => {
    const [request] = service.requests;
    return { headers: request?.headers ?? {}, form: Object.fromEntries(new URLSearchParams(request?.body.toString())) };
  };
  return { client: { clientId: 'me', tokenUrl: `${service.origin}/token`, ...client }, sent, service };
}

const failure = <E>(work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it worked'),
    (error: unknown) => error as E,
  );

describe('the exchange of a code', () => {
  it('sends the form of RFC 6749 with the verifier, and reads the answer', async () => {
    const { client, sent } = await endpoint(good);
    expect(await exchangeCode(client, grant, context)).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
      expiresAt: now + 60_000,
      scopes: ['x', 'y'],
      raw: { access_token: 'a', token_type: 'Bearer', refresh_token: 'r', expires_in: 60, scope: 'x y' },
    });
    expect(sent().form).toEqual({
      grant_type: 'authorization_code',
      client_id: 'me',
      code: 'the-code',
      redirect_uri: 'http://localhost:1/cb',
      code_verifier: 'the-verifier',
    });
    expect(sent().headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(sent().headers['user-agent']).not.toContain('oauth4webapi');
  });

  it.each([
    ['form', { client_secret: 'secret +/%' }, undefined],
    ['basic', {}, `Basic ${Buffer.from('me:secret+%2B%2F%25').toString('base64')}`],
  ] as const)('sends a client secret in the %s', async (secretIn, fields, authorization) => {
    const { client, sent } = await endpoint(good, { clientSecret: 'secret +/%', secretIn, headers: { 'x-own': '1' } });
    await exchangeCode(client, grant, context);
    expect(sent().form).toMatchObject(fields);
    expect([sent().headers.authorization, sent().headers['x-own']]).toEqual([authorization, '1']);
  });

  it.each([
    ['no type of token', { access_token: 'a' }, {}],
    ['empty and null fields', { access_token: 'a', refresh_token: '', scope: null, expires_in: null }, {}],
    ['a lifetime as text', { access_token: 'a', expires_in: '60' }, { expiresAt: now + 60_000 }],
    ['an id_token that nobody can verify', { access_token: 'a', id_token: 'x.y.z' }, { idToken: 'x.y.z' }],
  ])('takes an answer with %s', async (_, body, more) => {
    const { client } = await endpoint(jsonAnswer(201, body));
    expect(await exchangeCode(client, grant, context)).toEqual({ accessToken: 'a', raw: body, ...more });
  });

  it.each([
    ['no token', jsonAnswer(200, { token_type: 'Bearer' }), 'exchange_failed', 'no usable access token'],
    [
      'a strange kind of token',
      jsonAnswer(200, { access_token: 'a', token_type: 'mac' }),
      'exchange_failed',
      'no usable',
    ],
    ['a page', htmlAnswer(200), 'exchange_failed', 'no JSON'],
    [
      'a refusal',
      jsonAnswer(400, { error: 'invalid_grant', error_description: 'old' }),
      'exchange_failed',
      '400 invalid_grant: old',
    ],
    [
      'a refusal in the shape of an API',
      jsonAnswer(403, { error: { status: 'DENIED', message: 'no' } }),
      'exchange_failed',
      'DENIED: no',
    ],
    ['a page of a proxy', htmlAnswer(502), 'exchange_failed', '502'],
    ['a redirect', { ...htmlAnswer(307), headers: { location: 'http://127.0.0.1:1/' } }, 'exchange_failed', '307'],
    ['too much', jsonAnswer(200, { access_token: 'x'.repeat(1_100_000) }), 'exchange_failed', 'more than'],
  ])('fails in words on %s', async (_, answer, code, text) => {
    const { client } = await endpoint(answer);
    const error = await failure<SignInError>(exchangeCode(client, grant, context));
    expect(error).toMatchObject({ name: 'SignInError', code });
    expect(error.message).toContain(text);
  });

  it('never repeats what it sent, however much the service does', async () => {
    const quoted = 'the-code the-verifier the-secret';
    const { client } = await endpoint(jsonAnswer(400, { error: 'x', error_description: quoted }), {
      clientSecret: 'the-secret',
    });
    const { message } = await failure<SignInError>(exchangeCode(client, grant, context));
    expect(message).toContain('… … …');
    expect(message).not.toMatch(/the-/);
  });

  it.each(['http://login.example/token', 'ftp://login.example/', 'nowhere'])(
    'is never sent to %s',
    async (tokenUrl) => {
      const never = () => expect.fail('it was sent');
      const sending = exchangeCode({ clientId: 'me', tokenUrl }, grant, { fetch: never, now: () => now });
      expect(await failure<SignInError>(sending)).toMatchObject({
        code: 'network',
        message: expect.stringContaining('https://'),
      });
    },
  );

  it('without a network says so', async () => {
    const { client, service } = await endpoint(good);
    await service.close();
    expect(await failure<SignInError>(exchangeCode(client, grant, context))).toMatchObject({ code: 'network' });
  });
});

describe('a refresh', () => {
  const refresh = (client: OAuthClient, more = {}) =>
    refreshTokens(client, { refreshToken: 'the-token', ...more }, context);

  it('sends the form and reads the answer', async () => {
    const { client, sent } = await endpoint(good);
    expect(await refresh(client, { scope: 'x y' })).toMatchObject({ accessToken: 'a', refreshToken: 'r' });
    expect(sent().form).toEqual({
      grant_type: 'refresh_token',
      client_id: 'me',
      refresh_token: 'the-token',
      scope: 'x y',
    });
  });

  it.each([
    [400, { error: 'invalid_grant' }],
    [401, { error: 'invalid_grant' }],
    [401, { error: { code: 'refresh_token_reused', message: 'used' } }],
    [400, { error: 'refused', error_description: 'refresh_token_reused' }],
    [401, { error: 'invalid_client' }],
    [403, { error: 'token_revoked' }],
    [401, { code: 'token_invalidated' }],
  ])('refused with %i %j is final', async (status, body) => {
    const { client } = await endpoint(jsonAnswer(status, body));
    expect(await failure<RefreshError>(refresh(client))).toMatchObject({ final: true });
  });

  it.each([
    [408, {}, undefined],
    [429, { 'retry-after': '60' }, 60_000],
    [429, { 'retry-after': '1' }, 5_000],
    [503, { 'retry-after': '99999' }, 300_000],
    [500, {}, undefined],
    [302, {}, undefined],
    [400, {}, undefined],
    [403, {}, 30 * 60_000],
  ])('refused with %i %j may be tried again', async (status, headers, retryAfterMs) => {
    const { client } = await endpoint(jsonAnswer(status, { error: 'temporarily_unavailable' }, headers));
    expect(await failure<RefreshError>(refresh(client))).toMatchObject({ final: false, retryAfterMs });
  });

  it('is final by a status alone, where the provider says no more', async () => {
    const { client } = await endpoint(htmlAnswer(403));
    expect(await failure<RefreshError>(refresh(client, { finalStatuses: [401, 403] }))).toMatchObject({ final: true });
  });

  it('that gets no usable answer keeps the token', async () => {
    const { client } = await endpoint(htmlAnswer(200));
    expect(await failure<RefreshError>(refresh(client))).toMatchObject({ final: false });
    const nowhere = { ...client, tokenUrl: 'http://127.0.0.1:1/token' };
    expect(await failure<RefreshError>(refresh(nowhere))).toMatchObject({ final: false });
  });

  it('does not repeat the token, and is not sent without one', async () => {
    const { client } = await endpoint(
      jsonAnswer(400, { error: 'invalid_grant', error_description: 'the-token is dead' }),
    );
    expect((await failure<RefreshError>(refresh(client))).message).not.toContain('the-token');
    const error = await failure<RefreshError>(refreshTokens(client, { refreshToken: undefined }, context));
    expect(error).toMatchObject({ final: true });
  });
});
