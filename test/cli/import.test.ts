import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hello } from '../engine/harness.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { type Home, newHome, placeOf, run, serve } from './fusebox.ts';

/** A home with a fake Claude and, in its folder `auths`, the credential file of the fake's account. */
async function homeWithLogin(): Promise<{ home: Home; anthropic: FakeAnthropic; folder: string }> {
  const anthropic = await startFakeAnthropic({ text: 'Hi from Claude' });
  onTestFinished(() => anthropic.close());
  const home = await newHome({ endpoints: { claude: { api: anthropic.url, token: anthropic.tokenUrl } } });
  const folder = join(home.dir, 'auths');
  await mkdir(folder);
  const { email, accessToken, refreshToken } = anthropic.account;
  const login = { type: 'claude', email, access_token: accessToken, refresh_token: refreshToken };
  const expired = new Date(Date.now() + 3_600_000).toISOString();
  await writeFile(join(folder, 'claude-owner.json'), JSON.stringify({ ...login, expired }));
  return { home, anthropic, folder };
}

async function ask(url: string): Promise<unknown> {
  const answer = await fetch(`${url}/v1/messages`, { method: 'POST', body: JSON.stringify(hello) });
  return answer.json();
}

const served = { content: [{ type: 'text', text: 'Hi from Claude' }] };

describe('fusebox import', () => {
  it('brings accounts into the running instance, which uses them at once', async () => {
    const { home, folder } = await homeWithLogin();
    const { url } = await serve(home);
    expect(await ask(url)).toMatchObject({ type: 'error' });
    const imported = await run(['import', folder, ...placeOf(home)], home);
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect(imported.stdout).toContain('Imported claude account owner@example.com');
    expect(await ask(url)).toMatchObject(served);
    const again = await run(['import', folder, ...placeOf(home)], home);
    expect(again.stdout).toContain('Updated claude account owner@example.com');
  });

  it('brings them into the vault when nothing runs, and the next start has them', async () => {
    const { home, folder, anthropic } = await homeWithLogin();
    const imported = await run(['import', folder, ...placeOf(home)], home);
    expect(imported.code).toBe(0);
    const vault = await readFile(join(home.dataDir, 'vault.json'), 'utf8');
    for (const secret of [anthropic.account.accessToken, anthropic.account.refreshToken, anthropic.account.email])
      expect(vault).not.toContain(secret);
    expect(await ask((await serve(home)).url)).toMatchObject(served);
  });

  it('takes the folder of the settings when none is named', async () => {
    const { home, folder } = await homeWithLogin();
    await writeFile(home.config, `port: 0\nauth-dir: ${folder}\n`);
    expect((await run(['import', ...placeOf(home)], home)).stdout).toContain('Imported claude account');
  });

  it('says why a file was left out, and ends with 1 when there was nothing', async () => {
    const { home, folder } = await homeWithLogin();
    await writeFile(join(folder, 'broken.json'), '{"type": "claude", "access_token": "sk-ant-oat01-in-a-broken-file');
    const partly = await run(['import', folder, ...placeOf(home)], home);
    expect(partly.code).toBe(0);
    expect(partly.stdout).toMatch(/^Skipped broken\.json: /m);
    expect(partly.stdout).not.toContain('sk-ant-oat01-in-a-broken-file');
    const nothing = await run(['import', join(home.dir, 'nowhere'), ...placeOf(home)], home);
    expect(nothing.code).toBe(1);
    expect(nothing.stdout).toContain('there is no such file or folder');
    expect(nothing.stdout).toContain('No account was imported.');
  });
});
