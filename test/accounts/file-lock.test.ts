import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileLock } from '../../main/accounts/file-lock.ts';
import { systemClock } from '../../main/clock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusebox-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('holders of one name run one after another, and nothing is left behind', async () => {
  const locks = [createFileLock({ folder }), createFileLock({ folder })];
  let inside = 0;
  let most = 0;
  const task = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => locks[index % 2]?.('x', task)));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('locks of different names do not wait for each other', async () => {
  const lock = createFileLock({ folder });
  expect(await lock('a', () => lock('b', async () => 'both'))).toBe('both');
});

test('the lock is released when the task fails', async () => {
  const lock = createFileLock({ folder });
  await expect(lock('a', () => Promise.reject(new Error('task')))).rejects.toThrow('task');
  expect(await lock('a', async () => 'again')).toBe('again');
});

test('a lock that another process holds for too long ends in LockTimeout', async () => {
  const lock = createFileLock({ folder, waitMs: 100 });
  await lock('a', async () => {
    await expect(lock('a', async () => 'never')).rejects.toThrow('Another Fusebox process has held the lock "a"');
  });
});

async function markOfEndedProcess(): Promise<string> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  const own = await createFileLock({ folder })('sample', () => readFile(join(folder, 'sample.lock'), 'utf8'));
  return own.replace(/^\d+/, String(child.pid));
}

test('the lock of a process that was killed is taken over at once, by one of many', async () => {
  await writeFile(join(folder, 'a.lock'), await markOfEndedProcess());
  const lock = createFileLock({ folder, waitMs: 5_000 });
  let inside = 0;
  const results = await Promise.all(
    Array.from({ length: 10 }, () =>
      lock('a', async () => {
        expect(++inside).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
        return 'done';
      }),
    ),
  );
  expect(results).toHaveLength(10);
  expect(await readdir(folder)).toEqual([]);
});

test('a lock without any sign of life is taken over after a while, whoever it names', async () => {
  await writeFile(join(folder, 'a.lock'), '1 0123456789abcdef elsewhere');
  // Time for the holder's heartbeat passes in looks, so the clock may run as fast as it likes.
  const quick = { now: () => systemClock.now(), after: (_ms: number, task: () => void) => systemClock.after(0, task) };
  expect(await createFileLock({ folder, clock: quick })('a', async () => 'mine')).toBe('mine');
});
