import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { emptyKeychain } from '../empty-keychain.ts';
import { bundled } from './bundle.ts';
import type { Place } from './parts.ts';

const program = bundled('./opening-process.ts');
const projectFile = fileURLToPath(import.meta.url);
emptyKeychain(projectFile);

/** Each opening writes an entry to prove the keychain, removes it and lists the rest, while the others do the same. */
test('processes that open the keychain at the same time do not end each other', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fusebox-opening-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const place: Omit<Place, 'origin'> = { vault: 'keychain', dataDir, projectFile };
  const endings = Array.from({ length: 3 }, () => {
    const child = fork(program.path(), [JSON.stringify(place)], { execArgv: [] });
    onTestFinished(() => void child.kill('SIGKILL'));
    return once(child, 'exit');
  });
  expect(await Promise.all(endings)).toEqual([
    [0, null],
    [0, null],
    [0, null],
  ]);
});
