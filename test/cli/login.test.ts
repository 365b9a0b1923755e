import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { visit } from '../accounts/sign-in/browser.ts';
import { isListening, occupy } from '../accounts/sign-in/stand.ts';
import { type FakeAnthropic, type FakeAnthropicOptions, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { type Fusebox, type Home, newHome, placeOf, run, serve, start } from './fusebox.ts';

async function claude(options: FakeAnthropicOptions = {}): Promise<{ fake: FakeAnthropic; home: Home }> {
  const fake = await startFakeAnthropic(options);
  onTestFinished(() => fake.close());
  const endpoints = { claude: { api: fake.url, authorize: fake.authorizeUrl, token: fake.tokenUrl } };
  return { fake, home: await newHome({ endpoints }) };
}

/** A program that goes where a browser would, all by itself. */
async function scriptedBrowser({ dir }: Home): Promise<string> {
  const file = join(dir, 'browser');
  await writeFile(file, `#!${process.execPath}\nfetch(process.argv[2]).then((answer) => answer.text());\n`);
  await chmod(file, 0o755);
  return file;
}

const login = (home: Home, ...more: string[]): Fusebox =>
  start(['login', 'claude', ...placeOf(home), ...more], home.env);

const list = async (home: Home) =>
  JSON.parse((await run(['accounts', '--json', ...placeOf(home)], home)).stdout) as { label: string; status: string }[];

/** The addresses that it printed: of the page, and of the one that shows a code. */
async function addresses(fusebox: Fusebox): Promise<{ page: string; manual: string }> {
  const [, manual = ''] = await fusebox.prints(/paste the code it shows:\n\n {2}(http\S+)\n/);
  const [, page = ''] = await fusebox.prints(/open this page:\n\n {2}(http\S+)\n/);
  return { page, manual };
}

describe.each(['alone', 'through the running gateway'])('fusebox login, %s', (how) => {
  const withGateway = async (home: Home) => {
    if (how !== 'alone') await serve(home);
  };

  it('prints the address, waits for the browser, and adds the account', async () => {
    const { home } = await claude();
    await withGateway(home);
    const fusebox = login(home, '--no-browser');
    const { page } = await addresses(fusebox);
    const visited = await visit(page);
    const { code, stdout, stderr } = await fusebox.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Waiting for the browser on port');
    expect(stdout).toContain('Added Claude account owner@example.com');
    expect(visited.status).toBe(200);
    expect(await list(home)).toMatchObject([{ label: 'owner@example.com', status: 'ready' }]);
  });

  it('takes the code of the page that a browser elsewhere shows, as over SSH', async () => {
    const { home, fake } = await claude();
    await withGateway(home);
    const fusebox = login(home, '--no-browser', '--label', 'Server');
    const { manual } = await addresses(fusebox);
    fusebox.types('this is nothing');
    await expect.poll(() => fusebox.stderr).toContain('Paste the whole address');
    const { headers } = await visit(manual, { stay: true });
    const shown = new URL(String(headers.location)).searchParams;
    fusebox.types(`${shown.get('code')}#${shown.get('state')}`);
    const { code, stdout } = await fusebox.ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining('Added Claude account Server')]);
    const { accessToken, refreshToken } = fake.account;
    for (const secret of [accessToken, refreshToken]) expect(fusebox.stdout + fusebox.stderr).not.toContain(secret);
    // Signing in again updates the account and keeps its name.
    const again = login(home, '--no-browser');
    await visit((await addresses(again)).page);
    expect((await again.ended).stdout).toContain('Signed in again: Claude account Server');
    expect(await list(home)).toHaveLength(1);
  });

  it('ends with 130 on Ctrl-C, with the port free and nothing added', async () => {
    const { home } = await claude();
    // So that it takes a port which nobody else is after.
    await occupy(54545).catch(() => {});
    await withGateway(home);
    const fusebox = login(home, '--no-browser');
    await addresses(fusebox);
    const [, port = ''] = await fusebox.prints(/on port (\d+)/);
    const { code, signal, stdout } = await fusebox.stop('SIGINT');
    expect([code, signal]).toEqual([130, null]);
    expect(stdout).toContain('Cancelled. No account was added.');
    await expect.poll(() => isListening(Number(port))).toBe(false);
    expect(await list(home)).toEqual([]);
  });

  it('ends with 1 and says why when the provider refuses', async () => {
    const { home, fake } = await claude();
    await withGateway(home);
    fake.signIn.refusal = { error: 'access_denied', description: 'Not with this account' };
    const fusebox = login(home, '--no-browser');
    await visit((await addresses(fusebox)).page);
    const { code, stderr } = await fusebox.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('Not with this account')]);
  });

  it('opens the browser by itself', async () => {
    const { home } = await claude();
    await withGateway(home);
    home.env.BROWSER = await scriptedBrowser(home);
    const { code, stdout } = await login(home).ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining('Added Claude account owner@example.com')]);
  });

  it('asks for a key, and adds it without showing it', async () => {
    const { home, fake } = await claude();
    await withGateway(home);
    const fusebox = login(home, '--method', 'api-key');
    await fusebox.prints(/api-key:/);
    fusebox.types('');
    fusebox.types(fake.apiKey);
    for (let field = 0; field < 3; field++) fusebox.types('');
    const { code, stdout, stderr } = await fusebox.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Added Claude account');
    expect(stdout).not.toContain(fake.apiKey);
  });
});

