import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { hello } from '../engine/harness.ts';
import { type FakeAmp, startFakeAmp } from '../upstreams/amp/server.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { type Home, newHome, serve } from './fusebox.ts';
import { newRemoteMachine, type RemoteAnswer, type RemoteMachine, whyNoIpv6, whyNoNamespaces } from './namespace.ts';

const key = 'local-key-of-the-network';

type Headers = readonly (readonly [string, string])[];

/** Everything that some gateway somewhere takes for the client's address. */
const addressHeaders = [
  'X-Forwarded-For',
  'X-Real-IP',
  'Client-IP',
  'True-Client-IP',
  'CF-Connecting-IP',
  'CF-Connecting-IPv6',
  'X-Client-IP',
  'X-Originating-IP',
  'X-Remote-IP',
  'X-Remote-Addr',
  'X-Cluster-Client-IP',
  'X-Forwarded',
  'Fastly-Client-IP',
  'X-ProxyUser-Ip',
  'Remote-Addr',
];
const loopbacks = ['127.0.0.1', '::1', '::ffff:127.0.0.1', '[::1]:4711', 'localhost'];

const mixedCase = (name: string) =>
  name.replace(/[a-z]/gi, (letter, at) => (at % 2 ? letter.toUpperCase() : letter.toLowerCase()));

/** Claims to be a local caller: each alone, repeated, in a list, in odd letters; then all at once. */
const claims: Headers[] = [
  ...addressHeaders.flatMap((name): Headers[] => [
    ...loopbacks.map((value): Headers => [[name, value]]),
    [[mixedCase(name), '127.0.0.1']],
    [[name, '127.0.0.1, 127.0.0.1']],
    [
      [name, '203.0.113.9'],
      [mixedCase(name), '127.0.0.1'],
    ],
    [
      [name, '127.0.0.1'],
      [name, '::1'],
    ],
  ]),
  [['Forwarded', 'for=127.0.0.1;host=localhost;proto=http']],
  [['forwarded', 'For="[::1]:4711"']],
  [['FORWARDED', 'for=203.0.113.9, for=127.0.0.1']],
  [['Via', '1.1 localhost']],
  [['X-Forwarded-Host', 'localhost']],
  [['X-Host', 'localhost']],
  [['X-Original-URL', '/healthz']],
  [['X-Rewrite-URL', '/healthz']],
  [['Sec-Fetch-Site', 'same-origin']],
  [
    ...addressHeaders.map((name) => [name, '127.0.0.1'] as const),
    ['Forwarded', 'for=127.0.0.1'],
    ['Via', '1.1 localhost'],
  ],
];

const unavailable = whyNoNamespaces();

