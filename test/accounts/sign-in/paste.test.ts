import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePaste } from '../../../main/accounts/sign-in/paste.ts';

const fields = { code: 'abc', state: 'xyz' };

describe('a paste', () => {
  it.each([
    ['the whole address', 'http://localhost:54545/callback?code=abc&state=xyz'],
    [
      'an address over https with other fields',
      'https://site.example/cb?scope=a+b&state=xyz&code=abc&iss=https%3A%2F%2Fx',
    ],
    ['a query', '?code=abc&state=xyz'],
    ['host and path', 'localhost:1455/auth/callback?code=abc&state=xyz'],
    ['bare fields', 'code=abc&state=xyz'],
    ['bare fields the other way round', 'state=xyz&code=abc'],
    ['a fragment', '#code=abc&state=xyz'],
    ['an address with a fragment', 'http://localhost:1/cb#state=xyz&code=abc'],
    ['code and state of a page', 'abc#xyz'],
    ['an address whose code carries the state', 'http://localhost:1/callback?code=abc#xyz'],
    ['the same, encoded', 'http://localhost:1/callback?code=abc%23xyz'],
    ['lines broken by a terminal', '  http://localhost:54545/callback?co\n de=abc&sta\r\nte=xyz \n'],
    ['quotes and brackets', '"<http://localhost:54545/callback?code=abc&state=xyz>"'],
  ])('is read from %s', (_, text) => {
    expect(parsePaste(text)).toEqual({ ok: true, fields });
  });

  it('keeps codes that hold a slash, an equals sign or a plus', () => {
    expect(parsePaste('http://localhost/cb?code=4%2F0Ab_c%2B%3D&state=s')).toMatchObject({
      fields: { code: '4/0Ab_c+=' },
    });
    expect(parsePaste('4/0Ab_c#s')).toMatchObject({ fields: { code: '4/0Ab_c' } });
  });

  it('brings a refusal', () => {
    expect(parsePaste('http://localhost/cb?error=access_denied&error_description=No+way&state=s')).toEqual({
      ok: true,
      fields: { state: 's', error: 'access_denied', errorDescription: 'No way' },
    });
  });

  it.each([
    ['a code without state', 'abc', 'no-state'],
    ['an address without state', 'http://localhost/cb?code=abc', 'no-state'],
    ['an empty state', 'http://localhost/cb?code=abc&state=', 'no-state'],
    ['nothing', '  \n', 'no-code'],
    ['another address', 'https://claude.ai/oauth/authorize?client_id=x&state=y', 'no-code'],
    ['an address with a fragment only', 'https://claude.ai/page#top', 'no-code'],
    ['two codes', 'code=a&code=b&state=c', 'ambiguous'],
    ['two states', 'code=a&state=b&state=c', 'ambiguous'],
    ['too many marks', 'a#b#c', 'ambiguous'],
  ])('of %s is refused', (_, text, reason) => {
    expect(parsePaste(text)).toEqual({ ok: false, reason });
  });

  it('never throws, and never gives a code without a state', () => {
    const noise = fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true, withFragments: true }));
    fc.assert(
      fc.property(noise, (text) => {
        const read = parsePaste(text);
        expect(!read.ok || read.fields.state !== '').toBe(true);
      }),
    );
  });

  it('reads back every code and state that an address can carry', () => {
    const visible = fc.stringMatching(/^[!-~]{1,60}$/).filter((text) => !text.includes('#'));
    fc.assert(
      fc.property(visible, visible, (code, state) => {
        const url = `http://localhost:1/cb?${new URLSearchParams({ code, state })}`;
        expect(parsePaste(url)).toEqual({ ok: true, fields: { code, state } });
      }),
    );
  });
});
