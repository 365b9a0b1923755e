import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AccountStore } from '../../main/accounts/account-store.ts';
import { parseCredentialFile } from '../../main/accounts/credentials/file.ts';
import { importFolder } from '../../main/accounts/import.ts';
import { MemoryVault } from '../../main/accounts/vault.ts';

const claudeFile = {
  type: 'claude',
  id_token: '',
  access_token: 'sk-ant-oat01-a',
  refresh_token: 'sk-ant-ort01-r',
  last_refresh: '2026-11-20T10:00:00Z',
  expired: '2026-11-20T18:00:00+01:00',
  email: 'ada@example.com',
  account_uuid: 'acc-1',
  organization_uuid: 'org-1',
  organization_name: 'Analytical Engines',
};

function parseOne(file: object) {
  const parsed = parseCredentialFile('claude.json', JSON.stringify(file));
  const stored = parsed.ok ? parsed.accounts[0] : undefined;
  if (!stored) throw new Error(parsed.ok ? 'no account' : parsed.reason);
  return stored;
}

test('a CLIProxyAPI claude file gives an account with its tokens and identity', () => {
  expect(parseOne(claudeFile)).toEqual({
    account: {
      id: 'claude:acc-1:org-1',
      provider: 'claude',
      kind: 'oauth',
      source: 'vault',
      label: 'ada@example.com',
      email: 'ada@example.com',
      accountId: 'acc-1',
      organizationId: 'org-1',
      organizationName: 'Analytical Engines',
      paused: false,
      priority: 0,
      expiresAt: Date.parse('2026-11-20T17:00:00Z'),
    },
    secret: { accessToken: 'sk-ant-oat01-a', refreshToken: 'sk-ant-ort01-r' },
  });
});

test.each([
  [
    'plain keys',
    { disabled: true, prefix: 'w', proxy_url: 'none', priority: '12', note: 'Work', base_url: 'https://gw.example' },
  ],
  [
    'dashed keys',
    {
      disabled: 'true',
      prefix: 'w',
      'proxy-url': 'direct',
      priority: 12,
      label: 'Work',
      'base-url': 'https://gw.example',
    },
  ],
  [
    'keys inside attributes',
    {
      attributes: {
        disabled: true,
        prefix: 'w',
        'proxy-url': 'direct',
        priority: ' 12 ',
        description: 'Work',
        base_url: 'https://gw.example',
      },
    },
  ],
])('the owner’s options are taken from %s', (_, options) => {
  expect(parseOne({ ...claudeFile, ...options }).account).toMatchObject({
    paused: true,
    prefix: 'w',
    proxyUrl: 'direct',
    priority: 12,
    label: 'Work',
    baseUrl: 'https://gw.example',
  });
});

test('the underscore spelling wins over the dashed one, and the top level over attributes', () => {
  const file = {
    ...claudeFile,
    'proxy-url': 'http://dashed:1',
    proxy_url: 'http://underscored:1',
    priority: 1,
    attributes: { priority: 2 },
  };
  expect(parseOne(file).account).toMatchObject({ proxyUrl: 'http://underscored:1', priority: 1 });
});

test('headers and excluded models are taken over, the latter as a list or as text', () => {
  const file = { ...claudeFile, headers: { 'X-Team': 'a' }, excluded_models: ['claude-3-*', 7, ' '] };
  expect(parseOne(file).account).toMatchObject({ headers: { 'X-Team': 'a' }, excludedModels: ['claude-3-*'] });
  expect(parseOne({ ...claudeFile, 'excluded-models': 'a, b' }).account.excludedModels).toEqual(['a', 'b']);
});

test.each([
  [{ expired: '2026-11-20T17:00:00Z' }],
  [{ expire: 1795194000 }],
  [{ expires_at: 1795194000000 }],
  [{ expiresAt: '1795194000' }],
  [{ expires: '0001-01-01T00:00:00Z', expiry: '2026-11-20T17:00:00Z' }],
  [{ token: { expiry: '2026-11-20T18:00:00+01:00' } }],
])('the expiry is understood as %j', (expiry) => {
  const { expired: _, ...rest } = claudeFile;
  expect(parseOne({ ...rest, ...expiry }).account.expiresAt).toBe(Date.parse('2026-11-20T17:00:00Z'));
});

test('accounts with little or no identity are accepted and told apart', () => {
  const bare = { type: 'claude', access_token: 'sk-ant-oat01-setup' };
  expect(parseOne(bare).account).toMatchObject({
    id: expect.stringMatching(/^claude:key-[0-9a-f]{16}$/),
    label: 'Claude account',
  });
  expect(parseOne(bare).account).not.toHaveProperty('expiresAt');
  expect(parseOne(bare).secret).toEqual({ accessToken: 'sk-ant-oat01-setup' });
  expect(parseOne({ ...bare, access_token: 'other' }).account.id).not.toBe(parseOne(bare).account.id);
  expect(parseOne({ ...bare, organization_uuid: 'org', organization_name: 'Acme' }).account).toMatchObject({
    id: 'claude:org',
    label: 'Acme',
  });
  expect(parseOne({ ...bare, email: 'Ada@Example.com' }).account.id).toBe('claude:ada@example.com');
});

test('a refresh token alone is accepted as one whose access token has ended', () => {
  expect(parseOne({ type: 'claude', refresh_token: 'r', expired: '2030-01-01T00:00:00Z' }).account.expiresAt).toBe(0);
});

test('an API key in such a file is an API key', () => {
  const { account, secret } = parseOne({ type: 'claude', access_token: 'sk-ant-api03-k' });
  expect([account.kind, secret]).toEqual(['api-key', { apiKey: 'sk-ant-api03-k' }]);
});