describe('a peer on another machine', () => {
  let remote: RemoteMachine;
  beforeAll(() => {
    if (unavailable === undefined) remote = newRemoteMachine();
  });
  beforeEach(({ skip }) => skip(unavailable !== undefined, unavailable));
  afterAll(() => remote?.close());

  /** A gateway that the other machine can reach, with its fakes; `ask` sends to it from there. */
  async function open(host: string, way: keyof RemoteMachine['gateway'], ...more: string[]) {
    const [anthropic, amp] = await Promise.all([startFakeAnthropic(), startFakeAmp()]);
    onTestFinished(async () => {
      await Promise.all([anthropic.close(), amp.close()]);
    });
    const settings = settingsFor(host, anthropic, amp);
    const home = await newHome(settings, { AMP_API_KEY: amp.token });
    const fusebox = await serve(home, ...more);
    const port = Number(new URL(fusebox.url).port);
    const address = remote.gateway[way];
    const literal = address.replace(/%.*/, '');
    const hostHeader = `${literal.includes(':') ? `[${literal}]` : literal}:${port}`;
    const ask = (path: string, headers: Headers, { body = '', host: named = hostHeader } = {}) =>
      remote.send({
        host: address,
        port,
        path,
        method: body === '' ? 'GET' : 'POST',
        headers: [['Host', named], ...headers],
        body,
      });
    return { ask, home, anthropic, amp, settings, localUrl: `http://127.0.0.1:${port}` };
  }

  const ways = [
    ['0.0.0.0', 'v4', 'IPv4'],
    ['::', 'v4', 'IPv4, mapped into IPv6'],
    ['::', 'v6', 'IPv6'],
    ['::', 'linkLocal', 'IPv6 with a zone'],
  ] as const;
  const withKey = [['Authorization', `Bearer ${key}`]] as const;

  it.for(ways)('uses models with a key: a gateway on %s, reached as %s (%s)', async ([host, way], { skip }) => {
    skip(host === '::' && whyNoIpv6() !== undefined, whyNoIpv6());
    const { ask, anthropic } = await open(host, way);
    const body = JSON.stringify(hello);
    expect((await ask('/v1/messages', withKey, { body })).status).toBe(200);
    expect((await ask('/v1/models', withKey)).status).toBe(200);
    expect((await ask('/healthz', [])).status).toBe(200);
    expect((await ask('/v1/messages', withKey, { body, host: 'evil.example' })).status).toBe(403);
    expect(anthropic.requests).toHaveLength(1);
  });

  it.for(ways)(
    'gets nothing by claiming to be local: a gateway on %s, reached as %s (%s)',
    async ([host, way], { skip }) => {
      skip(host === '::' && whyNoIpv6() !== undefined, whyNoIpv6());
      const { ask, home, anthropic, amp } = await open(host, way);
      const own = await managementToken(home);
      const hosts = [undefined, 'localhost', '127.0.0.1', '[::1]'];
      const isRefused = async (claim: Headers, index: number) => {
        const named = hosts[index % hosts.length];
        const also = named === undefined ? {} : { host: named };
        const said = `${JSON.stringify(claim)} to ${named}`;
        const account = await ask('/api/user', [...withKey, ...claim], also);
        expect([account.status, account.text], said).toEqual([403, restricted]);
        expect((await ask('/api/user', claim, also)).status, said).toBe(401);
        const control = await ask('/v0/management/state', [['Authorization', `Bearer ${own}`], ...claim], also);
        expect([control.status, codeOf(control)], said).toEqual([403, 'management_remote']);
      };
      await Promise.all(claims.map(isRefused));
      expect([...anthropic.requests, ...amp.requests]).toEqual([]);
    },
  );

  it('opens no WebSocket and no page of the account', async () => {
    const { ask, amp } = await open('0.0.0.0', 'v4');
    const upgrade = [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ] as const;
    for (const path of ['/actors/gateway/x', '/websocket', '/connect'])
      expect((await ask(path, [...withKey, ...upgrade])).status, path).toBe(403);
    for (const path of ['/threads', '/settings', '/auth/cli-login', '/news.rss', '//api/user', '/%61pi/user'])
      expect((await ask(path, [...withKey, ['Accept', 'text/html']])).status, path).toBe(403);
    expect(amp.requests).toEqual([]);
  });

  it('gets to the account routes when the owner turns the restriction off, from the next request on', async () => {
    const { ask, home, amp, settings, localUrl } = await open('0.0.0.0', 'v4');
    const account = async () => (await ask('/api/user', withKey)).status;
    expect(await account()).toBe(403);
    await changeSettings(home, localUrl, { ...settings, 'amp-restrict-management-to-localhost': false });
    expect(await account()).toBe(200);
    expect((await ask('/api/user', [])).status).toBe(401);
    expect(
      (await ask('/v0/management/state', [['Authorization', `Bearer ${await managementToken(home)}`]])).status,
    ).toBe(403);
    await changeSettings(home, localUrl, settings);
    expect(await account()).toBe(403);
    expect(amp.requests).toHaveLength(1);
    const local = await fetch(`${localUrl}/api/user`, { headers: { authorization: `Bearer ${key}` } });
    expect(local.status).toBe(200);
  });

  it('manages with the key only where the owner allows it, and is slowed down when it guesses', async () => {
    const { ask, home, settings, localUrl } = await open('0.0.0.0', 'v4');
    const secret = 'the-management-key-of-this-test';
    const state = async (value?: string) => {
      const headers = value === undefined ? [] : ([['X-Management-Key', value]] as const);
      const answer = await ask('/v0/management/state', headers);
      return [answer.status, answer.status === 200 ? undefined : codeOf(answer)];
    };
    const local = (value: string) =>
      fetch(`${localUrl}/v0/management/state`, { headers: { authorization: `Bearer ${value}` } });
    const only = (allow: boolean) => ({
      ...settings,
      'remote-management': { 'secret-key': secret, 'allow-remote': allow },
    });
    await changeSettings(home, localUrl, { ...settings, 'remote-management': { 'allow-remote': true } });
    expect(await state(secret)).toEqual([403, 'management_remote']);
    await changeSettings(home, localUrl, only(false));
    expect(await state(secret)).toEqual([403, 'management_remote']);
    expect((await local(secret)).status).toBe(200);
    await changeSettings(home, localUrl, only(true));
    expect(await state()).toEqual([401, 'management_key_missing']);
    expect(await state(await managementToken(home))).toEqual([401, 'management_key_wrong']);
    expect(await state(secret)).toEqual([200, undefined]);
    for (let count = 0; count < 5; count++)
      expect(await state(`guess-${count}`)).toEqual([401, 'management_key_wrong']);
    const slowed = await ask('/v0/management/state', [['X-Management-Key', 'guess']]);
    expect([slowed.status, slowed.headers['retry-after']]).toEqual([429, '1']);
    for (let count = 0; count < 6; count++) expect((await local(`guess-${count}`)).status).toBe(401);
    expect((await local(secret)).status).toBe(200);
    // The right key ends the waiting.
    expect(await state(secret)).toEqual([200, undefined]);
    expect(await state('guess')).toEqual([401, 'management_key_wrong']);
  });

  it('is shut out altogether when the last key is taken away, whatever it claims', async () => {
    const { ask, home, anthropic, amp, settings, localUrl } = await open('127.0.0.1', 'v4', '--host', '0.0.0.0');
    const body = JSON.stringify(hello);
    expect((await ask('/v1/messages', withKey, { body })).status).toBe(200);
    await changeSettings(home, localUrl, { ...settings, 'api-keys': [] });
    const isRefused = async (claim: Headers) => {
      const answer = await ask('/v1/messages', [...withKey, ...claim], { body, host: '127.0.0.1' });
      expect(answer.status, JSON.stringify(claim)).toBe(403);
      expect(answer.text).toContain('without api-keys only this machine may use the gateway');
    };
    await Promise.all(claims.map(isRefused));
    expect((await ask('/healthz', [])).status).toBe(403);
    expect([anthropic.requests.length, amp.requests.length]).toEqual([1, 0]);
    expect((await fetch(`${localUrl}/v1/messages`, { method: 'POST', body })).status).toBe(200);
  });
});

