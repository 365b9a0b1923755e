import { expect, test } from 'vitest';
import { AccountStore } from '../../main/accounts/account-store.ts';
import { MemoryVault } from '../../main/accounts/vault.ts';
import { claudeAccount } from './accounts.ts';

async function setUp(vault = new MemoryVault()) {
  const reports: string[] = [];
  const open = () => AccountStore.open({ vault, report: (message) => reports.push(message) });
  return { vault, reports, open, store: await open() };
}

test('an account that is stored is there after a restart, its secret apart from it', async () => {
  const { store, open } = await setUp();
  await store.upsert(claudeAccount({ plan: 'max', expiresAt: 5 }));
  const again = await open();
  expect(again.list()).toEqual(store.list());
  expect(again.get('claude:ada@example.com')).toMatchObject({ source: 'vault', plan: 'max', expiresAt: 5 });
  expect(again.secretOf('claude:ada@example.com').refreshToken).toBe('sk-ant-ort01-first');
  expect(JSON.stringify(again.list())).not.toContain('sk-ant');
});

test('each account is one vault entry of its own', async () => {
  const { store, vault } = await setUp();
  await store.upsert(claudeAccount());
  await store.setNamedSecret('amp-token', 'sgamp_1');
  expect([...(await vault.entries()).keys()]).toEqual(['account:claude:ada@example.com', 'secret:amp-token']);
});

test('signing in again brings new tokens and keeps what the owner set', async () => {
  const { store } = await setUp();
  await store.upsert(claudeAccount({ plan: 'pro', expiresAt: 1 }));
  const owner = { paused: true, priority: 7, prefix: 'work', label: 'Work', proxyUrl: 'socks5://127.0.0.1:1080' };
  await store.update('claude:ada@example.com', owner);
  await store.markNeedsSignIn('claude:ada@example.com', 'invalid_grant');
  const again = claudeAccount(
    { expiresAt: 2 },
    { accessToken: 'sk-ant-oat01-second', refreshToken: 'sk-ant-ort01-second' },
  );
  expect(await store.upsert(again)).toMatchObject({ updated: true });
  expect(store.list()).toHaveLength(1);
  expect(store.get('claude:ada@example.com')).toMatchObject({ ...owner, plan: 'pro', expiresAt: 2 });
  expect(store.get('claude:ada@example.com')).not.toHaveProperty('needsSignIn');
  expect(store.secretOf('claude:ada@example.com').accessToken).toBe('sk-ant-oat01-second');
});

test('two organisations of one e-mail stay two accounts, and each keeps its tokens', async () => {
  const { store } = await setUp();
  const inOrganisation = (organizationId: string) =>
    claudeAccount(
      { id: `claude:ada@example.com:${organizationId}`, organizationId },
      { accessToken: `access-${organizationId}`, refreshToken: `refresh-${organizationId}` },
    );
  await store.upsert(inOrganisation('one'));
  await store.upsert(inOrganisation('two'));
  await store.upsert(inOrganisation('one'));
  expect(store.list().map((account) => store.secretOf(account.id).accessToken)).toEqual(['access-one', 'access-two']);
});

test('an account whose identity is learned later is recognised by it, and its id stays', async () => {
  const { store } = await setUp();
  await store.upsert(claudeAccount());
  const identity = { accountId: 'acc', organizationId: 'org', email: 'ada@example.com' };
  await store.updateTokens('claude:ada@example.com', { accessToken: 'a2', refreshToken: 'r2', identity });
  const signedIn = claudeAccount(
    { id: 'claude:acc:org', accountId: 'acc', organizationId: 'org' },
    { refreshToken: 'r3' },
  );
  expect(await store.upsert(signedIn)).toMatchObject({ updated: true, account: { id: 'claude:ada@example.com' } });
});

test('a file that is imported again after its token was rotated does not bring the dead token back', async () => {
  const { store, open } = await setUp();
  await store.upsert(claudeAccount());
  const identity = { accountId: 'acc', organizationId: 'org' };
  await store.updateTokens('claude:ada@example.com', { accessToken: 'a2', refreshToken: 'r2', identity });
  const again = await open();
  await again.upsert(claudeAccount());
  expect(again.list()).toHaveLength(1);
  expect(again.secretOf('claude:ada@example.com')).toMatchObject({ accessToken: 'a2', refreshToken: 'r2' });
});

test('an older access token of the same refresh token does not replace a newer one', async () => {
  const { store } = await setUp();
  await store.upsert(claudeAccount({ expiresAt: 100 }));
  await store.updateTokens('claude:ada@example.com', { accessToken: 'a2', expiresAt: 200 });
  await store.upsert(claudeAccount({ expiresAt: 100 }));
  expect(store.get('claude:ada@example.com')?.expiresAt).toBe(200);
  expect(store.secretOf('claude:ada@example.com').accessToken).toBe('a2');
});

