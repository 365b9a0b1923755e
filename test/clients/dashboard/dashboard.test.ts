import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createWebServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { visit } from '../../accounts/sign-in/browser.ts';
import { pastRequests, writeJournal } from '../../desktop/past-requests.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../../upstreams/anthropic/server.ts';
import type { FakeDeviceService } from '../../upstreams/oauth/device-service.ts';
import { startFakeKimi } from '../../upstreams/oauth/kimi.ts';
import {
  connectAmp,
  correctNumber,
  filterRequests,
  lookAtAmpPlan,
  rail,
  requestRows,
  writeModelRules,
  writtenRules,
} from '../../window/journeys.ts';
import { launchChromium, whyNoChromium } from './chromium.ts';
import { type Served, startServed } from './served.ts';

const [first, second] = ['owner@example.com', 'team@example.com'];
const ampFile = '.config/amp/settings.json';
const amp = '{\n  // Mine.\n  "amp.url": "https://ampcode.com"\n}\n';
const missing = whyNoChromium();

let anthropic: FakeAnthropic;
let kimi: FakeDeviceService;
let served: Served;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  if (missing !== undefined) return;
  kimi = await startFakeKimi(Date.now);
  anthropic = await startFakeAnthropic({ accounts: [{ email: first }, { email: second }] });
  const claude = { api: anthropic.origin, authorize: anthropic.authorizeUrl, token: anthropic.tokenUrl };
  const endpoints = { claude, kimi: { authorize: kimi.deviceUrl, token: kimi.tokenUrl } };
  served = await startServed({ endpoints, ampcode: { 'upstream-url': '' } }, async (home, dataDir) => {
    await mkdir(join(home, '.config', 'amp'), { recursive: true });
    await writeFile(join(home, ampFile), amp);
    writeJournal(dataDir, pastRequests(400, Date.now()));
  });
  browser = await launchChromium();
  context = await browser.newContext({ viewport: { width: 1100, height: 760 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
});

beforeEach(({ skip }) => skip(missing !== undefined, missing));

afterAll(async () => {
  await browser?.close();
  await served?.remove();
  await Promise.all([anthropic?.close(), kimi?.close()]);
});

const row = (email: string) => page.getByRole('listitem', { name: email, exact: true });
const inUse = (email: string) => row(email).getByRole('switch', { name: `Use ${email}` });
const card = () => page.getByRole('listitem', { name: /^(Add |.* is added)/ }).last();
const dismiss = () => card().getByRole('button', { name: 'Dismiss' }).click();
/** Playwright's functions run in the page, whose types this project does not have. */
const inPage = <T>(script: string, where: Page = page) => where.evaluate<T>(script);
const clipboard = () => inPage<string>('navigator.clipboard.readText()');

const ask = (model = 'claude-sonnet-5') =>
  fetch(`${served.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'user-agent': 'curl/8.0' },
    body: JSON.stringify({ model, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }),
  });

test('the link of the command opens the window, once, and is not kept in the address', async () => {
  const link = await served.link();
  await page.goto(link);
  await page.getByRole('heading', { name: 'Running' }).waitFor();
  expect(page.url()).toBe(`${served.url}/ui/`);
  // The empty page of a new tab, and this one.
  expect(await inPage('document.referrer + history.length')).toBe('2');
  expect(await context.cookies()).toMatchObject([
    { httpOnly: true, sameSite: 'Strict', path: '/ui', secure: false, domain: '127.0.0.1' },
  ]);
  expect(await inPage('document.cookie')).toBe('');

  const stranger = await browser.newContext();
  const other = await stranger.newPage();
  expect((await other.goto(link))?.status()).toBe(410);
  await other.getByRole('heading', { name: 'This link is no longer valid' }).waitFor();
  await other.getByText('fusebox dashboard').waitFor();
  expect((await other.goto(`${served.url}/ui/`))?.status()).toBe(401);
  await other.getByRole('heading', { name: 'This browser is not signed in' }).waitFor();
  await stranger.close();
});

test('what only an application can do is not offered', async () => {
  await page.getByText('Ready for requests.').waitFor();
  expect(await page.getByRole('switch', { name: 'Gateway' }).count()).toBe(0);
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Commands' });
  await palette.getByRole('option', { name: 'Copy local URL' }).waitFor();
  expect(await palette.getByRole('option', { name: /Stop gateway|Start gateway|updates/ }).count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Copy the gateway address' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await clipboard()).toBe(served.url);
});

test('an account is added by the address that the browser landed on', async () => {
  await page.getByRole('button', { name: 'Add Claude account' }).click();
  await card().getByText('does not load where this browser runs on another machine').waitFor();
  await card().getByRole('button', { name: 'Copy link', exact: true }).click();
  await card().getByRole('button', { name: 'Copied' }).waitFor();
  // On the owner's own machine nobody listens where this leads.
  const { headers } = await visit(await clipboard(), { stay: true });
  const field = card().getByRole('textbox');
  await field.fill('http://localhost/nonsense');
  await card().getByRole('button', { name: 'Use it' }).click();
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  await field.fill(String(headers.location));
  await card().getByRole('button', { name: 'Use it' }).click();
  await card()
    .getByRole('heading', { name: `${first} is added` })
    .waitFor();
  await row(first).getByText('Ready').waitFor();
  await dismiss();
  expect((await ask()).status).toBe(200);
});

test('the page of a sign-in opens in a tab that knows nothing of this one', async () => {
  anthropic.signIn.as = anthropic.accounts.find(({ email }) => email === second);
  await page.getByRole('button', { name: 'Add account' }).click();
  await page.getByRole('menuitem', { name: 'Claude', exact: true }).click();
  const opened = context.waitForEvent('page');
  await card().getByRole('button', { name: 'Open the page' }).click();
  const tab = await opened;
  // This browser runs where Fusebox does, so that it comes back by itself.
  await tab.getByRole('heading', { name: 'Signed in to Claude' }).waitFor();
  expect(await inPage('String(window.opener) + document.referrer', tab)).toBe('null');
  await tab.close();
  await row(second).getByText('Ready').waitFor();
  await dismiss();
});

test('an account is added by a code for another device', async () => {
  await page.getByRole('button', { name: 'Add account' }).click();
  await page.getByRole('menuitem', { name: 'Kimi', exact: true }).click();
  const code = await card().getByLabel('Code', { exact: true }).textContent();
  await card().getByRole('button', { name: 'Copy code' }).click();
  await expect.poll(clipboard).toBe(code);
  await card().getByRole('button', { name: 'Open the page' }).waitFor();
  kimi.devices.approve();
  await card().getByLabel('Name').fill('My Kimi');
  await page.keyboard.press('Enter');
  await card().getByRole('heading', { name: 'My Kimi is added' }).waitFor();
  await dismiss();
});

test('a key file is read by the browser, and goes along with what is submitted', async () => {
  await page.getByRole('button', { name: 'Add account' }).click();
  await page.getByRole('menuitem', { name: 'API key or key file' }).click();
  await page.getByRole('menuitem', { name: /^Vertex.*key file/ }).click();
  const chosen = page.waitForEvent('filechooser');
  await card().getByRole('button', { name: 'Choose file…' }).click();
  const buffer = Buffer.from('{"no":"key"}');
  await (await chosen).setFiles({ name: 'vertex.json', mimeType: 'application/json', buffer });
  await card().getByText('vertex.json').waitFor();
  const sent = page.waitForRequest((request) => request.url().endsWith('/ui/call/sign-in.submit'));
  await card().getByRole('button', { name: 'Add', exact: true }).click();
  expect((await sent).postDataJSON().fields).toMatchObject({ 'key-file': '{"no":"key"}' });
  await card().getByRole('button', { name: 'Cancel' }).click();
});

test('an account is paused and used again', async () => {
  for (const email of [first, second]) {
    await inUse(email).click();
    await row(email).getByText('Paused', { exact: true }).waitFor();
  }
  const before = anthropic.requests.length;
  expect((await ask()).status).not.toBe(200);
  expect(anthropic.requests.length).toBe(before);
  for (const email of [first, second]) {
    await inUse(email).click();
    await row(email).getByText('Ready').waitFor();
  }
  expect((await ask()).status).toBe(200);
});

const choose = async (email: string, item: string) => {
  await row(email)
    .getByRole('button', { name: `More for ${email}` })
    .click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('an account is tested, and its trail is one click away', async () => {
  await choose(first, 'Test');
  await row(first)
    .getByText(/^Answered in .* with claude-haiku-4-5/)
    .waitFor();
  await row(first).getByRole('link', { name: 'Show the whole trail' }).click();
  await page.getByText('its owner tests this account').first().waitFor();
  await page.keyboard.press('Escape');
  await rail(page, 'Panel').click();
});

test('an account is renamed, removed and brought back, by the keyboard', async () => {
  await choose('My Kimi', 'Name, priority, reserve, proxy…');
  await page.getByRole('form', { name: 'Settings of My Kimi' }).getByLabel('Name').fill('Our Kimi');
  await page.keyboard.press('Enter');
  await row('Our Kimi').waitFor();
  await choose('Our Kimi', 'Remove');
  await expect.poll(() => row('Our Kimi').count()).toBe(0);
  await page.keyboard.press('Enter');
  await row('Our Kimi').waitFor();
});

test('a proxy that tokens would go through is not set from a browser', async () => {
  await choose(first, 'Name, priority, reserve, proxy…');
  const form = page.getByRole('form', { name: `Settings of ${first}` });
  await form.getByLabel('Proxy').fill('http://evil.example:3128');
  await page.keyboard.press('Enter');
  await page.getByText('which cannot be changed from a browser').first().waitFor();
  await form.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
});

test('credential files are uploaded, and what is left out is said', async () => {
  const tokens = { access_token: 'sk-ant-oat01-uploaded', refresh_token: 'sk-ant-ort01-uploaded' };
  const file = { type: 'claude', email: 'up@example.com', ...tokens, expired: '2099-01-01T00:00:00Z' };
  await page.getByRole('button', { name: 'Add account' }).click();
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: 'Import credential files…' }).click();
  await (await chosen).setFiles([
    { name: 'claude.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) },
    { name: 'other.json', mimeType: 'application/json', buffer: Buffer.from('{"type":"unheard-of"}') },
  ]);
  await page.getByText('Imported 1 account.').waitFor();
  await page.getByText(/other\.json: .*unheard-of/).waitFor();
  await row('up@example.com').waitFor();
  await page
    .getByRole('status')
    .filter({ hasText: 'Imported' })
    .getByRole('button', { name: 'Dismiss', exact: true })
    .click();
});

test('requests show up as they end, are filtered, and are downloaded', async () => {
  await rail(page, 'Activity').click();
  await ask('nobodys-model');
  await requestRows(page).filter({ hasText: 'nobodys-model' }).getByText('Refused · 404').waitFor();
  await filterRequests(page);
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('gone');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export JSON' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('fusebox-requests.json');
  const gone = JSON.parse(await readFile(await saved.path(), 'utf8')) as { status: number }[];
  expect(new Set(gone.map(({ status }) => status))).toEqual(new Set([499]));
  await page.getByText('Your browser saves fusebox-requests.json.').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
});

test('rules of models are written into the settings', async () => {
  await rail(page, 'Models').click();
  await page.getByRole('row').filter({ hasText: 'claude-opus-4-8' }).first().waitFor();
  await writeModelRules(page);
  expect(await served.settings()).toMatchObject(writtenRules);
});

test('a tool where Fusebox runs is connected, with its lines shown before', async () => {
  await rail(page, 'Tools').click();
  await page.getByRole('heading', { name: 'Where Fusebox runs' }).waitFor();
  await lookAtAmpPlan(page, [`  "amp.url": "${served.url}"`, '  "amp.url": "https://ampcode.com"']);
  expect(await readFile(join(served.home, ampFile), 'utf8')).toBe(amp);
  await connectAmp(page);
  expect(await readFile(join(served.home, ampFile), 'utf8')).toBe(amp.replace('https://ampcode.com', served.url));
});

test('settings are edited, but for where tokens are sent', async () => {
  await rail(page, 'Settings').click();
  const groups = page.getByRole('navigation', { name: 'Groups of settings' });
  await groups.getByRole('link', { name: 'About' }).waitFor();
  expect(await groups.getByRole('link', { name: 'Notifications' }).count()).toBe(0);
  await groups.getByRole('link', { name: 'Gateway' }).click();
  await correctNumber(page, served.settings);
  const field = page.getByRole('textbox', { name: 'Proxy URL' });
  await field.fill('http://evil.example:3128');
  await page.keyboard.press('Enter');
  await page.getByText('which cannot be changed from a browser').first().waitFor();
  expect((await served.settings())['proxy-url']).toBeUndefined();
});

test('e-mail addresses are hidden here too, when the owner wants that', async () => {
  await inPage(
    `fetch('call/settings.set', { method: 'POST', headers: { 'content-type': 'application/json', 'x-fusebox-ui': '1' }, body: '{"path":["desktop","hide-emails"],"value":true}' })`,
  );
  await rail(page, 'Panel').click();
  await expect.poll(() => page.getByText(first).count()).toBe(0);
  await inPage(
    `fetch('call/settings.set', { method: 'POST', headers: { 'content-type': 'application/json', 'x-fusebox-ui': '1' }, body: '{"path":["desktop","hide-emails"],"value":null}' })`,
  );
  await row(first).waitFor();
});

test.each(['light', 'dark'] as const)('axe finds nothing on any page in the %s theme', async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  await inPage(axe.source);
  const violations = (where: Page = page) =>
    inPage<unknown[]>(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))',
      where,
    );
  const headings = { Panel: 'Circuits', Activity: 'Activity', Models: 'Models', Tools: 'Tools', Settings: 'Settings' };
  for (const [name, heading] of Object.entries(headings)) {
    await rail(page, name).click();
    await page.getByRole('heading', { name: heading, exact: true }).first().waitFor({ state: 'attached' });
    expect(await violations(), name).toEqual([]);
  }
  const stranger = await browser.newContext({ colorScheme });
  const plain = await stranger.newPage();
  await plain.goto(`${served.url}/ui/`);
  await inPage(axe.source, plain);
  expect(await violations(plain)).toEqual([]);
  await stranger.close();
});

test('a page of another origin can neither call, frame nor post, although the browser is signed in', async () => {
  const statuses: number[] = [];
  const web = createWebServer((_req, res) => res.setHeader('content-type', 'text/html').end('<form method="post">'));
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  const evil = await context.newPage();
  evil.on('response', (response) => {
    if (response.url().startsWith(served.url)) statuses.push(response.status());
  });
  const body = JSON.stringify({ id: first, paused: true });
  for (const host of ['127.0.0.1', 'localhost']) {
    await evil.goto(`http://${host}:${port}/`);
    await inPage(
      `Promise.all([
        fetch('${served.url}/ui/call/account.pause', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '${body}' }).catch(() => {}),
        fetch('${served.url}/ui/events', { mode: 'no-cors', credentials: 'include' }).catch(() => {}),
        fetch('${served.url}/ui/call/state.get', { method: 'POST', credentials: 'include', headers: { 'x-fusebox-ui': '1' } }).catch(() => {}),
      ])`,
      evil,
    );
    const arrived = evil.waitForURL(/sign-out/);
    await inPage(`document.forms[0].action = '${served.url}/ui/sign-out'; document.forms[0].submit()`, evil);
    await arrived;
  }
  await evil.goto(`http://127.0.0.1:${port}/`);
  await inPage(
    `new Promise((resolve) => document.body.append(Object.assign(document.createElement('iframe'), { src: '${served.url}/ui/', onload: resolve })))`,
    evil,
  );
  expect(evil.frames().some((frame) => frame !== evil.mainFrame() && frame.url().startsWith(served.url))).toBe(false);
  await evil.close();
  web.close();
  expect(new Set(statuses.filter((status) => status !== 200))).toEqual(new Set([403]));
  await rail(page, 'Panel').click();
  await row(first).getByText('Ready').waitFor();
});

