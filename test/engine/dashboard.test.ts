import { readdir } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callSchemas } from '../../preload/contract.ts';
import { call, RawConnection } from '../amp/control-plane/stand.ts';
import { enter, linkOf, script, withDashboard } from './browser-session.ts';
import { startEngine } from './harness.ts';
import { managementOf } from './management.ts';

const navigation = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' };

describe('the way in', () => {
  it('is a link that works once and leaves no token in the address', async () => {
    const running = await withDashboard();
    const link = linkOf(running);
    const first = await call(running.url, link, { headers: navigation });
    expect([first.status, first.headers.location, first.text]).toEqual([303, '/ui/', '']);
    expect(first.headers['set-cookie']).toEqual([
      expect.stringMatching(/^fusebox_ui_\d+=[\w-]{43}; Path=\/ui; Max-Age=43200; HttpOnly; SameSite=Strict$/),
    ]);
    expect(first.headers['referrer-policy']).toBe('no-referrer');
    const second = await call(running.url, link, { headers: navigation });
    expect([second.status, second.headers['set-cookie']]).toEqual([410, undefined]);
    expect(second.text).toContain('fusebox dashboard');
    expect(running.logLines.join('')).not.toContain(link.split('=')[1]);
  });

  it('is not used up by a browser that loads pages in advance, nor by HEAD', async () => {
    const running = await withDashboard();
    const link = linkOf(running);
    const early = await call(running.url, link, { headers: { ...navigation, 'sec-purpose': 'prefetch;prerender' } });
    expect(early.status).toBe(503);
    expect((await call(running.url, link, { method: 'HEAD', headers: navigation })).status).toBe(405);
    expect((await call(running.url, link, { headers: navigation })).status).toBe(303);
  });

  it('stays open for a browser that is in, whatever becomes of its link', async () => {
    const running = await withDashboard();
    const browser = await enter(running);
    const again = await browser.get('/ui/enter?token=used', navigation);
    expect([again.status, again.headers.location, again.headers['set-cookie']]).toEqual([303, '/ui/', undefined]);
  });

  it('leaves a browser one session, however many links it opens', async () => {
    const running = await withDashboard();
    const browser = await enter(running);
    const again = await browser.get(linkOf(running), navigation);
    const cookie = again.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await browser.get('/ui/')).status).toBe(401);
    expect((await browser.get('/ui/', { cookie })).status).toBe(200);
  });

  it('is closed without a session: a page says what to do, and no route does anything', async () => {
    const running = await withDashboard();
    const page = await call(running.url, '/ui/', { headers: navigation });
    expect([page.status, page.headers['cache-control']]).toEqual([401, 'no-store']);
    expect(page.text).toContain('fusebox dashboard');
    const browser = await enter(running);
    for (const cookie of ['', `${browser.cookie}x`, 'fusebox_ui_1=x']) {
      for (const path of ['/ui/events', '/ui/export?format=csv', '/ui/assets/index-abc_D-12.js'])
        expect((await browser.get(path, { cookie })).status, path).toBe(401);
      for (const path of ['/ui/call/state.get', '/ui/import', '/ui/sign-out'])
        expect((await browser.post(path, undefined, { cookie })).status, path).toBe(401);
    }
  });

  it('needs no access key, and no key of any kind opens it', async () => {
    const running = await withDashboard({ settings: { 'api-keys': ['a-key-of-this-gateway'] } });
    const keys = { authorization: 'Bearer a-key-of-this-gateway', 'x-management-key': 'a-key-of-this-gateway' };
    expect((await call(running.url, '/ui/', { headers: { ...navigation, ...keys } })).status).toBe(401);
    expect((await (await enter(running)).get('/ui/')).status).toBe(200);
    expect((await call(running.url, '/uix', {})).status).toBe(401);
  });

  it('is given to the command line only, by its local token', async () => {
    const key = 'the-management-key-of-this-test';
    const running = await withDashboard({ settings: { 'remote-management': { 'secret-key': key } } });
    const { send } = await managementOf(running);
    const made = await send('POST', '/dashboard/links');
    expect([made.status, made.json]).toEqual([201, { url: expect.any(String), expiresAt: expect.any(Number) }]);
    expect((made.json as { url: string }).url.startsWith(`${running.url}/ui/enter?token=`)).toBe(true);
    const byKey = await send('POST', '/dashboard/links', undefined, { authorization: `Bearer ${key}` });
    expect(byKey.status).toBe(403);
  });

  it('does not exist where there is no dashboard, and says so where it is switched off', async () => {
    const without = await startEngine();
    expect(without.engine.dashboardLink).toBeUndefined();
    expect((await (await managementOf(without)).send('POST', '/dashboard/links')).status).toBe(404);
    const off = await withDashboard({ settings: { 'remote-management': { 'disable-control-panel': true } } });
    expect(off.engine.dashboardLink?.()).toBeUndefined();
    const page = await call(off.url, '/ui/', { headers: navigation });
    expect([page.status, page.text]).toEqual([404, expect.stringContaining('disable-control-panel')]);
  });

  it('closes at once when the setting says so', async () => {
    const running = await withDashboard();
    const browser = await enter(running);
    const client = new RawConnection(running.url);
    const { host } = new URL(running.url);
    client.send('GET /ui/events HTTP/1.1', `Host: ${host}`, `Cookie: ${browser.cookie}`, '', '');
    await client.until('event: state');
    await running.settings.update({ 'remote-management': { 'disable-control-panel': true } });
    await client.until('\r\n0\r\n');
    expect((await browser.get('/ui/')).status).toBe(404);
    await running.settings.update({ 'remote-management': { 'disable-control-panel': false } });
    expect((await browser.get('/ui/')).status).toBe(401);
  });

  it('is for this machine only, unless allow-remote says otherwise', async ({ skip }) => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((one) => one && !one.internal && one.family === 'IPv4')?.address;
    skip(address === undefined, 'this machine has no address but loopback');
    const settings = { host: '0.0.0.0', 'api-keys': ['a-key-of-this-gateway'] };
    for (const [allowRemote, status] of [
      [false, 403],
      [true, 401],
    ] as const) {
      const rules = { 'remote-management': { 'allow-remote': allowRemote } };
      const running = await withDashboard({ settings: { ...settings, ...rules } });
      const there = `http://${address}:${new URL(running.url).port}`;
      expect((await call(there, '/ui/', { headers: navigation })).status).toBe(status);
    }
  });
});

