import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerHeaders,
  type Credentials,
  cleanQuery,
  decideCredentials,
  headerList,
  outgoingHeaders,
} from '../../main/amp/forward-headers.ts';

const plain = (list: ReturnType<typeof headerList>) =>
  Object.fromEntries([...list.values()].map(({ name, values }) => [name, values.length === 1 ? values[0] : values]));

const sent = (raw: string[], credentials: Credentials = { none: true }) =>
  plain(outgoingHeaders(headerList(raw), 'ampcode.com', credentials));

describe('headers that go to Amp', () => {
  it('leave out what identifies the caller, the client library, the browser, and other proxies', () => {
    const gone = [
      ...['Authorization', 'X-Api-Key', 'X-Goog-Api-Key', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto'],
      ...['X-Forwarded-Port', 'X-Real-IP', 'Forwarded', 'Via', 'X-Title', 'Http-Referer', 'Referer', 'Priority'],
      ...['X-Stainless-Lang', 'X-Stainless-Package-Version', 'X-Stainless-Os', 'X-Stainless-Arch'],
      ...['X-Stainless-Runtime', 'X-Stainless-Runtime-Version', 'Sec-Ch-Ua', 'Sec-Ch-Ua-Mobile', 'Sec-Ch-Ua-Platform'],
      ...['Sec-Fetch-Mode', 'Sec-Fetch-Site', 'Sec-Fetch-Dest', 'Accept-Encoding', 'Client-IP', 'True-Client-IP'],
      ...['CF-Connecting-IP', 'Keep-Alive', 'Proxy-Authorization', 'Proxy-Connection', 'TE', 'Trailer', 'Upgrade'],
      ...['Expect', 'Proxy-Authenticate', 'Connection'],
    ];
    const raw = gone.flatMap((name, at) => [at % 2 ? name.toUpperCase() : name, 'value']);
    expect(sent(['Host', '127.0.0.1:8317', ...raw])).toEqual({ Host: 'ampcode.com' });
  });

  it('keep what Amp reads, repeated values included', () => {
    const kept = {
      'User-Agent': 'amp/1',
      Cookie: 'a=b',
      'X-Amp-Thread-Id': 'T-1',
      'X-Request-ID': '7',
      'Content-Type': 'application/json',
      'Content-Encoding': 'gzip',
      'Anthropic-Beta': 'context-1m-2025-08-07',
      'Sec-WebSocket-Protocol': 'rivet',
    };
    const raw = Object.entries(kept).flat();
    expect(sent([...raw, 'X-Two', '1', 'x-two', '2'])).toEqual({ Host: 'ampcode.com', ...kept, 'X-Two': ['1', '2'] });
  });

  it('leave out what Connection names, but never the framing of the body or our token', () => {
    const raw = ['Connection', 'close, X-Hop , content-length,authorization', 'X-Hop', '1', 'Content-Length', '5'];
    expect(sent(raw, { token: 'ours' })).toEqual({
      Host: 'ampcode.com',
      'Content-Length': '5',
      'X-Api-Key': 'ours',
      Authorization: 'Bearer ours',
    });
    expect(sent(['transfer-encoding', 'gzip, chunked'])).toEqual({
      Host: 'ampcode.com',
      'Transfer-Encoding': 'chunked',
    });
  });

  it('carry both credential headers or neither', () => {
    const raw = ['authorization', 'Basic cHVi', 'x-goog-api-key', 'placeholder'];
    expect(sent(raw, { token: 'ours' })).toEqual({
      Host: 'ampcode.com',
      'X-Api-Key': 'ours',
      Authorization: 'Bearer ours',
    });
    expect(sent(raw)).toEqual({ Host: 'ampcode.com' });
    expect(sent(raw, { asSent: true })).toEqual({ Host: 'ampcode.com', authorization: 'Basic cHVi' });
  });
});

it('headers of an answer lose hop-by-hop names and cross-origin permissions only', () => {
  const raw = ['Connection', 'close, X-Hop', 'X-Hop', '1', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'];
  const more = ['Access-Control-Allow-Origin', '*', 'Location', 'https://ampcode.com/x'];
  expect(plain(answerHeaders([...raw, ...more]))).toEqual({
    'Set-Cookie': ['a=1', 'b=2'],
    Location: 'https://ampcode.com/x',
  });
});

describe('the credential of a request', () => {
  const decide = (kind: Parameters<typeof decideCredentials>[0]['kind'], raw: string[], token?: string) =>
    decideCredentials({
      kind,
      received: headerList(raw),
      token,
      isOurs: (value) => value === 'local' || value === token,
    });

  it.each(['management', 'telemetry', 'sign-in', 'inference'] as const)('is our token on %s routes', (kind) => {
    expect(decide(kind, ['authorization', 'Bearer local'], 'ours')).toEqual({ token: 'ours' });
    expect(decide(kind, ['authorization', 'Bearer sgamp_other'], 'ours')).toEqual({ token: 'ours' });
  });

  it("is the client's own without one of ours, from either header, never a key of this gateway", () => {
    expect(decide('management', ['authorization', 'bearer  own '])).toEqual({ token: 'own' });
    expect(decide('inference', ['x-api-key', 'own', 'authorization', 'Bearer local'])).toEqual({ token: 'own' });
    expect(decide('management', ['authorization', 'Bearer local', 'x-api-key', 'local'])).toBeUndefined();
    expect(decide('management', ['authorization', 'Basic own', 'x-goog-api-key', 'own'])).toBeUndefined();
  });

  it('is missing where one is needed, and not needed for sign-in', () => {
    expect(decide('management', [])).toBeUndefined();
    expect(decide('telemetry', [])).toBeUndefined();
    expect(decide('inference', [])).toBeUndefined();
    expect(decide('sign-in', [])).toEqual({ none: true });
    expect(decide('sign-in', ['authorization', 'Bearer local'])).toEqual({ none: true });
  });

  it('is left to the client on actor routes, but for keys of ours', () => {
    expect(decide('actor', [], 'ours')).toEqual({ none: true });
    expect(decide('actor', ['authorization', 'Basic cHVi'], 'ours')).toEqual({ asSent: true });
    expect(decide('actor', ['authorization', 'Bearer other'])).toEqual({ asSent: true });
    expect(decide('actor', ['authorization', 'Bearer local'], 'ours')).toEqual({ token: 'ours' });
    expect(decide('actor', ['x-api-key', 'ours'], 'ours')).toEqual({ token: 'ours' });
    expect(decide('actor', ['authorization', 'Bearer local'])).toEqual({ none: true });
  });
});

describe('the query', () => {
  const isOurs = (value: string) => value === 'local key/1';

  it.each([
    ['key=local%20key%2F1&a=1', 'a=1'],
    ['a=1&auth_token=local+key/1', 'a=1'],
    ['k%65y=local%20key%2f1', ''],
    ['key=other&key=local%20key/1&key=x', 'key=other&key=x'],
    ['getUserInfo', 'getUserInfo'],
    ['a=%zz&key=other&b=ü&&c', 'a=%zz&key=other&b=ü&&c'],
    ['authToken=local%20key%2F1', 'authToken=local%20key%2F1'],
  ])('%s goes out as "%s"', (raw, clean) => {
    expect(cleanQuery(raw, isOurs)).toBe(clean);
  });

  it('keeps every byte of what holds no key of ours', () => {
    fc.assert(fc.property(fc.string(), (raw) => cleanQuery(raw, () => false) === raw));
  });
});
