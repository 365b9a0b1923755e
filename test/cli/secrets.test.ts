import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { call, RawConnection } from '../amp/control-plane/stand.ts';
import { hello } from '../engine/harness.ts';
import { type FakeAmp, startFakeAmp } from '../upstreams/amp/server.ts';
import { newToken } from '../upstreams/anthropic/accounts.ts';
import { errors } from '../upstreams/anthropic/errors.ts';
import { fails, rateLimited, says } from '../upstreams/anthropic/replies.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { type Fusebox, type Home, newHome, placeOf, run, serve } from './fusebox.ts';

const localKeys = ['local-key-one+/=%&', 'local-key-of-a-colleague'];
const [localKey = ''] = localKeys;
const vaultKey = 'a passphrase that opens the vault';
const wrongKey = 'sk-somebody-elses-real-key-sent-here-by-mistake';
const proxyPassword = 'proxy-password-4711';
const headerSecret = 'company-header-secret-0815';
const deadKey = newToken('api03');
const colleaguesAmpToken = 'sgamp_user_of_the_colleague_123456';

/** All secrets of one run, by what they are. Tokens that are replaced on the way stay in the list. */
type Secrets = Map<string, string>;

it('no secret is printed, logged, answered or written outside the vault', { timeout: 40_000 }, async () => {
  const [anthropic, amp] = await Promise.all([startFakeAnthropic(), startFakeAmp()]);
  onTestFinished(async () => {
    await Promise.all([anthropic.close(), amp.close()]);
  });
  const home = await newHome(settingsFor(anthropic, amp), { AMP_API_KEY: amp.token, FUSEBOX_VAULT_KEY: vaultKey });
  const secrets = secretsOf(anthropic, amp);
  const fusebox = await serve(home);
  const shown: string[] = [];
  await useCommands(home, anthropic, shown);
  await useGateway(fusebox, anthropic, shown);
  await useAmp(fusebox, amp, shown);
  await refresh(fusebox, anthropic, secrets, shown);
  await breakUpstreams(fusebox, anthropic, shown);
  await breakSettings(home, fusebox);
  await useCommands(home, anthropic, shown);
  secrets.set('management token', await managementToken(home));
  await fusebox.stop();

  const log = `${fusebox.stdout}${fusebox.stderr}`;
  const files = await filesIn(home.dataDir);
  expect([...files.keys()]).toEqual(
    expect.arrayContaining(['vault.json', 'logs/fusebox.log', 'amp-credit.json', 'journal.db']),
  );
  const exchanges = [...files].filter(([name]) => name.startsWith('logs/requests/'));
  expect(exchanges.length).toBeGreaterThan(10);
  expect(exchanges.map(([, text]) => text).join('')).toContain('[redacted');
  expect(files.get('journal.db')).toContain('[redacted');
  expect(log.match(/"level":"debug"/g)?.length).toBeGreaterThan(3);
  const places = new Map([['stdout and stderr', log], ['answers and commands', shown.join('\n')], ...files]);
  expect(found(secrets, places)).toEqual([]);
  // The search itself works: the settings hold some of them, and only those.
  const inSettings = found(secrets, new Map([['settings', await readFile(home.config, 'utf8')]]));
  expect(inSettings).toContain('API key in settings (plain)');
});

function settingsFor(anthropic: FakeAnthropic, amp: FakeAmp): object {
  return {
    debug: true,
    'logging-to-file': true,
    'request-log': true,
    'api-keys': localKeys,
    endpoints: { claude: { api: anthropic.url, token: anthropic.tokenUrl } },
    ampcode: {
      'upstream-url': amp.url,
      'upstream-api-keys': [{ 'upstream-api-key': colleaguesAmpToken, 'api-keys': [localKeys[1]] }],
    },
    'claude-api-key': [
      { 'api-key': anthropic.apiKey, 'base-url': anthropic.url, priority: -1, headers: { 'x-company': headerSecret } },
      {
        'api-key': deadKey,
        'base-url': 'http://127.0.0.1:9',
        priority: -2,
        'proxy-url': `http://user:${proxyPassword}@127.0.0.1:9`,
      },
    ],
  };
}

