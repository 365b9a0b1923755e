import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CallbackHub, type CallbackWanted } from '../../../main/accounts/sign-in/callback-hub.ts';
import type { Page } from '../../../main/accounts/sign-in/callback-page.ts';
import { listenFailure } from '../../../main/accounts/sign-in/loopback-server.ts';
import type { CallbackFields } from '../../../main/accounts/sign-in/paste.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { visit } from './browser.ts';
import { freePort, isListening, occupy } from './stand.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

function newHub(platform: NodeJS.Platform = process.platform) {
  const clock = new FakeClock();
  const random = (bytes: number) => randomBytes(bytes).toString('base64url');
  const hub = new CallbackHub({ clock, platform, random, holderOf: async (port) => `holder of ${port}` });
  onTestFinished(() => hub.close());
  return { hub, clock };
}

const working: Page = { status: 200, title: 'Finishing', text: 'Getting the tokens …', unfinished: true };
const done: Page = { status: 200, title: 'Signed in', text: 'ada@example.com is added.' };

/** A sign-in that waits; `came` has what the browser brought. */
function waiting(port: number, changes: Partial<CallbackWanted> = {}) {
  const came: CallbackFields[] = [];
  const shown = { page: working };
  const state = randomBytes(32).toString('base64url');
  const wanted: CallbackWanted = {
    ports: [port],
    anyPort: false,
    path: '/callback',
    state,
    receive: (fields) => void came.push(fields),
    page: () => shown.page,
    ...changes,
  };
  return { wanted, came, shown, state };
}

describe('the callback server', () => {
  it('hands code and state over once, and leads the browser to an address without them', async () => {
    const { hub } = newHub();
    const port = await freePort();
    const one = waiting(port);
    const place = await hub.reserve(one.wanted);
    expect(place).toMatchObject({ port, busy: [] });
    const url = `http://localhost:${port}/callback?code=secret-code&state=${one.state}`;
    const visited = await visit(url);
    expect(one.came).toEqual([{ code: 'secret-code', state: one.state }]);
    expect(visited.url).toMatch(/^http:\/\/localhost:\d+\/sign-in\/[\w-]+$/);
    expect(visited.body).toContain('Getting the tokens');
    expect(visited.body).not.toContain('secret-code');
    expect(visited.body).not.toContain(one.state);
    const again = await visit(url);
    expect([again.status, one.came.length]).toEqual([409, 1]);
    expect(again.body).toContain('used already');
  });

  it.runIf(hasIpv6)('listens on both addresses that localhost may stand for', async () => {
    const { hub } = newHub();
    const port = await freePort();
    const one = waiting(port);
    await hub.reserve(one.wanted);
    const url = `http://localhost:${port}/callback?code=c&state=${one.state}`;
    expect((await visit(url, { address: '::1' })).status).toBe(200);
    expect(one.came).toHaveLength(1);
  });

  it('is not on any other address of this machine', async () => {
    const { hub } = newHub();
    const port = await freePort();
    await hub.reserve(waiting(port).wanted);
    const others = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const [other] = others.filter(({ internal, family }) => !internal && family === 'IPv4');
    // A machine without a network has no other address to be reached at; 127.0.0.2 is one on Linux.
    const address = other?.address ?? '127.0.0.2';
    await expect(visit(`http://${address}:${port}/callback`)).rejects.toThrow();
  });

  it('shows each page without a script, without anything from elsewhere, and never from a store', async () => {
    const { hub } = newHub();
    const port = await freePort();
    const one = waiting(port);
    await hub.reserve(one.wanted);
    const { headers, body } = await visit(`http://localhost:${port}/callback?code=c&state=${one.state}`);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      refresh: '1',
    });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
    expect(body).not.toMatch(/<script|src=|href=|url\(/);
  });

  it('escapes what a provider says', async () => {
    const { hub } = newHub();
    const port = await freePort();
    const one = waiting(port);
    one.shown.page = { status: 200, title: 'Failed', text: '<script>alert(1)</script>', link: 'javascript:alert(1)' };
    await hub.reserve(one.wanted);
    const { body } = await visit(`http://localhost:${port}/callback?error=x&state=${one.state}`);
    expect(body).toContain('&lt;script&gt;alert(1)');
    expect(body).not.toMatch(/<script|javascript:/);
  });

  it.each([
    ['POST', '/callback', {}, 405, 'Only GET'],
    ['HEAD', '/callback', {}, 405, ''],
    ['GET', '/other', {}, 404, 'Nothing here'],
    ['GET', '/sign-in/unknown', {}, 404, 'Nothing here'],
    ['GET', '/callback', {}, 400, 'No code'],
    ['GET', '/callback?state=x', {}, 400, 'No code'],
    ['GET', '/callback?code=x', {}, 400, 'belongs to no sign-in'],
    ['GET', '/callback?code=x&state=guess', {}, 400, 'belongs to no sign-in'],
    ['GET', '/callback?code=x&state=a&state=b', {}, 400, 'belongs to no sign-in'],
    ['GET', '/callback?error=access_denied&state=guess', {}, 400, 'belongs to no sign-in'],
    ['GET', '/callback', { host: 'evil.example' }, 403, 'Not for you'],
    ['GET', '/callback', { host: 'localhost.evil.example' }, 403, 'Not for you'],
    ['GET', '/callback', { host: 'localhost:1' }, 403, 'Not for you'],
  ])('answers %s %s %j with %i', async (method, path, headers, status, text) => {
    const { hub } = newHub();
    const port = await freePort();
    const one = waiting(port);
    await hub.reserve(one.wanted);
    const answer = await visit(`http://localhost:${port}${path}`, { method, headers });
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(text);
    expect(answer.headers['cache-control']).toBe('no-store');
    if (status === 405) expect(answer.headers.allow).toBe('GET');
    expect(one.came).toEqual([]);
  });

  it('tells a refusal with the words of the provider', async () => {
    const { hub } = newHub();
    const port = await freePort();
    const one = waiting(port);
    await hub.reserve(one.wanted);
    await visit(`http://localhost:${port}/callback?error=access_denied&error_description=Not+you&state=${one.state}`);
    expect(one.came).toEqual([{ state: one.state, error: 'access_denied', errorDescription: 'Not you' }]);
  });
});

