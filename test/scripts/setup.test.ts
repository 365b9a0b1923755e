import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprint, makeFolder } from '../../scripts/setup/cache.mjs';
import { whyInstall } from '../../scripts/setup/packages.mjs';
import { closingLines, sum } from '../../scripts/test/tally.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fusebox-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeJson(path: string, packages: Record<string, object>): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify({ packages }));
}

describe('npm packages are installed', () => {
  const otherSystem = process.platform === 'win32' ? 'linux' : 'win32';
  const wanted = {
    '': { version: '0.1.0' },
    'node_modules/zod': { version: '4.0.0' },
    'node_modules/elsewhere': { version: '1.0.0', optional: true, os: [otherSystem] },
    'node_modules/not-elsewhere': { version: '1.0.0', optional: true, os: [`!${process.platform}`] },
  };

  test('when node_modules is missing', () => {
    writeJson('package-lock.json', wanted);
    expect(whyInstall(folder)).toBe('node_modules is missing');
  });

  test('when a package is of another version than the lockfile says', () => {
    writeJson('package-lock.json', wanted);
    writeJson('node_modules/.package-lock.json', { 'node_modules/zod': { version: '3.9.0' } });
    expect(whyInstall(folder)).toBe('zod is missing or of another version');
  });

  test('when an optional package for this very system is missing', () => {
    writeJson('package-lock.json', {
      'node_modules/native': { version: '1.0.0', optional: true, os: [process.platform] },
    });
    writeJson('node_modules/.package-lock.json', {});
    expect(whyInstall(folder)).toBe('native is missing or of another version');
  });

  test('not when all that this system needs is there', () => {
    writeJson('package-lock.json', wanted);
    writeJson('node_modules/.package-lock.json', { 'node_modules/zod': { version: '4.0.0' } });
    expect(whyInstall(folder)).toBeUndefined();
  });
});

describe('a folder made all at once', () => {
  test('appears with everything in it and replaces the old one', async () => {
    const target = join(folder, 'dist');
    for (const text of ['old', 'new']) {
      await makeFolder(target, folder, async (draft) => writeFileSync(join(draft, text), text));
    }
    expect(readdirSync(target)).toEqual(['new']);
    expect(readdirSync(folder)).toEqual(['dist']);
  });

  test('stays as it was when making it fails, and leaves no draft', async () => {
    const target = join(folder, 'dist');
    await makeFolder(target, folder, async (draft) => writeFileSync(join(draft, 'a'), 'old'));
    const failing = makeFolder(target, folder, async (draft) => {
      writeFileSync(join(draft, 'a'), 'half');
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(readFileSync(join(target, 'a'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['dist']);
  });
});

test('a draft that a killed run left behind goes with the next one, a fresh one stays', async () => {
  for (const name of ['dist-killed', 'dist-busy']) mkdirSync(join(folder, name));
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(join(folder, 'dist-killed'), longAgo, longAgo);
  await makeFolder(join(folder, 'dist'), folder, async () => {});
  expect(readdirSync(folder).sort()).toEqual(['dist', 'dist-busy']);
});

test('a fingerprint follows names and contents, and nothing else', () => {
  mkdirSync(join(folder, 'main'));
  writeFileSync(join(folder, 'main', 'a.ts'), '1');
  const prints = [fingerprint(folder, ['main', 'absent'])];
  writeFileSync(join(folder, 'unrelated'), '1');
  expect(fingerprint(folder, ['main', 'absent'])).toBe(prints[0]);
  writeFileSync(join(folder, 'main', 'a.ts'), '2');
  prints.push(fingerprint(folder, ['main']));
  writeFileSync(join(folder, 'main', 'b.ts'), '');
  prints.push(fingerprint(folder, ['main']));
  expect(new Set(prints).size).toBe(3);
});

test('a run ends with the skipped tests, their reasons, and one line of sums', () => {
  const total = sum([
    { passed: 3, failed: 0, failures: [], skipped: [] },
    {
      passed: 1,
      failed: 1,
      failures: ['guard (400 instead of 200)'],
      skipped: [{ name: 'netns', reason: 'no permission' }],
    },
  ]);
  expect(closingLines(total)).toBe(
    'skipped: netns (no permission)\nfailed: guard (400 instead of 200)\n4 passed, 1 failed, 1 skipped',
  );
});
