import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Home, newHome, placeOf, run, serve } from './fusebox.ts';

interface Finding {
  subject: string;
  state: 'ok' | 'note' | 'problem';
  text: string;
  fix?: string;
}

async function findings(home: Home): Promise<{ code: number | null; of(subject: string): Finding | undefined }> {
  const { code, stdout } = await run(['doctor', '--json', ...placeOf(home)], home);
  const all = JSON.parse(stdout) as Finding[];
  return { code, of: (subject) => all.find((finding) => finding.subject === subject) };
}

describe('fusebox doctor', () => {
  it('finds nothing wrong with a running gateway', async () => {
    const home = await newHome({}, { AMP_API_KEY: 'sgamp_user_of_this_test' });
    const { url } = await serve(home);
    const found = await findings(home);
    expect(found.code).toBe(0);
    expect(found.of('Gateway')).toMatchObject({ state: 'ok', text: `running on ${url}` });
    for (const subject of ['Node.js', 'Data folder', 'Settings', 'Vault', 'Amp token'])
      expect(found.of(subject)?.state, subject).toBe('ok');
    expect(found.of('Accounts')).toMatchObject({ state: 'note', text: 'none yet' });
    expect(found.of('Amp token')?.text).toBe('found in AMP_API_KEY');
    expect(found.of('Journal')?.state).toBe('ok');
  });

  it('asks the running gateway what is wrong with it, and where it really is', async () => {
    const home = await newHome();
    const { url } = await serve(home);
    home.env.AMP_URL = url;
    expect((await findings(home)).of('Amp client')).toMatchObject({ state: 'ok', text: `points to ${url}` });
    await writeFile(home.config, 'port: 0\ndebgu: true\n');
    const wrong = async () => (await findings(home)).of('Settings in force');
    await expect
      .poll(wrong, { timeout: 10_000 })
      .toMatchObject({ state: 'problem', text: expect.stringContaining('debgu') });
  });

  it('writes its findings for people, one line each, with what to do below', async () => {
    const home = await newHome();
    const { code, stdout, stderr } = await run(['doctor', ...placeOf(home)], home);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ok {7}Node\.js: /);
    expect(stdout).toMatch(/^note {5}Accounts: none yet\n {9}Add one with: fusebox login <provider>$/m);
  });

  it('names settings that cannot be used, with their lines, and ends with 1', async () => {
    const found = await findings(await newHome('port: eight\n'));
    expect(found.code).toBe(1);
    expect(found.of('Settings')).toMatchObject({ state: 'problem', text: expect.stringContaining('line 1') });
  });

  it('names who has the port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const found = await findings(await newHome({ port }));
    expect(found.code).toBe(1);
    expect(found.of('Gateway')).toMatchObject({
      state: 'problem',
      text: expect.stringMatching(new RegExp(`^port ${port} is taken by .+ \\(process ${process.pid}\\)$`)),
    });
  });

  it('names an Amp secrets file that cannot be read, without a word of its content', async () => {
    const home = await newHome();
    const file = join(home.dir, '.local', 'share', 'amp', 'secrets.json');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '{"apiKey@https://ampcode.com/": "sgamp_user_in_a_broken_file"');
    const { code, stdout } = await run(['doctor', '--json', ...placeOf(home)], home);
    expect(code).toBe(1);
    expect(stdout).toContain('is not valid JSON');
    expect(stdout).not.toContain('sgamp_user_in_a_broken_file');
  });

  it('sees where Amp points to', async () => {
    const home = await newHome({ port: 8317 }, { AMP_URL: 'http://127.0.0.1:8317' });
    expect((await findings(home)).of('Amp client')).toMatchObject({ state: 'ok' });
    home.env.AMP_URL = 'https://ampcode.com';
    expect((await findings(home)).of('Amp client')).toMatchObject({ state: 'note' });
  });
});