describe('requests of other pages', () => {
  it('are refused, although the cookie came along', async () => {
    const running = await withDashboard();
    const browser = await enter(running);
    const post = (headers: Record<string, string | undefined>) => browser.post('/ui/call/usage.read', {}, headers);
    expect((await post({})).status).toBe(200);
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:3000' },
      { origin: running.url.replace('http:', 'https:') },
      { origin: undefined },
      { 'x-fusebox-ui': undefined },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ])
      expect((await post(headers)).status, JSON.stringify(headers)).toBe(403);
    const withForm = await post({ 'content-type': 'application/x-www-form-urlencoded' });
    expect(withForm.status).toBe(400);
    for (const path of ['/ui/events', '/ui/export?format=csv', '/ui/assets/index-abc_D-12.js'])
      expect((await browser.get(path, { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' })).status).toBe(
        403,
      );
  });

  it('are refused even if their origin is listed for the model routes', async () => {
    const origin = 'http://localhost:3000';
    const running = await withDashboard({ settings: { 'cors-origins': [origin] } });
    const browser = await enter(running);
    expect((await browser.post('/ui/call/state.get', undefined, { origin })).status).toBe(403);
    const read = await browser.get('/ui/', { origin });
    expect([read.status, read.headers['access-control-allow-credentials']]).toEqual([403, undefined]);
  });

  it('do not reach it under a foreign name', async () => {
    const browser = await enter(await withDashboard());
    expect((await browser.get('/ui/', { host: 'evil.example' })).status).toBe(403);
  });

  it('through a tunnel are ours under the name and port that the browser knows', async () => {
    const running = await withDashboard();
    const headers = { ...navigation, host: 'localhost:9000' };
    const entered = await call(running.url, linkOf(running), { headers });
    const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(cookie).toMatch(/^fusebox_ui_9000=/);
    const browser = await enter(running);
    const own = { host: 'localhost:9000', cookie };
    expect(
      (await browser.post('/ui/call/state.get', undefined, { ...own, origin: 'http://localhost:9000' })).status,
    ).toBe(200);
    expect((await browser.post('/ui/call/state.get', undefined, own)).status).toBe(403);
  });
});

describe('the page', () => {
  it('has a policy of its own and is never kept', async () => {
    const browser = await enter(await withDashboard());
    const page = await browser.get('/ui/', navigation);
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-type': 'text/html; charset=utf-8',
    });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect((await browser.get('/ui', navigation)).headers.location).toBe('/ui/');
  });

  it('names files that a browser keeps for good', async () => {
    const browser = await enter(await withDashboard());
    const asset = await browser.get('/ui/assets/index-abc_D-12.js');
    expect([asset.status, asset.text]).toEqual([200, script]);
    expect(asset.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it('leads to no other file, however it is asked for', async () => {
    const running = await withDashboard();
    const { cookie } = await enter(running);
    const host = new URL(running.url).host;
    const ask = async (path: string) => {
      const client = new RawConnection(running.url);
      client.send(`GET ${path} HTTP/1.1`, `Host: ${host}`, `Cookie: ${cookie}`, 'Connection: close', '', '');
      return client.ended();
    };
    for (const path of [
      '/ui/assets/../../secret-12345678.js',
      '/ui/assets/..%2f..%2fsecret-12345678.js',
      '/ui/assets/%2e%2e/%2e%2e/secret-12345678.js',
      '/ui/assets/..\\..\\secret-12345678.js',
      '/ui/assets//etc/passwd',
      '/ui/assets/index.html',
      '/ui/assets/',
      '/ui/index.html',
    ])
      expect(await ask(path), path).toMatch(/^HTTP\/1.1 404 /);
    const piece = fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      '%2f',
      '%2e',
      '%00',
      'secret-12345678.js',
      'assets',
      'index.html',
      '%5c',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const answer = await ask(`/ui/assets/${pieces.join('')}`);
        expect(answer).toMatch(/^HTTP\/1.1 404 /);
        expect(answer).not.toContain('outside');
      }),
      { numRuns: 60 },
    );
  });
});

