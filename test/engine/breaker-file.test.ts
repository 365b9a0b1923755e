import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createBreakerFile } from '../../main/engine/breaker-file.ts';
import { blocksOfAccount } from '../../main/routing/breakers/block.ts';
import type { BreakerState } from '../../main/routing/breakers/breaker.ts';
import { FakeClock } from '../fakes/clock.ts';
import { Bench, dayMs, hourMs, minuteMs, secondMs, startOfTest, target } from '../routing/breakers/bench-account.ts';

let folder: string;
let file: string;
let clock: FakeClock;
let warnings: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusebox-breakers-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  file = join(folder, 'cooldowns.json');
  clock = new FakeClock(startOfTest);
  warnings = [];
});

const open = () => createBreakerFile(file, clock, { warn: (message) => void warnings.push(message) });

/** The state after an account has used up its quota for so long. */
function blockedFor(retryAfterMs: number, accountId = 'a'): BreakerState {
  const bench = new Bench();
  bench.fail({ scope: 'credential', retryAfterMs, message: 'Usage limit' }, target(accountId));
  return bench.state;
}

/** What a start would find, that much later. */
async function found(afterMs = 0) {
  clock.sleep(afterMs);
  const state = await open().load();
  return state && blocksOfAccount(state, 'a', clock.now());
}

describe('the file of cooldowns', () => {
  it('is written a second after the first of many changes, once, with the last of them', async () => {
    const breakers = open();
    breakers.save(blockedFor(hourMs));
    clock.advance(secondMs - 1);
    breakers.save(blockedFor(2 * hourMs));
    expect(clock.pending).toBe(1);
    expect(await readdir(folder)).toEqual([]);
    clock.advance(1);
    expect(clock.pending).toBe(0);
    await breakers.close();
    expect((await found())?.map(({ until }) => until)).toEqual([startOfTest + 2 * hourMs + secondMs]);
  });

  it('is replaced as a whole, and leaves nothing else behind', async () => {
    await writeFile(file, 'x'.repeat(100_000));
    const breakers = open();
    breakers.save(blockedFor(hourMs));
    await breakers.close();
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 1 });
    expect(await readdir(folder)).toEqual(['cooldowns.json']);
  });

  it('is for its owner only', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no such modes');
    await writeFile(file, '{}', { mode: 0o644 });
    const breakers = open();
    breakers.save(blockedFor(hourMs));
    await breakers.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('gets what is still waiting when the program quits, and keeps no timer', async () => {
    const breakers = open();
    breakers.save(blockedFor(hourMs));
    await breakers.close();
    expect(clock.pending).toBe(0);
    expect(await found()).toHaveLength(1);
  });

  it('keeps the order of writes that overlap', async () => {
    const breakers = open();
    breakers.save(blockedFor(hourMs));
    clock.advance(secondMs);
    breakers.save(blockedFor(3 * hourMs));
    clock.advance(secondMs);
    breakers.save(blockedFor(2 * hourMs));
    await breakers.close();
    expect((await found())?.[0]?.until).toBe(startOfTest + 2 * hourMs + secondMs);
  });

  it('is not written when nothing has changed', async () => {
    const breakers = open();
    await breakers.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('that is missing means no cooldowns, and no warning', async () => {
    expect(await found()).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it.each([
    ['cut off', '{"version":1,"savedAt":0,"acc'],
    ['empty', ''],
    ['of another version', '{"version":2,"savedAt":0,"accounts":{}}'],
    ['of another shape', '{"version":1,"savedAt":0,"accounts":{"a":[{"scope":"everything"}]}}'],
  ])('that is %s is set aside and said so, and the next one is written in its place', async (_name, text) => {
    await writeFile(file, text);
    const breakers = open();
    expect(await breakers.load()).toBeUndefined();
    expect(warnings).toEqual(['The saved cooldowns could not be read; the file was set aside']);
    expect(await readFile(`${file}.unreadable`, 'utf8')).toBe(text);
    breakers.save(blockedFor(hourMs));
    await breakers.close();
    expect(await found()).toHaveLength(1);
  });

  it('forgets what has ended or is older than eight days, and lets old ones be tried at once', async () => {
    const breakers = open();
    breakers.save(blockedFor(6 * dayMs));
    await breakers.close();
    expect((await found(minuteMs))?.[0]?.nextProbeAt).toBe(startOfTest + 15 * minuteMs);
    expect((await found(15 * minuteMs))?.[0]?.nextProbeAt).toBe(startOfTest + 15 * minuteMs);
    expect((await found(dayMs))?.[0]?.nextProbeAt).toBeLessThanOrEqual(clock.now());
    expect(await found(6 * dayMs)).toEqual([]);
  });

  it('that cannot be written is said so, and the next change is written again', async () => {
    await mkdir(file);
    await writeFile(join(file, 'in-the-way'), '');
    const breakers = open();
    breakers.save(blockedFor(hourMs));
    clock.advance(secondMs);
    await expect.poll(() => warnings).toEqual(['The cooldowns could not be saved']);
    await rm(file, { recursive: true });
    breakers.save(blockedFor(2 * hourMs));
    await breakers.close();
    expect(await found()).toHaveLength(1);
  });
});
