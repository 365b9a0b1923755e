import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missingEntries } from '../../scripts/complete-lock.mjs';
import { projectRoot } from './imports.ts';

const lockText = readFileSync(join(projectRoot, 'package-lock.json'), 'utf8');
interface Locked {
  integrity?: string;
  optional?: boolean;
  cpu?: string[];
  resolved?: string;
  [kind: string]: unknown;
}

const lock: {
  packages: Record<string, Locked>;
} = JSON.parse(lockText);

test('the lockfile names no download addresses, so that every registry setting works', () => {
  expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  expect(lockText).not.toMatch(/"(?:https?|git|file)[^"]*\.tgz"/);
});

test('the lockfile secures every package with a checksum, but for optional ones of other systems', () => {
  const unsecured = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && !entry.integrity);
  expect(unsecured.filter(([, entry]) => !entry.optional || !entry.cpu).map(([path]) => path)).toEqual([]);
});

test('the lockfile has an entry for every optional package, or npm ci refuses it', () => {
  expect(missingEntries(lock.packages).map(({ path }) => path)).toEqual([]);
});

test('an optional package without an entry is found and described', () => {
  const parent = { version: '2.0.0', dev: true, optionalDependencies: { '@tool/cli-linux-arm64-musl': '2.0.0' } };
  const entry = { version: '2.0.0', cpu: ['arm64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] };
  expect(missingEntries({ 'node_modules/a/node_modules/b': parent })).toEqual([
    { path: 'node_modules/@tool/cli-linux-arm64-musl', entry },
  ]);
  expect(missingEntries({ 'node_modules/b': parent, 'node_modules/@tool/cli-linux-arm64-musl': entry })).toEqual([]);
  const other = { ...entry, version: '1.0.0' };
  expect(missingEntries({ 'node_modules/b': parent, 'node_modules/@tool/cli-linux-arm64-musl': other })).toEqual([
    { path: 'node_modules/b/node_modules/@tool/cli-linux-arm64-musl', entry },
  ]);
});

test('the lockfile belongs to package.json', () => {
  const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const root = lock.packages[''];
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    expect(root?.[kind]).toEqual(manifest[kind]);
  }
});
