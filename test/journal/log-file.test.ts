import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogFile, openLogFile } from '../../main/journal/log-file.ts';

let root: string;
let folder: string;
const files: LogFile[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fusebox-log-'));
  folder = join(root, 'logs');
});

afterEach(async () => {
  for (const file of files.splice(0)) file.close();
  await rm(root, { recursive: true, force: true });
});

function open(options: { maxBytes?: number; keep?: number; onProblem?: (error: Error) => void } = {}): LogFile {
  const file = openLogFile({ folder, ...options });
  files.push(file);
  return file;
}

const text = (name = 'fusebox.log') => readFile(join(folder, name), 'utf8');

describe('the log file', () => {
  it('is private to its owner, as is its folder, and is appended to', async () => {
    const first = open();
    expect(first.path).toBe(join(folder, 'fusebox.log'));
    first.write('one\n');
    first.close();
    open().write('two\n');
    expect(await text()).toBe('one\ntwo\n');
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'fusebox.log'))).mode & 0o777).toBe(0o600);
  });

  it('of somebody less careful is made private', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'fusebox.log'), '');
    await chmod(join(folder, 'fusebox.log'), 0o644);
    open();
    expect((await stat(join(folder, 'fusebox.log'))).mode & 0o777).toBe(0o600);
  });

  it('is begun anew before it outgrows its limit, and only so many parts are kept', async () => {
    const file = open({ maxBytes: 10 });
    for (const line of ['aaaa\n', 'bbbb\n', 'cccc\n', 'dddd\n', 'eeee\n', 'ffff\n', 'gggg\n']) file.write(line);
    expect((await readdir(folder)).sort()).toEqual(['fusebox.log', 'fusebox.log.1', 'fusebox.log.2']);
    expect([await text('fusebox.log.2'), await text('fusebox.log.1'), await text()]).toEqual([
      'cccc\ndddd\n',
      'eeee\nffff\n',
      'gggg\n',
    ]);
  });

  it('counts what earlier runs wrote, and bytes rather than characters', async () => {
    const first = open({ maxBytes: 10 });
    first.write('ßßß\n');
    first.close();
    const second = open({ maxBytes: 10 });
    second.write('ß12\n');
    expect(await text('fusebox.log.1')).toBe('ßßß\n');
    expect(await text()).toBe('ß12\n');
  });

  it('takes a line longer than the limit whole', async () => {
    const file = open({ maxBytes: 10 });
    file.write(`${'x'.repeat(30)}\n`);
    file.write('y\n');
    expect(await text('fusebox.log.1')).toHaveLength(31);
    expect(await text()).toBe('y\n');
  });

  it('reports a failure once, loses lines instead of the program, and goes on when it can', async () => {
    const problems: string[] = [];
    const onProblem = ({ message }: Error) => {
      problems.push(message);
      // As a log does that writes what it is told into the same file.
      file.write(`${message}\n`);
    };
    const file = open({ maxBytes: 10, onProblem });
    file.write('12345678\n');
    // A folder in the way of the next part.
    await mkdir(join(folder, 'fusebox.log.1', 'full'), { recursive: true });
    await mkdir(join(folder, 'fusebox.log.2', 'full'), { recursive: true });
    file.write('abcdefgh\n');
    file.write('ijklmnop\n');
    expect(problems).toHaveLength(1);
    await rm(join(folder, 'fusebox.log.1'), { recursive: true });
    await rm(join(folder, 'fusebox.log.2'), { recursive: true });
    file.write('qrstuvwx\n');
    expect((await text()).endsWith('qrstuvwx\n')).toBe(true);
  });

  it('ignores lines after it was closed', async () => {
    const file = open();
    file.write('one\n');
    file.close();
    file.close();
    file.write('two\n');
    expect(await text()).toBe('one\n');
  });
});