describe('a call', () => {
  it('does in the engine what it does for the window of the application', async () => {
    const running = await withDashboard();
    const browser = await enter(running);
    const state = await browser.post('/ui/call/state.get', undefined);
    expect(JSON.parse(state.text)).toMatchObject({ ok: true, value: { accounts: [{ id: 'seed', status: 'ready' }] } });
    const paused = await browser.post('/ui/call/account.pause', { id: 'seed', paused: true });
    expect(JSON.parse(paused.text)).toEqual({ ok: true, value: null });
    expect(running.engine.state().accounts[0]?.status).toBe('paused');
  });

  it('describes only settings that do something on a server', async () => {
    const browser = await enter(await withDashboard());
    const { value } = JSON.parse((await browser.post('/ui/call/settings.describe', undefined)).text);
    const keys = value.settings.map(({ key }: { key: string }) => key);
    expect(keys.filter((key: string) => key.startsWith('desktop.'))).toEqual(['desktop.hide-emails']);
    expect(keys).toContain('remote-management.disable-control-panel');
  });

  it('that would lead tokens to another address is refused, and what is masked stays', async () => {
    const running = await withDashboard();
    const browser = await enter(running);
    const code = async (name: string, argument: unknown) =>
      JSON.parse((await browser.post(`/ui/call/${name}`, argument)).text).error?.code;
    const evil = 'http://evil.example:3128';
    expect(await code('settings.set', { path: ['endpoints', 'claude', 'token'], value: evil })).toBe(
      'not_from_browser',
    );
    expect(await code('settings.set', { path: ['proxy-url'], value: evil })).toBe('not_from_browser');
    expect(await code('account.update', { id: 'seed', proxyUrl: evil })).toBe('not_from_browser');
    expect(await code('sign-in.start', { provider: 'claude', proxyUrl: evil })).toBe('not_from_browser');
    expect(running.engine.state().accounts[0]?.proxy).toBeUndefined();
    expect(await code('settings.set', { path: ['debug'], value: false })).toBeUndefined();
    expect(running.settings.current().debug).toBe(false);
  });

  it('with an argument that does not fit, or that is none, is refused in words', async () => {
    const browser = await enter(await withDashboard());
    const refused = await browser.post('/ui/call/account.pause', { id: '', paused: 'yes' });
    expect(JSON.parse(refused.text)).toMatchObject({ ok: false, error: { code: 'invalid_argument' } });
    for (const body of ['{', '['.repeat(50_000) + ']'.repeat(50_000), JSON.stringify('x'.repeat(300_000))])
      expect((await browser.post('/ui/call/settings.set', body)).status).toBe(400);
    expect((await browser.get('/ui/call/state.get')).status).toBe(405);
  });

  it('is answered in words whatever it is given, and never fails', async () => {
    const browser = await enter(await withDashboard());
    const names = [...Object.keys(callSchemas), 'constructor', '%2e%2e', 'x'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 4 }), async (name, argument) => {
        const { status, text } = await browser.post(`/ui/call/${name}`, JSON.stringify(argument));
        const answer = JSON.parse(text);
        expect([status, typeof answer.ok]).toEqual([200, 'boolean']);
        if (!answer.ok) expect(answer.error.code).not.toBe('internal_error');
      }),
      { numRuns: 300 },
    );
  });

  it('that is not for browsers does not exist', async () => {
    const running = await withDashboard();
    const browser = await enter(running);
    for (const name of ['gateway.stop', 'update.install', 'clipboard.copy-snippet', 'constructor', '__proto__', 'x'])
      expect(JSON.parse((await browser.post(`/ui/call/${name}`, undefined)).text), name).toMatchObject({ ok: false });
    expect(running.engine.state().gateway.status).toBe('running');
  });

  it('never answers with a secret', async () => {
    const running = await withDashboard({ settings: { 'api-keys': ['a-key-of-this-gateway'] } });
    const browser = await enter(running);
    const { accessToken, refreshToken } = running.anthropic.account;
    for (const name of Object.keys(callSchemas)) {
      const { text } = await browser.post(`/ui/call/${name}`, undefined);
      for (const secret of [accessToken, refreshToken, running.amp.token, 'a-key-of-this-gateway'])
        expect(text, name).not.toContain(secret);
    }
  });
});

