import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startEngine } from './harness.ts';
import { managementOf } from './management.ts';

const key = 'the-management-key-of-this-test';

async function withKey() {
  const running = await startEngine({ settings: { 'remote-management': { 'secret-key': key } } });
  return { ...running, management: await managementOf(running) };
}

const bearer = (value: string) => ({ authorization: `Bearer ${value}` });

describe('without a management key', () => {
  it('the local token opens the door, and nothing else does', async () => {
    const { send, token } = await managementOf(await startEngine());
    expect((await send('GET', '/state')).status).toBe(200);
    expect((await send('GET', '/state', undefined, { 'x-management-key': token })).status).toBe(200);
    for (const headers of [
      {},
      bearer(''),
      bearer(`${token}x`),
      bearer('x'),
      { 'x-management-key': 'x' },
      { 'x-api-key': token },
    ])
      for (const path of ['/state', '/config', '/nowhere', ''])
        expect(await send('GET', path, undefined, headers)).toMatchObject({
          status: 404,
          json: { code: 'management_off' },
        });
  });

  it('no key in the address opens it', async () => {
    const { send, token } = await managementOf(await startEngine());
    expect((await send('GET', `/state?key=${token}&auth_token=${token}`, undefined, {})).status).toBe(404);
  });
});

describe('a management key', () => {
  it('in plain text is replaced by its hash, while comments and order stay', async () => {
    const running = await startEngine();
    const file = join(running.dataDir, 'config.yaml');
    const before = await readFile(file, 'utf8');
    const block = `# who may control it\nremote-management:\n  allow-remote: false # only here\n  secret-key: "${key}" # keep it safe\n`;
    await writeFile(file, block + before);
    await expect.poll(() => readFile(file, 'utf8'), { timeout: 10_000 }).toMatch(/secret-key: "scrypt\$/);
    const after = await readFile(file, 'utf8');
    expect(after.replace(/"scrypt\$[^"]*"/, `"${key}"`)).toBe(block + before);
    const { send } = await managementOf(running);
    expect((await send('GET', '/state', undefined, bearer(key))).status).toBe(200);
    expect((await send('GET', '/state', undefined, bearer(/scrypt[^"]*/.exec(after)?.[0] ?? ''))).status).toBe(401);
    expect(running.logLines.join('')).not.toContain(key);
  });

  it('opens the door by either header, and the token goes on to do so', async () => {
    const { management } = await withKey();
    for (const headers of [
      bearer(key),
      { 'x-management-key': key },
      { authorization: `bearer ${key}` },
      // As CLIProxyAPI takes it, too.
      { authorization: key },
      bearer(management.token),
    ])
      expect((await management.send('GET', '/state', undefined, headers)).status).toBe(200);
  });

  it('that is missing or wrong is refused with 401, which says how to send it', async () => {
    const { management } = await withKey();
    const code = async (headers: Record<string, string>) =>
      (await management.send('GET', '/state', undefined, headers)).json;
    expect(await code({})).toMatchObject({ code: 'management_key_missing' });
    expect(await code(bearer('wrong'))).toMatchObject({ code: 'management_key_wrong' });
  });

  it('that is wrong many times at once never locks this machine out', async () => {
    const { management } = await withKey();
    const guesses = Array.from({ length: 12 }, (_, at) =>
      management.send('GET', '/state', undefined, bearer(`guess-${at}`)),
    );
    expect(new Set((await Promise.all(guesses)).map(({ status }) => status))).toEqual(new Set([401]));
    expect((await management.send('GET', '/state', undefined, bearer(key))).status).toBe(200);
  });

  it('does not do what only the owner of this machine may do', async () => {
    const { management } = await withKey();
    const send = (method: string, path: string, body?: unknown) => management.send(method, path, body, bearer(key));
    const refused = [
      await send('POST', '/accounts/export', { path: '/tmp/never', passphrase: 'long enough, really' }),
      await send('POST', '/accounts/import', { path: '/etc' }),
      await send('PUT', '/settings/endpoints.claude.api', { value: 'http://evil.example' }),
      await send('PATCH', '/settings', { endpoints: { claude: { token: 'http://evil.example' } } }),
      await send('PUT', '/settings/proxy-url', { value: 'http://evil.example' }),
      await send('PATCH', '/accounts/seed', { proxyUrl: 'http://evil.example' }),
      await send('PATCH', '/settings', { ampcode: null }),
      await send('PUT', '/ampcode/upstream-url', { value: 'http://evil.example' }),
      await send('PATCH', '/settings', { 'remote-management': { 'allow-remote': true } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
    expect(refused.map(({ json }) => (json as { code: string }).code)).toEqual(refused.map(() => 'management_local'));
    expect((await send('PUT', '/settings/debug', { value: false })).status).toBe(204);
  });

  it('can be set by the owner through the API, and is kept as a hash', async () => {
    const running = await startEngine();
    const { send } = await managementOf(running);
    expect((await send('PATCH', '/settings', { 'remote-management': { 'secret-key': key } })).status).toBe(204);
    const file = await readFile(join(running.dataDir, 'config.yaml'), 'utf8');
    expect(file).toMatch(/secret-key: "?scrypt\$/);
    expect(file).not.toContain(key);
    expect((await send('GET', '/state', undefined, bearer(key))).status).toBe(200);
    expect((await send('GET', '/settings')).text).not.toContain('scrypt$15');
  });
});
