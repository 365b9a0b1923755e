import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { visit } from '../accounts/sign-in/browser.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import type { FakeDeviceService } from '../upstreams/oauth/device-service.ts';
import { startFakeKimi } from '../upstreams/oauth/kimi.ts';
import { launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';
import { type BrowserStub, stubBrowser } from './browser-stub.ts';
import { stubNotices } from './notice-stub.ts';

const [first, second] = ['owner@example.com', 'team@example.com'];
let anthropic: FakeAnthropic;
let kimi: FakeDeviceService;
let place: Place;
let running: RunningApp;
let page: Page;
let browser: BrowserStub;
/** Every token that was ever issued. */
const issued = new Set<string>();

beforeAll(async () => {
  kimi = await startFakeKimi(Date.now);
  anthropic = await startFakeAnthropic({ accounts: [{ email: first }, { email: second }] });
  const claude = { api: anthropic.origin, authorize: anthropic.authorizeUrl, token: anthropic.tokenUrl };
  const endpoints = { claude, kimi: { authorize: kimi.deviceUrl, token: kimi.tokenUrl } };
  place = await makePlace({ endpoints, ampcode: { 'upstream-url': '' } });
  running = await launch(place);
  page = await running.window();
  browser = await stubBrowser(running);
  await untilAnswers(place.url, true);
});

afterAll(async () => {
  await running?.quit();
  await anthropic?.close();
  await kimi?.close();
  await place?.remove();
});

const row = (email: string) => page.getByRole('listitem', { name: email, exact: true });
const card = () => page.getByRole('listitem', { name: /^(Add |Sign in again|.* is added|.* is signed in)/ }).last();
const hasFocus = (element: ReturnType<typeof card>) =>
  expect.poll(() => element.evaluate((it) => it === it.ownerDocument.activeElement)).toBe(true);

async function startByMenu(name = 'Claude'): Promise<string> {
  await page.getByRole('button', { name: 'Add account' }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
  return browser.opened();
}

/** The owner agrees on the page that was opened, and sees the page they come back to through to its end. */
async function agree(address: string): Promise<string> {
  let page = await visit(address);
  while (page.headers.refresh) page = await visit(page.url);
  for (const { accessToken, refreshToken } of anthropic.accounts) issued.add(accessToken).add(refreshToken);
  return page.body;
}

async function signInAs(email: string): Promise<void> {
  anthropic.signIn.as = anthropic.accounts.find((account) => account.email === email);
}

const untilRunning = (count: number) =>
  expect.poll(() => page.getByRole('button', { name: 'Cancel' }).count()).toBe(count);

const dismiss = () => card().getByRole('button', { name: 'Dismiss' }).click();

const ask = () =>
  fetch(`${place.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }),
  });

test('after Cancel nobody listens any more, and the window is as before', async () => {
  await page.getByText('No accounts yet').waitFor();
  await page.getByRole('button', { name: 'Add Claude account' }).click();
  const address = await browser.opened();
  await card().getByRole('button', { name: 'Cancel' }).click();
  await untilRunning(0);
  await expect(visit(address)).rejects.toThrow('ECONNREFUSED');
});

test('one click in the empty window adds a Claude account, which then serves', async () => {
  await page.getByRole('button', { name: 'Add Claude account' }).click();
  const address = await browser.opened();
  expect(address.startsWith(anthropic.authorizeUrl)).toBe(true);
  await card()
    .getByText(/Waiting( for you)? on port \d+/)
    .waitFor();
  await hasFocus(card().getByRole('heading', { name: 'Add Claude account' }));
  expect(await card().getByRole('timer').textContent()).toMatch(/^[45]:\d\d left$/);
  await agree(address);
  await card()
    .getByRole('heading', { name: `${first} is added` })
    .waitFor();
  await page
    .getByRole('status')
    .filter({ hasText: `${first} is added` })
    .waitFor({ state: 'attached' });
  await row(first).getByText('Ready').waitFor();
  expect((await ask()).status).toBe(200);
  await dismiss();
  await hasFocus(page.getByRole('button', { name: 'Add account' }));
  expect(await page.getByRole('button', { name: 'Dismiss' }).count()).toBe(0);
});

test('the link can be copied and the page opened again', async () => {
  const address = await startByMenu();
  await running.app.evaluate(({ clipboard }) => clipboard.clear());
  await card().getByRole('button', { name: 'Copy link', exact: true }).click();
  await card().getByRole('button', { name: 'Copied' }).waitFor();
  expect(await running.app.evaluate(({ clipboard }) => clipboard.readText())).toBe(address);
  await card().getByRole('button', { name: 'Open again' }).click();
  expect(await browser.opened()).toBe(address);
});

test('a second sign-in runs beside the first; Cancel ends one and frees nothing of the other', async () => {
  const other = await startByMenu();
  await untilRunning(2);
  await page.getByRole('button', { name: 'Cancel' }).first().click();
  await untilRunning(1);
  await signInAs(second);
  await agree(other);
  await card()
    .getByRole('heading', { name: `${second} is added` })
    .waitFor();
  await row(second).getByText('Ready').waitFor();
  await dismiss();
});

test('a refusal is told in words, and trying again works', async () => {
  anthropic.signIn.refusal = { error: 'access_denied', description: 'The owner said no' };
  expect(await agree(await startByMenu())).toContain('The owner said no');
  await card().getByText('The owner said no').waitFor();
  anthropic.signIn.refusal = undefined;
  await card().getByRole('button', { name: 'Try again' }).click();
  await agree(await browser.opened());
  await card()
    .getByRole('heading', { name: `${second} is signed in again` })
    .waitFor();
  await dismiss();
  expect(await page.getByRole('switch', { name: /^Use / }).count()).toBe(2);
});

test('a pasted address ends the sign-in; one that is none says so and nothing is lost', async () => {
  const { headers } = await visit(await startByMenu(), { stay: true });
  const field = card().getByRole('textbox', { name: /Paste its address/ });
  await field.fill('https://example.com/somewhere');
  await page.keyboard.press('Enter');
  await card().getByText('That is no address of a finished sign-in').waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  await field.fill(String(headers.location));
  await page.keyboard.press('Enter');
  await card()
    .getByRole('heading', { name: `${second} is signed in again` })
    .waitFor();
  await dismiss();
});

test('a taken port is named, and the sign-in goes on at another one', async () => {
  const holder = createServer((socket) => socket.destroy());
  // Whoever else may hold it does as well.
  const held = new Promise<void>((resolve) =>
    holder.once('error', () => resolve()).listen(54_545, '127.0.0.1', resolve),
  );
  await held;
  const address = await startByMenu();
  await card()
    .getByText(/Port 54545 is taken by .+\. Waiting on port \d+ instead\./)
    .waitFor();
  await agree(address);
  await card()
    .getByRole('heading', { name: `${second} is signed in again` })
    .waitFor();
  await dismiss();
  if (!holder.listening) return;
  holder.close();
  await once(holder, 'close');
});

test('an account whose tokens are dead is told of once; its notice leads to it, and it is signed in again in place', async () => {
  const notices = await stubNotices(running);
  const [account] = anthropic.accounts;
  if (!account) throw new Error('no account');
  account.expired = true;
  account.refreshToken = 'another';
  await pauseOnly(second);
  expect((await ask()).status).not.toBe(200);
  const word = row(first).getByRole('button', { name: 'Needs sign-in' });
  await word.waitFor();
  expect(await notices.titles()).toEqual([`${first} needs a new sign-in`]);

  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  await notices.click();
  await hasFocus(row(first));

  await signInAs(first);
  await word.click();
  await card()
    .getByRole('heading', { name: `Sign in again: ${first}` })
    .waitFor();
  await agree(await browser.opened());
  await card()
    .getByRole('heading', { name: `${first} is signed in again` })
    .waitFor();
  await row(first).getByText('Ready').waitFor();
  expect((await ask()).status).toBe(200);
  expect(await notices.titles()).toHaveLength(1);
  await dismiss();
});

async function pauseOnly(email: string): Promise<void> {
  await page.getByRole('switch', { name: `Use ${email}` }).click();
  await row(email).getByText('Paused', { exact: true }).waitFor();
}

test('an API key is asked for in covered fields; a wrong one names its field', async () => {
  await page.getByRole('button', { name: 'Add account' }).click();
  await page.getByRole('menuitem', { name: 'API key or key file' }).click();
  await page.getByRole('menuitem', { name: 'Claude (API key)' }).click();
  const key = card().getByLabel('API key');
  expect(await key.getAttribute('type')).toBe('password');
  await card().getByLabel('Name (optional)').fill('Work key');
  await key.fill('nonsense');
  await page.keyboard.press('Enter');
  await card()
    .getByText(/API key: keys of this provider begin with/)
    .waitFor();
  await hasFocus(key);
  await key.fill(anthropic.apiKey);
  await page.keyboard.press('Enter');
  await card().getByRole('heading', { name: 'Work key is added' }).waitFor();
  await row('Work key').getByText('API key').waitFor();
  await dismiss();
});

test('a key file is read outside of the window', async () => {
  const file = path.join(place.home, 'service-account.json');
  await writeFile(file, JSON.stringify({ type: 'authorized_user', marker: 'text-of-the-key-file' }));
  await running.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, file);
  await page.getByRole('button', { name: 'Add account' }).click();
  await page.getByRole('menuitem', { name: 'API key or key file' }).click();
  await page.getByRole('menuitem', { name: 'Vertex AI (key file)' }).click();
  await card().getByRole('button', { name: 'Choose file…' }).click();
  await card().getByText('service-account.json').waitFor();
  await card().getByRole('button', { name: 'Add', exact: true }).click();
  await card()
    .getByText(/Key file.*Correct it and try again/)
    .waitFor();
  await card().getByRole('button', { name: 'Cancel' }).click();
  issued.add('text-of-the-key-file');
});

test('a code is shown to be typed elsewhere, and a provider that does not say who signed in has the owner say it', async () => {
  expect(new URL(await startByMenu('Kimi')).host).toBe('www.kimi.com');
  const code = card().getByRole('status', { name: 'Code' });
  await code.waitFor();
  await running.app.evaluate(({ clipboard }) => clipboard.clear());
  await card().getByRole('button', { name: 'Copy code' }).click();
  const shown = await code.textContent();
  await expect.poll(() => running.app.evaluate(({ clipboard }) => clipboard.readText())).toBe(shown);
  kimi.devices.approve();
  await card().getByText('What shall this account be called?').waitFor();
  await card().getByRole('button', { name: 'Continue' }).click();
  await card().getByText('Write a name.').waitFor();
  await card().getByLabel('Name').fill('My Kimi');
  await page.keyboard.press('Enter');
  await card().getByRole('heading', { name: 'My Kimi is added' }).waitFor();
  for (const secret of kimi.secrets) issued.add(secret);
  await dismiss();
});

test('name and priority are edited in the row, and wrong values say what is right', async () => {
  await openRowMenu('Work key', 'Name, priority, reserve, proxy…');
  const form = page.getByRole('form', { name: 'Settings of Work key' });
  await hasFocus(form.getByLabel('Name'));
  await form.getByLabel('Priority').fill('high');
  await page.keyboard.press('Enter');
  await form.getByText('A whole number from -1000 to 1000.').waitFor();
  await form.getByLabel('Priority').fill('7');
  await form.getByLabel('Name').fill('Team key');
  await page.keyboard.press('Enter');
  await row('Team key').getByText('Priority 7').waitFor();
  await hasFocus(page.getByRole('button', { name: 'More for Team key' }));
});

test('Up and Down lead from the switch of one account to that of the next', async () => {
  const switches = page.getByRole('list').getByRole('switch');
  expect(await switches.count()).toBeGreaterThan(1);
  await switches.nth(0).focus();
  await page.keyboard.press('ArrowDown');
  await hasFocus(switches.nth(1));
  await page.keyboard.press('ArrowUp');
  await hasFocus(switches.nth(0));
  await page.keyboard.press('ArrowUp');
  await hasFocus(switches.nth(0));
});

test('a removed account can be brought back with all that was set', async () => {
  await openRowMenu('Team key', 'Remove');
  const undo = page.getByRole('button', { name: 'Undo' });
  await hasFocus(undo);
  await expect.poll(() => row('Team key').count()).toBe(0);
  await page.keyboard.press('Enter');
  await row('Team key').getByText('Priority 7').waitFor();
});

async function openRowMenu(label: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${label}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('no token is in the page, its memory, its state or the log', async () => {
  const state = JSON.stringify(await page.evaluate("fusebox.call('state.get')"));
  const memory = await heapOf(page);
  expect(memory, 'the snapshot holds the strings of the page').toContain(first);
  for (const { json } of anthropic.requests) collectSecrets(json);
  expect(issued.size).toBeGreaterThan(8);
  for (const secret of issued) {
    expect(memory.includes(secret), 'memory').toBe(false);
    expect(state).not.toContain(secret);
    expect(running.log()).not.toContain(secret);
  }
  expect(running.complaints).toEqual([]);
});

/** What proves a sign-in beside the tokens themselves. */
function collectSecrets(body: unknown): void {
  const { code_verifier: verifier } = Object(body) as { code_verifier?: unknown };
  if (typeof verifier === 'string') issued.add(verifier);
}

/** Every string that the page's scripts can reach. */
async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  let text = '';
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
    text += chunk;
  });
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return text;
}
