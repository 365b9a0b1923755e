import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';

/** Runs `task` while no other holder of the lock `name` runs, in this process or another. Rejects with LockTimeout. */
export type Lock = <T>(name: string, task: () => Promise<T>) => Promise<T>;

export class LockTimeout extends Error {
  constructor(name: string, waitedMs: number) {
    super(`Another Fusebox process has held the lock "${name}" for ${Math.round(waitedMs / 1000)} s.`);
    this.name = 'LockTimeout';
  }
}

export interface FileLockOptions {
  /** Where lock files are made; created when missing. */
  folder: string;
  clock?: Clock;
  /** Give up after this long, in milliseconds. */
  waitMs?: number;
}

const pollMs = 25;
/** A living holder touches its file this often. */
const heartbeatMs = 2_000;
/** Looks without any sign of life before a lock counts as abandoned; counted, so that a sleeping machine adds none. */
const abandonedAfterLooks = 15_000 / pollMs;

/**
 * Locks as files: the one that creates the file holds the lock; a file whose process is gone is taken over.
 * Taking and releasing are synchronous, some microseconds on a local disk: a process that is killed in between would
 * leave a file that does not say whose it is, and the next one would wait for it.
 */
export function createFileLock(options: FileLockOptions): Lock {
  const clock = options.clock ?? systemClock;
  const waitMs = options.waitMs ?? 60_000;
  return async (name, task) => {
    const path = join(options.folder, `${name.replaceAll(/[^\w.@-]/g, '_')}.lock`);
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const mark = `${process.pid} ${randomBytes(8).toString('hex')} ${processSpace()}`;
    await acquire(path, mark, clock, () => new LockTimeout(name, waitMs), waitMs);
    const stopBeating = heartbeat(path, clock);
    try {
      return await task();
    } finally {
      stopBeating();
      release(path, mark);
    }
  };
}

async function acquire(path: string, mark: string, clock: Clock, timeout: () => Error, waitMs: number): Promise<void> {
  const start = clock.now();
  let seen = '';
  let looks = 0;
  while (!create(path, mark)) {
    const sign = await signOfLife(path);
    looks = sign.text === seen ? looks + 1 : 0;
    seen = sign.text;
    if (sign.dead || looks >= abandonedAfterLooks) breakLock(path, sign.mark);
    else if (clock.now() - start > waitMs) throw timeout();
    else await new Promise<void>((resolve) => clock.after(pollMs, resolve));
  }
}

function create(path: string, mark: string): boolean {
  try {
    writeFileSync(path, mark, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** What changes while the holder lives, and whether its process is known to be gone. */
async function signOfLife(path: string): Promise<{ text: string; mark: string; dead: boolean }> {
  try {
    const mark = await readFile(path, 'utf8');
    const { mtimeMs, ino } = await stat(path);
    return { text: `${mark} ${ino} ${mtimeMs}`, mark, dead: isDead(mark) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { text: '', mark: '', dead: false };
    throw error;
  }
}

/** Only a process of the same machine and process namespace (containers share folders, not process ids) can be judged. */
function isDead(mark: string): boolean {
  const [pid, , space] = mark.split(' ');
  if (space !== processSpace() || !pid || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

function processSpace(): string {
  const host = encodeURIComponent(hostname());
  try {
    return `${host}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return host;
  }
}

/** Removes an abandoned lock, one breaker at a time: otherwise a slow breaker could remove the lock of its successor. */
function breakLock(path: string, mark: string): void {
  const breaker = `${path}.break`;
  if (!create(breaker, mark)) {
    const held = statSync(breaker, { throwIfNoEntry: false });
    if (held && Date.now() - held.mtimeMs > 10_000) rmSync(breaker, { force: true });
    return;
  }
  try {
    if (markIn(path) === mark) rmSync(path, { force: true });
  } finally {
    rmSync(breaker, { force: true });
  }
}

/** Undefined when there is no such file, or it cannot be read now. */
function markIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function heartbeat(path: string, clock: Clock): () => void {
  let cancel = () => {};
  const beat = () => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
    cancel = clock.after(heartbeatMs, beat);
  };
  cancel = clock.after(heartbeatMs, beat);
  return () => cancel();
}

function release(path: string, mark: string): void {
  if (markIn(path) === mark) rmSync(path, { force: true });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