function secretsOf({ account, apiKey }: FakeAnthropic, amp: FakeAmp): Secrets {
  return new Map([
    ['access token', account.accessToken],
    ['refresh token', account.refreshToken],
    ['API key in settings', apiKey],
    ['API key of an unreachable host', deadKey],
    ['header in settings', headerSecret],
    ['proxy password', proxyPassword],
    ["the owner's Amp token", amp.token],
    ["a colleague's Amp token", colleaguesAmpToken],
    ['vault key', vaultKey],
    ['wrong key of a client', wrongKey],
    ...localKeys.map((key, index) => [`local key ${index}`, key] as const),
  ]);
}

async function post(url: string, path: string, headers: Record<string, string>, body: object, shown: string[]) {
  const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
  const answer = await call(url, path, options, JSON.stringify(body));
  shown.push(JSON.stringify(answer.rawHeaders), answer.text);
  return answer.status;
}

const right = { authorization: `Bearer ${localKey}` };

/** Imports the subscription, and asks everything that the command line can tell. */
async function useCommands(home: Home, { account }: FakeAnthropic, shown: string[]): Promise<void> {
  const folder = join(home.dir, 'auths');
  const { email, accessToken, refreshToken } = account;
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'login.json'),
    JSON.stringify({ type: 'claude', email, access_token: accessToken, refresh_token: refreshToken }),
  );
  await writeFile(join(folder, 'broken.json'), `{"type":"claude","access_token":"${accessToken}"`);
  const commands = [['import', folder], ['status'], ['status', '--json'], ['doctor'], ['doctor', '--json']];
  for (const [name = '', ...more] of commands) {
    const { stdout, stderr } = await run([name, ...more, ...placeOf(home)], home);
    shown.push(stdout, stderr);
  }
}

/** Right and wrong keys in every place, success of every kind, nonsense. */
async function useGateway(
  { url }: Fusebox & { url: string },
  anthropic: FakeAnthropic,
  shown: string[],
): Promise<void> {
  const path = '/v1/messages';
  const inQuery = (key: string) => `${path}?key=${encodeURIComponent(key)}&auth_token=${encodeURIComponent(key)}`;
  expect(await post(url, path, right, hello, shown)).toBe(200);
  expect(await post(url, path, right, { ...hello, stream: true }, shown)).toBe(200);
  expect(await post(url, inQuery(localKey), {}, hello, shown)).toBe(200);
  expect(await post(url, inQuery(wrongKey), {}, hello, shown)).toBe(401);
  expect(await post(url, path, { 'x-api-key': wrongKey }, hello, shown)).toBe(401);
  expect(await post(url, `/nowhere?key=${wrongKey}`, right, hello, shown)).toBe(404);
  expect(await post(url, path, right, { ...hello, model: 'gpt-9' }, shown)).toBe(404);
  expect(await post(url, '/v0/management/state', { authorization: `Bearer ${wrongKey}` }, {}, shown)).toBe(404);
  const client = new RawConnection(url);
  client.send(`GET / HTTP/1.1`, `Authorization Bearer ${wrongKey}`, '', '');
  shown.push(await client.ended());
  expect(anthropic.violations).toEqual([]);
}

async function useAmp({ url }: Fusebox & { url: string }, amp: FakeAmp, shown: string[]): Promise<void> {
  const asColleague = { 'x-api-key': localKeys[1] ?? '' };
  const unknown = { ...hello, model: 'somebody-elses-model' };
  expect(await post(url, '/api/provider/anthropic/v1/messages', right, unknown, shown)).toBe(200);
  expect(await post(url, `/api/user?auth_token=${encodeURIComponent(localKey)}`, {}, {}, shown)).toBe(200);
  expect(await post(url, '/api/user', asColleague, {}, shown)).toBe(401);
  expect(await post(url, '/api/user', { authorization: `Bearer ${amp.token}` }, {}, shown)).toBe(200);
  expect(await post(url, `/api/user?key=${wrongKey}`, {}, {}, shown)).toBe(401);
  const page = await call(url, `/threads?key=${encodeURIComponent(localKey)}`, { headers: { accept: 'text/html' } });
  shown.push(JSON.stringify(page.rawHeaders));
  const socket = new WebSocket(`${url.replace('http', 'ws')}/websocket`, { headers: right });
  await once(socket, 'open');
  socket.send('hello');
  await once(socket, 'message');
  socket.close();
  await once(socket, 'close');
  await once(new WebSocket(`${url.replace('http', 'ws')}/websocket?key=${wrongKey}`), 'error');
}