test('an id that belongs to another identity is not taken over', async () => {
  const { store } = await setUp();
  await store.upsert(claudeAccount());
  await store.updateTokens('claude:ada@example.com', { accessToken: 'a2', identity: { organizationId: 'org' } });
  const other = claudeAccount({}, { accessToken: 'b1', refreshToken: 'rb1' });
  expect(await store.upsert(other)).toMatchObject({ updated: false, account: { id: 'claude:ada@example.com~2' } });
  expect(store.secretOf('claude:ada@example.com').accessToken).toBe('a2');
});

test('one API key at two hosts is two accounts, at one host it is one', async () => {
  const { store } = await setUp();
  const key = (baseUrl: string) =>
    claudeAccount(
      { id: 'openai-compatible:key', provider: 'openai-compatible', kind: 'api-key', baseUrl },
      { apiKey: 'none' },
    );
  await store.upsert(key('http://127.0.0.1:11434/v1'));
  expect(await store.upsert(key('http://127.0.0.1:1234/v1'))).toMatchObject({ updated: false });
  expect(await store.upsert(key('http://127.0.0.1:11434/v1'))).toMatchObject({ updated: true });
  expect(store.list()).toHaveLength(2);
});

test('a refresh that renews a key and a host keeps the other facts of the account', async () => {
  const { store } = await setUp();
  await store.upsert(claudeAccount({ attributes: { region: 'eu' } }, { apiKey: 'k1' }));
  const tokens = { accessToken: 'a2', idToken: 'id-2', apiKey: 'k2', attributes: { resourceUrl: 'portal.example' } };
  await store.updateTokens('claude:ada@example.com', tokens);
  expect(store.get('claude:ada@example.com')?.attributes).toEqual({ region: 'eu', resourceUrl: 'portal.example' });
  expect(store.secretOf('claude:ada@example.com')).toMatchObject({ idToken: 'id-2', apiKey: 'k2', accessToken: 'a2' });
});

test('a refresh merges fields and blanks nothing that is known', async () => {
  const { store } = await setUp();
  await store.upsert(claudeAccount({ accountId: 'acc', plan: 'max', expiresAt: 1 }, { idToken: 'id-1' }));
  const identity = { email: '', accountId: '', plan: '' };
  expect(await store.updateTokens('claude:ada@example.com', { accessToken: 'a2', refreshToken: '', identity })).toBe(
    true,
  );
  expect(store.get('claude:ada@example.com')).toMatchObject({
    email: 'ada@example.com',
    accountId: 'acc',
    plan: 'max',
    expiresAt: 1,
  });
  expect(store.secretOf('claude:ada@example.com')).toEqual({
    accessToken: 'a2',
    refreshToken: 'sk-ant-ort01-first',
    idToken: 'id-1',
  });
});

test('a refresh that ends while the owner pauses the account keeps the pause', async () => {
  const { store } = await setUp();
  await store.upsert(claudeAccount());
  await Promise.all([
    store.update('claude:ada@example.com', { paused: true, prefix: 'mine' }),
    store.updateTokens('claude:ada@example.com', { accessToken: 'a2' }),
    store.update('claude:ada@example.com', { priority: 3, prefix: undefined }),
  ]);
  expect(store.get('claude:ada@example.com')).toMatchObject({ paused: true, priority: 3 });
  expect(store.get('claude:ada@example.com')).not.toHaveProperty('prefix');
  expect(store.secretOf('claude:ada@example.com').accessToken).toBe('a2');
});

test('tokens of a refresh that a new sign-in overtook are dropped, and so is its failure', async () => {
  const { store } = await setUp();
  await store.upsert(claudeAccount());
  await store.upsert(claudeAccount({}, { accessToken: 'new', refreshToken: 'new-refresh' }));
  const id = 'claude:ada@example.com';
  expect(await store.updateTokens(id, { accessToken: 'stale' }, 'sk-ant-ort01-first')).toBe(false);
  expect(await store.markNeedsSignIn(id, 'invalid_grant', 'sk-ant-ort01-first')).toBe(false);
  expect(store.secretOf(id).accessToken).toBe('new');
  expect(store.get(id)).not.toHaveProperty('needsSignIn');
});

test('a change is stored before it is visible, and stays invisible when it cannot be stored', async () => {
  const { store, vault } = await setUp();
  await store.upsert(claudeAccount());
  let visibleWhileStoring: string | undefined;
  vault.set = async () => {
    visibleWhileStoring = store.secretOf('claude:ada@example.com').accessToken;
    throw new Error('disk full');
  };
  await expect(store.updateTokens('claude:ada@example.com', { accessToken: 'a2' })).rejects.toThrow('disk full');
  expect(visibleWhileStoring).toBe('sk-ant-oat01-first');
  expect(store.secretOf('claude:ada@example.com').accessToken).toBe('sk-ant-oat01-first');
});

