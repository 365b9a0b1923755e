import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { wayBack } from '../../../main/accounts/sign-in/authorize-url.ts';
import { newPkce, sameText } from '../../../main/accounts/sign-in/pkce.ts';

const random = (bytes: number) => randomBytes(bytes).toString('base64url');

describe('the proof key', () => {
  it('has a verifier that RFC 7636 allows, and its SHA-256 as challenge', () => {
    const { verifier, challenge } = newPkce(random);
    expect(verifier).toMatch(/^[\w-]{43,128}$/);
    expect(challenge).toBe(createHash('sha256').update(verifier).digest('base64url'));
    expect(newPkce(random).verifier).not.toBe(verifier);
  });

  it('is computed as in the example of RFC 7636, appendix B', () => {
    const { challenge } = newPkce(() => 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk');
    expect(challenge).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  });

  it.each([
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', 'ab', false],
    ['', '', true],
  ])('compares %j with %j', (a, b, same) => {
    expect(sameText(a, b)).toBe(same);
  });
});

describe('the authorize URL', () => {
  const flow = { clientId: 'me & co', scope: 'a b', authorizeFields: { prompt: 'login' } };
  const proof = { state: 's/+', challenge: 'c' };

  it('carries every field, encoded, and what the endpoint had', () => {
    const way = wayBack(flow, 'https://x.example/authorize?tenant=1', 'http://localhost:1/cb', proof);
    expect(Object.fromEntries(new URL(way.url).searchParams)).toEqual({
      tenant: '1',
      prompt: 'login',
      client_id: 'me & co',
      response_type: 'code',
      redirect_uri: 'http://localhost:1/cb',
      scope: 'a b',
      code_challenge: 'c',
      code_challenge_method: 'S256',
      state: 's/+',
    });
    expect(way).toMatchObject({ state: 's/+', redirectUri: 'http://localhost:1/cb' });
  });

  it('names the redirect as the provider does, and leaves an empty scope out', () => {
    const { url } = wayBack(
      { ...flow, scope: '', redirectField: 'redirect' },
      'https://x.example/',
      'http://y/',
      proof,
    );
    const query = new URL(url).searchParams;
    expect([query.get('redirect'), query.has('redirect_uri'), query.has('scope')]).toEqual(['http://y/', false, false]);
  });

  it('cannot be changed by fields of the provider that have the same name', () => {
    const sly = { ...flow, authorizeFields: { state: 'fixed', code_challenge_method: 'plain' } };
    const query = new URL(wayBack(sly, 'https://x.example/', 'http://y/', proof).url).searchParams;
    expect([query.get('state'), query.get('code_challenge_method')]).toEqual(['s/+', 'S256']);
  });
});