/** The access token is refused and replaced, then the refresh token is refused too. */
async function refresh(
  { url }: Fusebox & { url: string },
  { account }: FakeAnthropic,
  secrets: Secrets,
  shown: string[],
): Promise<void> {
  account.expired = true;
  expect(await post(url, '/v1/messages', right, hello, shown)).toBe(200);
  expect(account.accessToken).not.toBe(secrets.get('access token'));
  secrets.set('new access token', account.accessToken);
  secrets.set('new refresh token', account.refreshToken);
}

/** Failures of every kind, one of which quotes what it was sent. */
async function breakUpstreams(
  { url }: Fusebox & { url: string },
  anthropic: FakeAnthropic,
  shown: string[],
): Promise<void> {
  const ask = (body: object = {}) => post(url, '/v1/messages', right, { ...hello, ...body }, shown);
  const { accessToken } = anthropic.account;
  const quoting = `Bearer ${accessToken} is not valid here (${Buffer.from(`x:${accessToken}`).toString('base64')})`;
  anthropic.script(fails(errors.invalid(quoting)));
  expect(await ask()).toBe(400);
  anthropic.script({ reply: fails(errors.permission(quoting)), times: 2 });
  await ask({ stream: true });
  anthropic.script({ reply: rateLimited('retry-after', 9, Date.now()), times: 2 });
  await ask();
  anthropic.script({ reply: says('x', { delivery: { cut: 'before-head' } }), times: 2 });
  await ask({ stream: true });
  anthropic.script(says('cut in the middle of its words', { delivery: { cut: { afterBytes: 900 } } }));
  await ask({ stream: true });
  anthropic.account.refreshToken = newToken('ort01');
  anthropic.account.expired = true;
  await ask();
}

/** A settings file that cannot be used is reported by line, not by value. */
async function breakSettings(home: Home, { url }: Fusebox & { url: string }): Promise<void> {
  const good = await readFile(home.config, 'utf8');
  const headers = { authorization: `Bearer ${await managementToken(home)}` };
  const problem = async () => {
    const state = await (await fetch(`${url}/v0/management/state`, { headers })).json();
    return (state as { settingsProblem?: string }).settingsProblem;
  };
  await writeFile(
    home.config,
    `${good}\napi-key: ${stringify(localKeys)}\nproxy-url: user:${proxyPassword}@somewhere\n`,
  );
  await expect.poll(problem, { interval: 50, timeout: 5_000 }).toContain('line');
  await writeFile(home.config, good);
  await expect.poll(problem, { interval: 50, timeout: 5_000 }).toBeUndefined();
}

async function managementToken({ dataDir }: Home): Promise<string> {
  return (JSON.parse(await readFile(join(dataDir, 'instance.json'), 'utf8')) as { token: string }).token;
}

async function filesIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'latin1')] as const),
    ),
  );
}

/** Which secrets stand where, in which spelling. */
function found(secrets: Secrets, places: ReadonlyMap<string, string>): string[] {
  const hits = new Set<string>();
  for (const [name, secret] of secrets) {
    for (const [form, text] of spellings(secret)) {
      for (const [place, content] of places) {
        if (content.includes(text))
          hits.add(place === 'settings' ? `${name} (${form})` : `${name} (${form}) in ${place}`);
      }
    }
  }
  return [...hits];
}

function spellings(secret: string): [string, string][] {
  const bytes = Buffer.from(secret);
  // Base64 depends on where in a group of three bytes the secret begins; the ends are shared with its neighbours.
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [
    ['plain', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['hex', bytes.toString('hex')],
    ...base64.flatMap((text): [string, string][] => [
      ['base64', text],
      ['base64url', text.replaceAll('+', '-').replaceAll('/', '_')],
    ]),
  ];
}