test('copying works where a page has no clipboard of its own, as over plain HTTP', async () => {
  await inPage(`navigator.clipboard.writeText('something else')`);
  const bare = await context.newPage();
  await bare.addInitScript(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`);
  await bare.goto(`${served.url}/ui/`);
  await bare.getByRole('button', { name: 'Copy the gateway address' }).click();
  await bare.getByRole('button', { name: 'Copied' }).waitFor();
  await bare.close();
  expect(await clipboard()).toBe(served.url);
});

test('it works through a tunnel, under whatever port that has', async () => {
  const tunnel = createTcpServer((near) => {
    const far = connect(Number(new URL(served.url).port), '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
  });
  tunnel.listen(0, '127.0.0.1');
  await once(tunnel, 'listening');
  const { port } = tunnel.address() as AddressInfo;
  const there = await context.newPage();
  await there.goto((await served.link()).replace(served.url, `http://localhost:${port}`));
  const account = there.getByRole('listitem', { name: second, exact: true });
  await account.getByRole('switch').click();
  await account.getByText('Paused', { exact: true }).waitFor();
  // The window without a tunnel has been told, and its session is another one.
  await row(second).getByText('Paused', { exact: true }).waitFor();
  await there.getByRole('button', { name: 'Sign out' }).click();
  await there.getByRole('heading', { name: 'This browser is not signed in' }).waitFor();
  await there.close();
  await inUse(second).click();
  await row(second).getByText('Ready').waitFor();
  tunnel.close();
});

test('no page, no log and no address has had a secret, and nothing broke the policy', async () => {
  const state = await inPage<string>(
    `fetch('call/state.get', { method: 'POST', headers: { 'content-type': 'application/json', 'x-fusebox-ui': '1' }, body: 'null' }).then((answer) => answer.text())`,
  );
  expect(JSON.parse(state)).toMatchObject({ ok: true });
  const secrets = [...anthropic.accounts.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])];
  for (const secret of [...secrets, 'sk-ant-oat01-uploaded']) {
    expect(state).not.toContain(secret);
    expect(served.printed()).not.toContain(secret);
  }
  expect(complaints).toEqual([]);
});

test('when Fusebox stops the window says so, and after a new start it asks for a new link', async () => {
  await served.stop();
  await page.getByRole('alert').getByText('Fusebox does not answer.').waitFor();
  await served.start();
  await page.getByRole('alert').getByText('This browser is signed out.').waitFor({ timeout: 30_000 });
  await page.reload();
  await page.getByRole('heading', { name: 'This browser is not signed in' }).waitFor();
  await page.goto(await served.link());
  await row(first).getByText('Ready').waitFor();
});
