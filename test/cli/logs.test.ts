import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAtLeast, requestLine } from '../../main/cli/log-text.ts';
import { byAmp, refused, request } from '../journal/requests.ts';
import { type Home, newHome, placeOf, run, serve, start } from './fusebox.ts';

/** Has the running gateway log a line. */
async function logSomething({ dataDir }: Home, on: boolean): Promise<void> {
  const instance = JSON.parse(await readFile(join(dataDir, 'instance.json'), 'utf8')) as { url: string; token: string };
  const answer = await fetch(`${instance.url}/v0/management/request-log`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${instance.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ value: on }),
  });
  expect(answer.status).toBe(200);
}

describe('fusebox logs', () => {
  it('shows the latest lines of the running gateway, for people and as JSON', async () => {
    const home = await newHome();
    await serve(home);
    await logSomething(home, true);
    const shown = await run(['logs', ...placeOf(home)], home);
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toMatch(/^\d\d:\d\d:\d\d warn {2}request-log is on/m);
    const lines = (await run(['logs', '--json', '--level', 'warn', '-n', '5', ...placeOf(home)], home)).stdout
      .trim()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toContain('warn');
    expect(lines.length).toBeLessThanOrEqual(5);
    expect((await run(['logs', '-n', 'many', ...placeOf(home)], home)).stderr).toContain('--lines takes a number');
  });

  it('follows what happens, and ends with 130 at Ctrl-C', async () => {
    const home = await newHome();
    const { url } = await serve(home);
    const following = start(['logs', '-f', '--requests', ...placeOf(home)], home.env);
    await following.prints(/Secrets are kept|encrypted|vault/i);
    await logSomething(home, true);
    await following.prints(/request-log is on/);
    await (
      await fetch(`${url}/v1/messages`, { method: 'POST', body: JSON.stringify({ model: 'gpt-9', messages: [] }) })
    ).text();
    await following.prints(/request .*: gpt-9, refused with 404 \(.+\) in \d/);
    const ended = await following.stop('SIGINT');
    expect([ended.code, ended.signal, ended.stderr]).toEqual([130, null, '']);
  });

  it('ends by itself when the gateway has ended and does not come back', { timeout: 30_000 }, async () => {
    const home = await newHome();
    const gateway = await serve(home);
    const following = start(['logs', '-f', ...placeOf(home)], home.env);
    await following.prints(/Secrets are kept|encrypted|vault/i);
    await gateway.stop();
    expect(await following.ended).toMatchObject({ code: 0, stderr: 'Fusebox has ended.\n' });
  });

  it('shows the file when nothing runs, and ends with 3 where there is none', async () => {
    const home = await newHome();
    const missing = await run(['logs', ...placeOf(home)], home);
    expect(missing).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('not running') });
    await mkdir(join(home.dataDir, 'logs'), { recursive: true });
    const line = (text: string) => JSON.stringify({ level: 'info', time: '2026-11-22T10:00:00.000Z', msg: text });
    await writeFile(join(home.dataDir, 'logs', 'fusebox.log'), `${line('one')}\n${line('two')}\n`);
    const shown = await run(['logs', '-n', '1', ...placeOf(home)], home);
    expect(shown).toMatchObject({ code: 0, stdout: '10:00:00 info  two\n' });
  });
});

it('a line is as important as it says, and shown when it says nothing', () => {
  const line = (level: string) => JSON.stringify({ level, msg: 'x' });
  expect(['fatal', 'error', 'warn', 'info', 'debug'].filter((level) => isAtLeast(line(level), 'warn'))).toEqual([
    'fatal',
    'error',
    'warn',
  ]);
  expect(isAtLeast('not JSON', 'error')).toBe(true);
});

it('a request is a line that says who served what and how it ended, without control characters', () => {
  expect(requestLine({ ...request(1), tool: 'Amp CLI', accountLabel: 'you@example.com' })).toMatch(
    /^\d\d:\d\d:\d\d request Amp CLI: \S+( as \S+)? by you@example\.com, served in \d+\.\d s$/,
  );
  expect(requestLine(byAmp(2))).toContain(' by Amp, served in ');
  expect(requestLine({ ...refused(3), modelAsked: 'a\u001b[2Jb\u202e' })).toContain('a?[2Jb?, refused with ');
});