describe('what else a browser does', () => {
  it('follows the state: one snapshot, then what changes, until it signs out', async () => {
    const running = await withDashboard();
    const browser = await enter(running);
    const client = new RawConnection(running.url);
    const { host } = new URL(running.url);
    client.send('GET /ui/events HTTP/1.1', `Host: ${host}`, `Cookie: ${browser.cookie}`, '', '');
    const snapshot = await client.until('event: state');
    expect(snapshot).toMatch(/^HTTP\/1.1 200 /);
    expect(running.engine.state().gateway.inFlight).toBe(0);
    await browser.post('/ui/call/account.pause', { id: 'seed', paused: true });
    await client.until('"status":"paused"');
    const out = await browser.post('/ui/sign-out', undefined);
    expect(out.headers['set-cookie']?.[0]).toContain('Max-Age=0');
    await client.until('\r\n0\r\n');
    expect((await browser.get('/ui/', navigation)).status).toBe(401);
  });

  it('uploads credential files, which are imported and not kept', async () => {
    const running = await withDashboard({ signedIn: false });
    const browser = await enter(running);
    const text = JSON.stringify({
      type: 'claude',
      email: 'up@example.com',
      access_token: 'sk-ant-oat01-upload',
      refresh_token: 'r',
    });
    const files = [
      { name: 'claude.json', text },
      { name: '../../escape.json', text },
      { name: 'notes.txt', text },
      { name: 'broken.json', text: '{' },
    ];
    const answer = JSON.parse((await browser.post('/ui/import', { files })).text);
    expect(answer).toMatchObject({ ok: true, value: { imported: [{ label: 'up@example.com' }] } });
    expect(answer.value.skipped.map(({ file }: { file: string }) => file)).toEqual([
      '../../escape.json',
      'notes.txt',
      'broken.json',
    ]);
    expect((await readdir(running.dataDir)).filter((name) => name.startsWith('upload'))).toEqual([]);
    expect(JSON.parse((await browser.post('/ui/import', { files: [] })).text)).toMatchObject({ ok: false });
  });

  it('downloads past requests', async () => {
    const running = await withDashboard();
    await (await running.messages()).text();
    const browser = await enter(running);
    await expect
      .poll(async () => (await browser.get('/ui/export?format=csv')).text.split('\r\n').length, { timeout: 5_000 })
      .toBe(3);
    const file = await browser.get('/ui/export?format=json&outcome=served');
    expect(file.headers['content-disposition']).toBe('attachment; filename="fusebox-requests.json"');
    expect(JSON.parse(file.text)).toHaveLength(1);
    expect((await browser.get('/ui/export?format=exe')).status).toBe(400);
  });
});
