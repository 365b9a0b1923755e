import { describe, expect, it } from 'vitest';
import { type GuardPolicy, inspect, type RequestFacts } from '../../main/gateway/guard.ts';
import { isLoopbackAddress, isLoopbackName } from '../../main/net/peer.ts';

const policy: GuardPolicy = { hasKeys: false, host: '127.0.0.1', allowedHosts: [], corsOrigins: [] };

function facts(over: Partial<RequestFacts> = {}): RequestFacts {
  return {
    method: 'POST',
    target: '/v1/messages',
    peer: '127.0.0.1',
    local: '127.0.0.1',
    host: '127.0.0.1:8317',
    origin: undefined,
    fetchSite: undefined,
    fetchMode: undefined,
    ...over,
  };
}

const verdict = (over: Partial<RequestFacts>, rules: Partial<GuardPolicy> = {}) =>
  inspect(facts(over), { ...policy, ...rules })?.code;

describe('loopback addresses', () => {
  it.each(['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:0:0:1'])(
    'takes %s for this machine',
    (address) => expect(isLoopbackAddress(address)).toBe(true),
  );

  it.each([
    '10.0.0.1',
    '126.0.0.1',
    '128.0.0.1',
    '::',
    '::2',
    'fe80::1%eth0',
    '::1%lo',
    '::ffff:10.0.0.1',
    'localhost',
    '',
    undefined,
  ])('does not take %s for this machine', (address) => expect(isLoopbackAddress(address)).toBe(false));

  it('knows loopback names and literals', () => {
    for (const name of ['localhost', 'LOCALHOST', 'localhost.', 'amp.localhost', '127.0.0.1', '[::1]']) {
      expect(isLoopbackName(name), name).toBe(true);
    }
    for (const name of ['localhost.evil.com', 'notlocalhost', '127.0.0.1.evil.com', '[fe80::1]']) {
      expect(isLoopbackName(name), name).toBe(false);
    }
  });
});

describe('the guard', () => {
  it('lets a local program through', () => expect(verdict({})).toBeUndefined());

  it('refuses a remote peer without keys, whatever its headers say', () => {
    expect(verdict({ peer: '10.1.2.3' })).toBe('remote_peer');
    expect(verdict({ peer: undefined })).toBe('remote_peer');
  });

  it('leaves a remote peer to the key check when there are keys', () => {
    expect(verdict({ peer: '10.1.2.3', local: '10.1.2.1', host: '10.1.2.1:8317' }, { hasKeys: true })).toBeUndefined();
  });

  it('refuses a host name that is neither loopback nor configured: DNS rebinding', () => {
    expect(verdict({ host: 'evil.example:8317' })).toBe('forbidden_host');
    expect(verdict({ host: '10.1.2.3' })).toBe('forbidden_host');
    expect(verdict({ host: undefined })).toBe('forbidden_host');
    expect(verdict({ host: '127.0.0.1:8317@evil.example' })).toBe('forbidden_host');
  });

  it('takes configured host names, in any case', () => {
    expect(verdict({ host: 'Dev.Box:8317' }, { allowedHosts: ['dev.box'] })).toBeUndefined();
    expect(verdict({ host: '192.168.7.1' }, { host: '192.168.7.1' })).toBeUndefined();
  });

  it('refuses an absolute request target, which names another host', () => {
    expect(verdict({ target: 'http://evil.example/v1/messages' })).toBe('forbidden_host');
  });

  it.each(['https://evil.example', 'null', 'http://localhost:3000', 'http://127.0.0.1:9', 'vscode-webview://x'])(
    'refuses the foreign origin %s',
    (origin) => expect(verdict({ origin })).toBe('forbidden_origin'),
  );

  it('takes its own origin and listed ones', () => {
    expect(verdict({ origin: 'http://127.0.0.1:8317' })).toBeUndefined();
    expect(
      verdict({ origin: 'https://app.example', fetchSite: 'cross-site' }, { corsOrigins: ['https://app.example/'] }),
    ).toBeUndefined();
  });

  it('refuses what a browser calls cross-site, navigation included', () => {
    expect(verdict({ fetchSite: 'cross-site' })).toBe('forbidden_origin');
    expect(verdict({ fetchSite: 'Cross-Site', fetchMode: 'navigate' })).toBe('forbidden_origin');
  });

  it('lets pages of other local ports link here, but not call', () => {
    expect(verdict({ fetchSite: 'same-site', fetchMode: 'no-cors' })).toBe('forbidden_origin');
    expect(verdict({ fetchSite: 'same-site', fetchMode: 'navigate' })).toBeUndefined();
    expect(verdict({ fetchSite: 'none', fetchMode: 'navigate' })).toBeUndefined();
  });
});