test('Claude Code’s own login is accepted with a warning', () => {
  const login = {
    accessToken: 'sk-ant-oat01-x',
    refreshToken: 'sk-ant-ort01-x',
    expiresAt: 1795194000000,
    scopes: ['user:inference'],
    subscriptionType: 'max',
  };
  const parsed = parseCredentialFile('.credentials.json', JSON.stringify({ claudeAiOauth: login }));
  expect(parsed).toMatchObject({
    ok: true,
    warning: expect.stringContaining('Claude Code may be signed out'),
    accounts: [
      {
        account: { plan: 'max', expiresAt: 1795194000000 },
        secret: { refreshToken: 'sk-ant-ort01-x', scopes: ['user:inference'] },
      },
    ],
  });
});

test.each([
  ['cut JSON', '{"type":"claude","access_token":"hunter2', 'it is not valid JSON'],
  ['nothing', ' ', 'it is empty'],
  ['a list', '["hunter2"]', 'it is not valid JSON'],
  ['no type', '{"password":"hunter2"}', 'it is not a credential file: it has no type'],
  [
    'a type of a provider that is not known',
    '{"type":"other","access_token":"hunter2"}',
    'its type is not known: other',
  ],
  ['a type that is no name', '{"type":"hunter2 \\n"}', 'it is not a credential file: it has no type'],
  ['a type from the prototype', '{"type":"constructor"}', 'its type is not known: constructor'],
  ['no token', '{"type":"claude","email":"hunter2"}', 'it holds no token'],
  [
    'a bad proxy',
    '{"type":"claude","access_token":"a","proxy_url":"hunter2"}',
    'its proxy_url is neither "direct" nor an http, https or socks5 URL',
  ],
  [
    'a bad base URL',
    '{"type":"claude","access_token":"a","base_url":"hunter2"}',
    'its base_url is not an http or https URL',
  ],
  [
    'a bad header',
    '{"type":"claude","access_token":"a","headers":{"x":"hunter2\\r\\ny: z"}}',
    'its headers hold a name or value that cannot be sent',
  ],
  ['MCP logins only', '{"claudeAiOauth":null,"mcpOAuth":{"hunter2":1}}', 'nobody is signed in to Claude Code there'],
])('a file with %s is refused with a reason that quotes no content', (_, text, reason) => {
  const parsed = parseCredentialFile('x.json', text);
  expect(parsed).toEqual({ ok: false, reason });
  expect(JSON.stringify(parsed)).not.toContain('hunter2');
});

let folder: string;
let store: AccountStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusebox-import-'));
  store = await AccountStore.open({ vault: new MemoryVault(), report: () => undefined });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, content: object | string) =>
  writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o644 });

test('a folder is imported file by file: good ones stored, bad ones named, others ignored', async () => {
  await write('claude-ada.json', claudeFile);
  await write(
    'claude-bob.json',
    `\uFEFF${JSON.stringify({ type: 'claude', email: 'bob@example.com', access_token: 'b' })}`,
  );
  await write('broken.json', '{');
  await write('codex-ada.json', { type: 'codex' });
  await write('large.json', ' '.repeat(1024 * 1024 + 1));
  await write('claude-ada.json.cds', claudeFile);
  await mkdir(join(folder, 'folder.json'));
  expect(await importFolder(folder, store)).toEqual({
    imported: [
      { label: 'ada@example.com', provider: 'claude', updated: false },
      { label: 'bob@example.com', provider: 'claude', updated: false },
    ],
    skipped: [
      { file: 'broken.json', reason: 'it is not valid JSON' },
      { file: 'codex-ada.json', reason: 'it holds no token' },
      { file: 'folder.json', reason: 'it is not a regular file' },
      { file: 'large.json', reason: 'it is too large to be a credential file' },
    ],
  });
  expect(store.secretOf('claude:bob@example.com').accessToken).toBe('b');
});

test('importing again updates the account', async () => {
  await write('claude-ada.json', claudeFile);
  await importFolder(folder, store);
  await write('claude-ada.json', { ...claudeFile, access_token: 'new', refresh_token: 'new-r', disabled: true });
  expect((await importFolder(join(folder, 'claude-ada.json'), store)).imported).toMatchObject([{ updated: true }]);
  expect(store.secretOf('claude:acc-1:org-1').accessToken).toBe('new');
  expect(store.get('claude:acc-1:org-1')?.paused).toBe(false);
});

test('a single file of Claude Code is imported, with the warning in the report', async () => {
  await write('.credentials.json', { claudeAiOauth: { accessToken: 'a', refreshToken: 'r' } });
  const report = await importFolder(folder, store);
  expect(report.imported).toHaveLength(1);
  expect(report.warnings).toEqual([expect.stringMatching(/^\.credentials\.json: .*signed out/)]);
});

test('a place that is empty or does not exist is reported', async () => {
  expect((await importFolder(folder, store)).skipped).toEqual([
    { file: folder, reason: 'the folder holds no .json files' },
  ]);
  const missing = join(folder, 'missing');
  expect((await importFolder(missing, store)).skipped).toEqual([
    { file: missing, reason: 'there is no such file or folder' },
  ]);
});

test('an account that cannot be stored is reported, and the others go on', async () => {
  await write('a.json', claudeFile);
  await write('b.json', { type: 'claude', email: 'bob@example.com', access_token: 'b' });
  let calls = 0;
  const failing: Pick<AccountStore, 'upsert'> = {
    upsert: (stored) => (calls++ === 0 ? Promise.reject(new Error('the keychain is locked')) : store.upsert(stored)),
  };
  const report = await importFolder(folder, failing);
  expect(report.skipped).toEqual([{ file: 'a.json', reason: 'it could not be stored: the keychain is locked' }]);
  expect(report.imported).toHaveLength(1);
});