describe('fusebox login', () => {
  it('names who holds the port, and uses another one', async () => {
    const { home } = await claude();
    // Somebody else may hold it already: that is what this test is about, too.
    await occupy(54545).catch(() => {});
    const fusebox = login(home, '--no-browser');
    const { page } = await addresses(fusebox);
    expect(fusebox.stdout).toMatch(/Port 54545 is taken( by .+ \(process \d+\))?\./);
    await visit(page);
    expect((await fusebox.ended).code).toBe(0);
  });

  it.each([
    [['nobody'], 'There is no provider nobody. There are: claude'],
    [['claude', '--method', 'device'], 'Claude accounts cannot be added by device'],
    [['claude', '--proxy-url', 'gopher://x'], '--proxy-url: must be direct'],
  ])('%j is refused in words', async (args, text) => {
    const { home } = await claude();
    const { code, stderr, stdout } = await run(['login', ...args, ...placeOf(home)], home);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(text);
  });

  it('does nothing with settings that cannot be used', async () => {
    const home = await newHome('port: many');
    const { code, stderr } = await run(['login', 'claude', ...placeOf(home)], home);
    expect([code, stderr]).toEqual([1, expect.stringContaining('port')]);
  });
});

describe.each(['alone', 'through the running gateway'])('fusebox accounts, %s', (how) => {
  async function homeWithAccount() {
    const { home } = await claude();
    home.env.BROWSER = await scriptedBrowser(home);
    expect((await login(home).ended).code).toBe(0);
    if (how !== 'alone') await serve(home);
    const accounts = (...args: string[]) => run(['accounts', ...args, ...placeOf(home)], home);
    return { home, accounts };
  }

  it('lists, pauses, resumes and removes by label or id', async () => {
    const { accounts, home } = await homeWithAccount();
    const shown = await accounts();
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toMatch(
      /^Provider +Account +State +Left +Id\nClaude +owner@example\.com +ready +- +claude:\S+\n$/,
    );
    const id = /claude:\S+/.exec(shown.stdout)?.[0] ?? '';
    expect((await accounts('pause', 'Owner@example.com')).stdout).toBe('Paused Claude account owner@example.com\n');
    expect(await list(home)).toMatchObject([{ status: 'paused' }]);
    expect((await accounts('resume', id)).code).toBe(0);
    expect(await list(home)).toMatchObject([{ status: 'ready' }]);
    expect((await accounts('remove', id)).stdout).toBe('Removed Claude account owner@example.com\n');
    expect((await accounts()).stdout).toContain('no accounts yet');
  });

  it('tests an account with one tiny request, which takes a running gateway', async () => {
    const { accounts } = await homeWithAccount();
    const { code, stdout, stderr } = await accounts('test', 'owner@example.com');
    if (how === 'alone') expect([code, stderr]).toEqual([1, expect.stringContaining('Fusebox is not running')]);
    else {
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^Claude account owner@example\.com: answered in \d+ ms with claude-haiku-4-5-\d+\n$/);
    }
  });

  it('refuses what it does not know', async () => {
    const { accounts } = await homeWithAccount();
    expect(await accounts('pause', 'nobody')).toMatchObject({ code: 1, stderr: 'There is no account nobody.\n' });
    expect(await accounts('pause')).toMatchObject({ code: 1, stderr: expect.stringContaining('Name the account') });
    expect((await accounts('explode', 'x')).code).toBe(1);
  });
});
