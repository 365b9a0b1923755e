import { expect, test } from 'vitest';
import { redirectsIn } from '../../main/settings/redirects.ts';

const entry = { 'api-key': 'sk-1', 'base-url': 'https://one.example', prefix: 'work' };
const server = { name: 'S', 'base-url': 'https://s.example/v1', 'api-key-entries': [{ 'api-key': 'k1' }] };
const current = {
  port: 8317,
  'proxy-url': 'http://user:pass@proxy.example:8080',
  endpoints: { claude: { api: 'https://company.example' } },
  ampcode: { 'upstream-url': 'https://ampcode.com' },
  'claude-api-key': [entry, { 'api-key': 'sk-2' }],
  'openai-compatibility': [server],
};

test.each<[string, object, object[]]>([
  [
    'an endpoint',
    { endpoints: { claude: { api: 'https://evil.example' } } },
    [{ setting: 'endpoints.claude.api', from: 'https://company.example', to: 'https://evil.example' }],
  ],
  [
    'an endpoint that had none of its own',
    { endpoints: { kimi: { token: 'https://evil.example' } } },
    [{ setting: 'endpoints.kimi.token', to: 'https://evil.example' }],
  ],
  [
    'the proxy, without passwords',
    { 'proxy-url': 'socks5://me:secret@evil.example:1' },
    [{ setting: 'proxy-url', from: 'http://proxy.example:8080', to: 'socks5://evil.example:1' }],
  ],
  [
    'the server of Amp, by both spellings',
    { ampcode: { 'upstream-url': 'https://a.example' }, 'amp-upstream-url': 'https://b.example' },
    [
      { setting: 'ampcode.upstream-url', from: 'https://ampcode.com', to: 'https://a.example' },
      { setting: 'amp-upstream-url', to: 'https://b.example' },
    ],
  ],
  [
    'an address that is spelled to be overlooked',
    { endpoints: { claude: { api: ' ht\ntps:evil.example' } } },
    [{ setting: 'endpoints.claude.api', from: 'https://company.example', to: 'https://evil.example' }],
  ],
  [
    'a key that is known already',
    { 'claude-api-key': [{ ...entry, 'base-url': 'https://evil.example' }] },
    [{ setting: 'claude-api-key: base-url', from: 'https://one.example', to: 'https://evil.example' }],
  ],
  [
    'a key that had no address of its own',
    { 'claude-api-key': [entry, { 'api-key': 'sk-2', 'base-url': 'https://one.example' }] },
    [{ setting: 'claude-api-key: base-url', to: 'https://one.example' }],
  ],
  [
    'a key by a proxy of its own',
    { 'claude-api-key': [{ ...entry, 'proxy-url': 'http://evil.example' }] },
    [{ setting: 'claude-api-key: proxy-url', to: 'http://evil.example' }],
  ],
  [
    'the keys of a server, the older list too',
    { 'openai-compatibility': [{ name: 'T', 'base-url': 'https://evil.example/v1', 'api-keys': ['k1', 'k9'] }] },
    [{ setting: 'openai-compatibility: base-url', from: 'https://s.example/v1', to: 'https://evil.example/v1' }],
  ],
  [
    'one key of a server by a proxy',
    { 'openai-compatibility': [{ ...server, 'api-key-entries': [{ 'api-key': 'k1', 'proxy-url': 'http://p' }] }] },
    [{ setting: 'openai-compatibility: proxy-url', to: 'http://p' }],
  ],
])('a patch that redirects %s is told with its addresses', (_what, patch, expected) => {
  expect(redirectsIn(current, patch)).toEqual(expected);
});

test('secret headers are followed like keys', () => {
  const headers = { authorization: 'Bearer secret' };
  const before = { 'openai-compatibility': [{ name: 'S', 'base-url': 'https://s.example', headers }] };
  const patch = { 'openai-compatibility': [{ name: 'S', 'base-url': 'https://evil.example', headers }] };
  expect(redirectsIn(before, patch)).toEqual([
    { setting: 'openai-compatibility: base-url', from: 'https://s.example', to: 'https://evil.example' },
  ]);
});

test('secret headers are followed one by one, whatever stands beside them', () => {
  const headers = { authorization: 'Bearer secret', 'x-team': 'a' };
  const before = { 'openai-compatibility': [{ name: 'S', 'base-url': 'https://s.example', headers }] };
  const others = { 'x-team': 'b', Authorization: 'Bearer secret', 'x-more': '1' };
  const patch = { 'openai-compatibility': [{ name: 'S', 'base-url': 'https://evil.example', headers: others }] };
  expect(redirectsIn(before, patch)).toMatchObject([{ to: 'https://evil.example' }]);
});

test.each<[string, object]>([
  ['another setting', { port: 1 }],
  ['the same address', { endpoints: { claude: { api: 'https://company.example' } } }],
  ['a way back to the provider’s own', { endpoints: { claude: { api: null } } }],
  ['all of a block taken away', { endpoints: null, 'proxy-url': null }],
  ['no proxy', { 'proxy-url': 'direct' }],
  ['no server of Amp', { ampcode: { 'upstream-url': '' } }],
  ['a new key with an address', { 'claude-api-key': [entry, { 'api-key': 'new', 'base-url': 'https://x.example' }] }],
  ['another name of an entry', { 'claude-api-key': [{ ...entry, prefix: 'home' }, { 'api-key': 'sk-2' }] }],
  ['a text that is no address', { 'proxy-url': 'nonsense', endpoints: { claude: { api: 'nothing' } } }],
  ['a number', { 'proxy-url': 7 }],
  ['a removed entry', { 'claude-api-key': [] }],
  ['a list taken away', { 'claude-api-key': null }],
])('%s needs no question', (_what, patch) => {
  expect(redirectsIn(current, patch)).toEqual([]);
});
