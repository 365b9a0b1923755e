import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples } from '../../main/cli/examples.ts';
import { newHome, run } from './fusebox.ts';

const commands = [
  'serve',
  'login',
  'accounts',
  'import',
  'export',
  'status',
  'dashboard',
  'usage',
  'route',
  'tools',
  'logs',
  'doctor',
  'completion',
];

/** What the shell prints. Throws with what it says when it cannot read its script. */
function check(shell: string, ...args: string[]): string {
  return execFileSync(shell, args, { stdio: 'pipe', encoding: 'utf8' });
}

/** Why a shell cannot be tested here; undefined when it can. */
function whyNot(shell: string): string | undefined {
  try {
    execFileSync(shell, ['-c', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${shell} is not installed`;
  }
}

async function scriptOf(shell: string): Promise<{ file: string; text: string }> {
  const home = await newHome();
  const { code, stdout, stderr } = await run(['completion', shell], home);
  expect([code, stderr]).toEqual([0, '']);
  const file = join(home.dir, `fusebox.${shell}`);
  await writeFile(file, stdout);
  return { file, text: stdout };
}

describe('fusebox completion', () => {
  it('completes commands, options and their values in bash', async ({ skip }) => {
    skip(whyNot('bash') !== undefined, whyNot('bash'));
    const { file } = await scriptOf('bash');
    const complete = (...words: string[]) => {
      const quoted = words.map((word) => `'${word}'`).join(' ');
      const ask = `source ${file}; COMP_WORDS=(fusebox ${quoted}); COMP_CWORD=${words.length}; _fusebox; echo "\${COMPREPLY[@]}"`;
      return execFileSync('bash', ['--norc', '-c', ask], { encoding: 'utf8' }).trim().split(' ');
    };
    expect(complete('')).toEqual(expect.arrayContaining(commands));
    expect(complete('st')).toEqual(['status']);
    expect(complete('logs', '--')).toEqual(
      expect.arrayContaining(['--follow', '--lines', '--json', '--data-dir', '--help']),
    );
    expect(complete('accounts', 're')).toEqual(['resume', 'reset', 'remove']);
    expect(complete('usage', '--by', 'm')).toEqual(['model']);
    expect(complete('status', '--vault', 'f')).toEqual(['file']);
    expect(complete('completion', 'z')).toEqual(['zsh']);
  });

  it('is valid in zsh, belongs to the command there and knows every one of its own', async ({ skip }) => {
    const { file, text } = await scriptOf('zsh');
    for (const command of commands) expect(text).toContain(`    ${command})\n`);
    skip(whyNot('zsh') !== undefined, whyNot('zsh'));
    check('zsh', '-n', file);
    const load = `autoload -Uz compinit && compinit -D && source ${file} && print $_comps[fusebox]`;
    expect(check('zsh', '-f', '-c', load)).toBe('_fusebox\n');
  });

  it('completes commands, options and their values in fish', async ({ skip }) => {
    const { file, text } = await scriptOf('fish');
    for (const command of commands) expect(text).toContain(`-n __fish_use_subcommand -a ${command} `);
    skip(whyNot('fish') !== undefined, whyNot('fish'));
    check('fish', '--no-execute', file);
    const complete = (line: string) => {
      const ask = `source ${file}; complete -C 'fusebox ${line}'`;
      const lines = check('fish', '--no-config', '-c', ask).trim().split('\n');
      return lines.map((one) => one.split('\t')[0]);
    };
    expect(complete('st')).toEqual(['status']);
    expect(complete('logs --f')).toEqual(['--follow']);
    expect(complete('usage --by m')).toEqual(['model']);
    expect(complete('completion z')).toEqual(['zsh']);
  });

  it('refuses other shells', async () => {
    expect((await run(['completion', 'tcsh'], await newHome())).code).toBe(1);
  });
});

describe('fusebox COMMAND --help', () => {
  it.each(Object.keys(examples))('of %s ends with examples', async (command) => {
    const { code, stdout } = await run([command, '--help'], await newHome());
    expect(code).toBe(0);
    expect(stdout).toContain('\nExamples:\n  ');
    expect(stdout).toContain(examples[command]?.[0]?.[0]);
  });
});