const restricted = JSON.stringify({
  error: 'Access denied: management routes restricted to localhost',
  message: 'Call from the same machine, or turn amp-restrict-management-to-localhost off.',
});

function codeOf({ text }: RemoteAnswer): unknown {
  return (JSON.parse(text) as { code?: unknown }).code;
}

async function managementToken({ dataDir }: Home): Promise<string> {
  return (JSON.parse(await readFile(join(dataDir, 'instance.json'), 'utf8')) as { token: string }).token;
}

let changes = 0;

/** Writes the settings file and waits until the gateway, asked by its owner, says that it has read it. */
async function changeSettings(home: Home, localUrl: string, settings: object): Promise<void> {
  const mark = 1000 + ++changes;
  await writeFile(home.config, stringify({ ...settings, port: 0, ampcode: { 'credit-guard': mark } }));
  const headers = { authorization: `Bearer ${await managementToken(home)}` };
  const inForce = async () => {
    const state = await (await fetch(`${localUrl}/v0/management/state`, { headers })).json();
    return (state as { amp: { creditGuard: number } }).amp.creditGuard;
  };
  await expect.poll(inForce, { interval: 20, timeout: 5_000 }).toBe(mark);
}

function settingsFor(host: string, anthropic: FakeAnthropic, amp: FakeAmp) {
  return {
    host,
    'api-keys': [key],
    'claude-api-key': [{ 'api-key': anthropic.apiKey, 'base-url': anthropic.url }],
    'amp-upstream-url': amp.url,
  };
}
