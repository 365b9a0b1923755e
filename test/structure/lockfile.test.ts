import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from './imports.ts';

const lockText = readFileSync(join(projectRoot, 'package-lock.json'), 'utf8');
const lock: { packages: Record<string, Record<string, unknown>> } = JSON.parse(lockText);

test('the lockfile names no download addresses, so that every registry setting works', () => {
  expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  expect(lockText).not.toMatch(/"(?:https?|git|file)[^"]*\.tgz"/);
});

test('the lockfile secures every package with a checksum', () => {
  const unsecured = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && !entry.integrity);
  expect(unsecured.map(([path]) => path)).toEqual([]);
});

test('the lockfile belongs to package.json', () => {
  const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const root = lock.packages[''];
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    expect(root?.[kind]).toEqual(manifest[kind]);
  }
});
