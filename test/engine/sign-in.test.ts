import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppState, SignInView } from '../../preload/contract.ts';
import { visit } from '../accounts/sign-in/browser.ts';
import { occupy } from '../accounts/sign-in/stand.ts';
import { type Running, startEngine } from './harness.ts';

/** Calls the management routes as the command line does. */
async function management({ url, dataDir }: Running) {
  const { token } = JSON.parse(await readFile(join(dataDir, 'instance.json'), 'utf8')) as { token: string };
  return async (method: string, path: string, body?: unknown, given = token) => {
    const answer = await fetch(`${url}/v0/management${path}`, {
      method,
      headers: { authorization: `Bearer ${given}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
}

/** Resolves with the state once a sign-in in it is as wanted. */
function until({ engine }: Running, wanted: (view: SignInView) => boolean): Promise<SignInView> {
  return new Promise((resolve) => {
    const look = ({ signIns }: AppState) => {
      const view = signIns.find(wanted);
      if (!view) return;
      end();
      resolve(view);
    };
    const end = engine.onState(look);
    look(engine.state());
  });
}

describe('signing in through a running engine', () => {
  it('adds an account that serves the next request, and shows nothing secret on the way', async () => {
    const running = await startEngine({ signedIn: false });
    const call = await management(running);
    const served = () => running.anthropic.requests.filter(({ path }) => path === '/v1/messages').length;
    // Without an account the request goes to Amp.
    await (await running.messages()).text();
    expect(served()).toBe(0);
    const started = await call('POST', '/sign-ins', { provider: 'claude', open: false });
    expect([started.status, started.body]).toMatchObject([201, { provider: 'claude', method: 'browser' }]);
    const { id } = started.body as SignInView;
    const waiting = await until(running, ({ browser }) => browser !== undefined);
    expect((await call('GET', `/sign-ins/${id}`)).body).toEqual(waiting);
    await visit(waiting.browser?.url ?? '');
    const done = await until(running, ({ phase }) => phase === 'done');
    expect(done.outcome?.label).toBe('owner@example.com');
    await (await running.messages()).text();
    expect(served()).toBe(1);
    const { accessToken, refreshToken } = running.anthropic.account;
    const shown = JSON.stringify([running.engine.state(), running.logLines]);
    const [exchange] = running.anthropic.requests.filter(({ path }) => path === '/v1/oauth/token');
    expect(exchange?.headers['user-agent']).toBe('Fusebox/0.0.0-test');
    const { code, code_verifier: verifier } = { ...(exchange?.json as Record<string, string>) };
    for (const secret of [accessToken, refreshToken, code, verifier]) expect(shown).not.toContain(secret);
  });

  it('takes a paste over the management routes, and refuses one that is none', async () => {
    const running = await startEngine({ signedIn: false });
    const call = await management(running);
    const { body } = await call('POST', '/sign-ins', { provider: 'claude', open: false, label: 'Mine' });
    const { id, browser } = await until(running, (view) => view.id === body.id && view.browser !== undefined);
    expect(await call('POST', `/sign-ins/${id}/paste`, { text: 'nonsense' })).toMatchObject({
      status: 400,
      body: { code: 'bad_paste', error: expect.stringContaining('Paste the whole address') },
    });
    const { headers } = await visit(browser?.url ?? '', { stay: true });
    expect((await call('POST', `/sign-ins/${id}/paste`, { text: headers.location })).status).toBe(200);
    expect((await until(running, ({ phase }) => phase === 'done')).outcome?.label).toBe('Mine');
  });

  it('is cancelled over the management routes; the port is free then', async () => {
    const running = await startEngine({ signedIn: false });
    const call = await management(running);
    const { body } = await call('POST', '/sign-ins', { provider: 'claude', open: false });
    const { browser } = await until(running, (view) => view.browser !== undefined);
    expect((await call('DELETE', `/sign-ins/${body.id}`)).body).toMatchObject({ phase: 'cancelled' });
    await expect.poll(() => occupy(browser?.port ?? 0).then(() => 'free', String)).toBe('free');
    expect((await call('GET', '/sign-ins')).body).toMatchObject([{ id: body.id, phase: 'cancelled' }]);
  });

  it.each([
    ['POST', '/sign-ins', { provider: 'nobody' }, 400, 'method_unavailable'],
    ['POST', '/sign-ins', { provider: 'claude', method: 'carrier-pigeon' }, 400, 'invalid_field'],
    ['POST', '/sign-ins', { provider: 'claude', proxyUrl: 'gopher://x' }, 400, 'invalid_field'],
    ['POST', '/sign-ins', undefined, 400, 'invalid_field'],
    ['GET', '/sign-ins/unknown', undefined, 404, 'not_found'],
    ['POST', '/sign-ins/unknown/paste', { text: 'a#b' }, 404, 'not_found'],
    ['DELETE', '/sign-ins/unknown', undefined, 404, 'not_found'],
    ['PATCH', '/accounts/unknown', { priority: 1 }, 404, 'not_found'],
    ['DELETE', '/accounts/unknown', undefined, 404, 'not_found'],
    ['PATCH', '/accounts/seed', { priority: 'high' }, 400, 'invalid_field'],
    ['PATCH', '/accounts/seed', { needsSignIn: 'x' }, 400, 'invalid_field'],
    ['POST', '/accounts/seed/pause', {}, 400, 'invalid_field'],
    ['POST', '/accounts/import', { path: '' }, 400, 'invalid_field'],
  ])('answers %s %s %j with %i %s', async (method, path, body, status, code) => {
    const call = await management(await startEngine());
    expect(await call(method, path, body)).toMatchObject({ status, body: { code } });
  });

  it('needs the token of the run', async () => {
    const call = await management(await startEngine());
    for (const path of ['/sign-ins', '/accounts', '/state']) {
      expect((await call('GET', path, undefined, 'x'.repeat(43))).status).toBe(404);
    }
  });

  it('pauses, changes and removes an account', async () => {
    const running = await startEngine();
    const call = await management(running);
    expect((await call('POST', '/accounts/seed/pause', { paused: true })).status).toBe(204);
    const patch = { label: 'Mine', priority: 5, prefix: 'p', proxyUrl: 'http://user:secret-word@proxy.example:3128' };
    expect((await call('PATCH', '/accounts/seed', patch)).status).toBe(204);
    const [changed] = (await call('GET', '/accounts')).body;
    expect(changed).toMatchObject({
      status: 'paused',
      label: 'Mine',
      priority: 5,
      prefix: 'p',
      proxy: 'http://proxy.example:3128',
    });
    expect(JSON.stringify(running.engine.state())).not.toContain('secret-word');
    await call('PATCH', '/accounts/seed', { prefix: null, proxyUrl: null });
    const [cleared] = (await call('GET', '/accounts')).body;
    expect(cleared).toMatchObject({ label: 'Mine', priority: 5 });
    expect([cleared.prefix, cleared.proxy]).toEqual([undefined, undefined]);
    expect((await call('DELETE', '/accounts/seed')).status).toBe(204);
    expect((await call('GET', '/accounts')).body).toEqual([]);
  });

  it('reads what is left of an account when somebody asks', async () => {
    const running = await startEngine();
    const call = await management(running);
    expect((await call('GET', '/accounts')).body).toMatchObject([{ windows: [] }]);
    expect((await call('POST', '/accounts/usage')).status).toBe(202);
    await expect
      .poll(() => running.engine.state().accounts[0]?.windows)
      .toMatchObject([
        { id: '5h', source: 'usage' },
        { id: '7d', source: 'usage' },
      ]);
  });

  it('tells which accounts can be added, and how', async () => {
    const { engine } = await startEngine();
    const claude = engine.state().providers.find(({ id }) => id === 'claude');
    expect(claude).toMatchObject({ label: 'Claude', methods: [{ method: 'browser' }, { method: 'api-key' }] });
  });
});
