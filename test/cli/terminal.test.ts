import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../structure/imports.ts';
import { type Home, newHome, placeOf, run, serve } from './fusebox.ts';

/** Runs the command with nobody who reads what it prints, as when `head` has seen enough. */
async function runUnread(args: readonly string[], { env }: Home): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [join(projectRoot, 'dist', 'cli.js'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

describe('a command whose reader has gone', () => {
  it('ends in order, without a word', { timeout: 30_000 }, async () => {
    const home = await newHome();
    await serve(home);
    const commands = ['status', 'accounts', 'usage', 'tools', 'doctor'].flatMap((name) => [[name], [name, '--json']]);
    for (const [name = '', ...more] of [...commands, ['route', 'gpt-5'], ['logs', '-n', '50']])
      expect(await runUnread([name, ...more, ...placeOf(home)], home), name).toEqual({ code: 0, stderr: '' });
    for (const args of [['completion', 'bash'], ['--help']])
      expect(await runUnread(args, home), args[0]).toEqual({ code: 0, stderr: '' });
  });
});

describe('a command that meets what it does not expect', () => {
  it('says so in one line and ends with 1', async () => {
    const home = await newHome();
    const { code, stderr, stdout } = await run(['import', ...placeOf({ ...home, dataDir: home.config })], home);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^.*vault\.json cannot be read: ENOTDIR\.\n$/);
  });

  it('keeps what it prints free of escapes, whatever is set about colours', async () => {
    const home = await newHome();
    await writeFile(home.config, 'prot: 1\n');
    for (const env of [{ FORCE_COLOR: '3' }, { NO_COLOR: '1' }, { CLICOLOR_FORCE: '1' }]) {
      const { stdout, stderr } = await run(['doctor', ...placeOf(home)], { ...home, env: { ...home.env, ...env } });
      expect(stdout).toContain('PROBLEM');
      expect(stdout + stderr).not.toContain('\u001b');
    }
  });
});