describe('a port', () => {
  it('is shared by sign-ins, told apart by their state, and freed with the last one', async () => {
    const { hub } = newHub();
    const port = await freePort();
    const [one, other] = [waiting(port), waiting(port, { path: '/other' })];
    const [first, second] = await Promise.all([hub.reserve(one.wanted), hub.reserve(other.wanted)]);
    expect([first.port, second.port]).toEqual([port, port]);
    await visit(`http://localhost:${port}/other?code=o&state=${other.state}`);
    expect([one.came.length, other.came.length]).toEqual([0, 1]);
    // The state of one sign-in is none at the address of another.
    expect((await visit(`http://localhost:${port}/other?code=o&state=${one.state}`)).status).toBe(400);
    first.release();
    expect(await isListening(port)).toBe(true);
    other.shown.page = done;
    second.release();
    await hub.close();
    expect(await isListening(port)).toBe(false);
  });

  it('is free at once when a sign-in that waits ends', async () => {
    const { hub } = newHub();
    const port = await freePort();
    const place = await hub.reserve(waiting(port).wanted);
    place.release();
    place.release();
    expect((await hub.reserve(waiting(port).wanted)).port).toBe(port);
    await hub.close();
    expect([await isListening(port), await isListening(port, '::1')]).toEqual([false, false]);
  });

  it('stays for the page that shows the end, and is free when it was shown', async () => {
    const { hub, clock } = newHub();
    const port = await freePort();
    const one = waiting(port);
    const place = await hub.reserve(one.wanted);
    const { url } = await visit(`http://localhost:${port}/callback?code=c&state=${one.state}`);
    one.shown.page = done;
    place.release();
    const last = await visit(url);
    expect(last.body).toContain('ada@example.com');
    expect(last.headers.refresh).toBeUndefined();
    await hub.close();
    expect([await isListening(port), clock.pending]).toEqual([false, 0]);
  });

  it('is free after five seconds although nobody looks at the page', async () => {
    const { hub, clock } = newHub();
    const port = await freePort();
    const one = waiting(port);
    const place = await hub.reserve(one.wanted);
    await visit(`http://localhost:${port}/callback?code=c&state=${one.state}`);
    place.release();
    clock.advance(4_999);
    expect(await isListening(port)).toBe(true);
    clock.advance(1);
    await hub.close();
    expect(await isListening(port)).toBe(false);
  });

  it('that is taken is named with its holder, and the next one is used', async () => {
    const { hub } = newHub();
    const [taken, next] = [await freePort(), await freePort()];
    await occupy(taken);
    const place = await hub.reserve(waiting(taken, { ports: [taken, next] }).wanted);
    expect(place).toMatchObject({ port: next, busy: [{ port: taken, reason: 'taken', holder: `holder of ${taken}` }] });
  });

  it.runIf(hasIpv6)('is taken when another program has one of its two addresses', async () => {
    const { hub } = newHub();
    const port = await freePort();
    await occupy(port, '::1');
    const place = await hub.reserve(waiting(port).wanted);
    expect(place).toMatchObject({ port: undefined, busy: [{ port, reason: 'taken' }] });
    expect(await isListening(port)).toBe(false);
  });

  it('may be any free one where the provider allows it', async () => {
    const { hub } = newHub();
    const taken = await freePort();
    await occupy(taken);
    const [one, other] = [waiting(taken, { anyPort: true }), waiting(taken, { anyPort: true })];
    const places = await Promise.all([hub.reserve(one.wanted), hub.reserve(other.wanted)]);
    const ports = places.map(({ port }) => port);
    expect(new Set([...ports, taken, undefined]).size).toBe(4);
    await visit(`http://localhost:${ports[1]}/callback?code=c&state=${other.state}`);
    expect([one.came.length, other.came.length]).toEqual([0, 1]);
  });

  it.each([
    ['EADDRINUSE', 'linux', 'taken'],
    ['EADDRINUSE', 'win32', 'taken'],
    ['EACCES', 'win32', 'excluded'],
    ['EACCES', 'linux', 'denied'],
  ] as const)('that fails with %s on %s is %s', (code, platform, reason) => {
    expect(listenFailure(Object.assign(new Error(), { code }), platform)).toMatchObject({ reason });
  });
});