test('what another process wrote is kept by the next change and seen after reload', async () => {
  const { store, open } = await setUp();
  await store.upsert(claudeAccount());
  const other = await open();
  await other.update('claude:ada@example.com', { priority: 9 });
  await other.upsert(
    claudeAccount({ id: 'claude:bob@example.com', email: 'bob@example.com' }, { refreshToken: 'bob' }),
  );
  await store.updateTokens('claude:ada@example.com', { accessToken: 'a2' });
  expect(store.get('claude:ada@example.com')?.priority).toBe(9);
  expect(store.list()).toHaveLength(1);
  await store.reload();
  expect(store.list()).toHaveLength(2);
});

test('an account that another process removed is not brought back by a refresh', async () => {
  const { store, open, vault } = await setUp();
  await store.upsert(claudeAccount());
  await (await open()).remove('claude:ada@example.com');
  expect(await store.updateTokens('claude:ada@example.com', { accessToken: 'a2' })).toBe(false);
  expect(store.list()).toEqual([]);
  expect((await vault.entries()).size).toBe(0);
});

test('a corrupt entry is reported without its content, left alone, and never written over', async () => {
  const vault = new MemoryVault();
  await vault.set('account:claude:ada@example.com', '{"secret":"sk-ant-ort01-precious"');
  const { store, reports } = await setUp(vault);
  expect(store.list()).toEqual([]);
  expect(reports).toEqual(['The vault entry of account claude:ada@example.com cannot be read. It was left as it is.']);
  expect(await store.upsert(claudeAccount())).toMatchObject({ account: { id: 'claude:ada@example.com~2' } });
  expect(await vault.get('account:claude:ada@example.com')).toContain('precious');
});

test('fields that a newer version added survive a change by this one', async () => {
  const { store, vault, open } = await setUp();
  await store.upsert(claudeAccount());
  const name = 'account:claude:ada@example.com';
  const entry = JSON.parse((await vault.get(name)) ?? '');
  await vault.set(name, JSON.stringify({ ...entry, account: { ...entry.account, colour: 'blue' } }));
  await (await open()).update('claude:ada@example.com', { paused: true });
  expect(JSON.parse((await vault.get(name)) ?? '').account).toMatchObject({ colour: 'blue', paused: true });
});

test('accounts of the settings are served, paused and replaced, but never stored', async () => {
  const { store, vault } = await setUp();
  const key = claudeAccount({ id: 'claude:key:1', kind: 'api-key', source: 'settings' }, { apiKey: 'sk-ant-api03-1' });
  store.setSettingsAccounts([key]);
  await store.update('claude:key:1', { paused: true });
  await store.markNeedsSignIn('claude:key:1', 'invalid key');
  store.setSettingsAccounts([key]);
  expect(store.get('claude:key:1')).toMatchObject({ paused: true, source: 'settings' });
  expect(store.get('claude:key:1')).not.toHaveProperty('needsSignIn');
  await expect(store.remove('claude:key:1')).rejects.toThrow('settings file');
  store.setSettingsAccounts([]);
  expect(store.list()).toEqual([]);
  expect((await vault.entries()).size).toBe(0);
});

test('named secrets are kept beside the accounts and can be forgotten', async () => {
  const { store, open } = await setUp();
  await store.setNamedSecret('amp-token', 'sgamp_1');
  expect((await open()).namedSecret('amp-token')).toBe('sgamp_1');
  await store.setNamedSecret('amp-token', undefined);
  expect(store.namedSecret('amp-token')).toBeUndefined();
  expect((await open()).namedSecret('amp-token')).toBeUndefined();
});

test('listeners hear of every visible change, one that fails disturbs nobody, and an ended one hears nothing', async () => {
  const { store, reports } = await setUp();
  const heard: number[] = [];
  store.onChange(() => {
    throw new Error('listener');
  });
  const end = store.onChange(() => heard.push(store.list().length));
  await store.upsert(claudeAccount());
  await store.update('claude:ada@example.com', { paused: true });
  await store.reload();
  await store.remove('claude:ada@example.com');
  end();
  store.setSettingsAccounts([]);
  expect(heard).toEqual([1, 1, 0]);
  expect(reports).toContain('A listener of the account list failed.');
});

test('writers of several processes are kept apart by the lock', async () => {
  const vault = new MemoryVault();
  const held: string[] = [];
  const lock = async <T>(name: string, task: () => Promise<T>): Promise<T> => {
    held.push(name);
    return task();
  };
  const store = await AccountStore.open({ vault, lock, report: () => undefined });
  await store.upsert(claudeAccount());
  await store.remove('claude:ada@example.com');
  expect(held).toEqual(['accounts', 'accounts']);
});

test('one token that serves two organisations stays two accounts', async () => {
  const { store } = await setUp();
  for (const organizationId of ['one', 'two', 'one']) {
    const { account, secret } = claudeAccount({ organizationId, id: `claude:ada:${organizationId}` });
    await store.upsert({ account, secret });
  }
  expect(store.list().map(({ id }) => id)).toEqual(['claude:ada:one', 'claude:ada:two']);
});
