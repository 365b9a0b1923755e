import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot, sourcesUnder } from './imports.ts';

const sources = sourcesUnder(['main', 'preload', 'renderer']);
const longestFile = 400;
const namesWithoutMeaning = ['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'stuff'];

/** Time and chance that a pure module must be given instead: calls, not the names in types and comments. */
const impureCalls = /\b(?:Date\.now|Math\.random|performance\.now|setTimeout|setInterval|fetch)\(|new Date\(\)/;

/** Put together here, so that this file does not contain what it looks for. */
const forbidden = [
  ['registry', 'npmjs', 'org'].join('.'),
  ['deb', 'debian', 'org'].join('.'),
  ['snapshot', 'debian', 'org'].join('.'),
  ['', 'work', 'main'].join('/'),
  ['', 'work', 'shared'].join('/'),
];

function textOf(file: string): string {
  return readFileSync(join(projectRoot, file), 'utf8');
}

function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(projectRoot, file)));
}

describe('the house style', () => {
  test(`no source file is longer than ${longestFile} lines`, () => {
    expect(sources.filter((file) => textOf(file).split('\n').length > longestFile + 1)).toEqual([]);
  });

  test('file and folder names say what is inside, in kebab-case', () => {
    const isMeaningful = (part: string) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(part) && !namesWithoutMeaning.includes(part);
    const names = sources.filter((file) => !file.endsWith('.config.ts') && !file.endsWith('.d.ts'));
    const parts = (file: string) => [...parse(file).dir.split('/'), parse(file).name];
    expect(names.filter((file) => !parts(file).every(isMeaningful))).toEqual([]);
  });

  test('protocols and routing get time and chance as arguments', () => {
    const pure = sources.filter((file) => /^main\/(protocols|routing)\//.test(file));
    expect(pure.filter((file) => impureCalls.test(textOf(file)))).toEqual([]);
  });

  test('the compiler is never silenced', () => {
    const silenced = /@ts-(?:ignore|nocheck|expect-error)|\bas any\b|: any\b/;
    expect(sources.filter((file) => silenced.test(textOf(file)))).toEqual([]);
  });

  test('no tracked file names a registry host or a path of one machine', () => {
    const files = trackedFiles();
    expect(files.length).toBeGreaterThan(50);
    const found = files.flatMap((file) => {
      const text = textOf(file);
      return forbidden.filter((word) => text.includes(word)).map((word) => `${file}: ${word}`);
    });
    expect(found).toEqual([]);
  });
});
