import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchOf } from '../../../main/journal/store/batch.ts';
import { createStoreHost, type HostOptions } from '../../../main/journal/store/host.ts';
import { loadSqlite } from '../../../main/journal/store/sqlite-driver.ts';
import type { RequestPage } from '../../../preload/journal-view.ts';
import { pageQuery } from '../../../preload/journal-view.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { request } from '../requests.ts';
import { newFile } from './new-file.ts';

function host(file: string, changes: Partial<HostOptions> = {}) {
  const told: string[] = [];
  const clock = new FakeClock();
  const made = createStoreHost({
    file,
    clock,
    loadDriver: loadSqlite,
    retention: () => ({ keepMs: 1e12, maxBytes: 1e9 }),
    lockedMs: 20,
    onSetAside: (message) => told.push(message),
    onIdle: () => told.push('idle'),
    ...changes,
  });
  onTestFinished(() => made.close());
  const add = (...numbers: number[]) =>
    made.handle({
      op: 'append',
      batch: batchOf(
        numbers.map((number) => request(number)),
        String,
      ),
    });
  const count = (limit = 50) =>
    (made.handle({ op: 'page', query: pageQuery.parse({ limit }) }) as RequestPage).requests.length;
  return { ...made, add, count, told, clock };
}

const setAsideOf = (file: string) =>
  readdirSync(dirname(file)).filter(
    (name) => name.startsWith(`${basename(file)}.set-aside-`) && !/-(wal|shm)$/.test(name),
  );

describe('a file of requests that cannot be used', () => {
  it('is set aside when it is no database', () => {
    const file = newFile();
    writeFileSync(file, 'this is not a database, but it is long enough to be taken for one '.repeat(100));
    const { add, count, told } = host(file);
    add(1, 2);
    expect(count()).toBe(2);
    expect(told).toEqual([
      expect.stringMatching(/^The journal of requests was damaged\. It was set aside as journal\.db/),
    ]);
    const [name = ''] = setAsideOf(file);
    expect(readFileSync(`${dirname(file)}/${name}`, 'utf8')).toContain('this is not a database');
  });

  it('is set aside when it turns out to be damaged later on, and what was to be written is', () => {
    const file = newFile();
    const first = host(file);
    first.add(...Array.from({ length: 500 }, (_, index) => index));
    first.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096 * 2);
    writeFileSync(file, bytes);
    const second = host(file);
    second.add(1000);
    expect(second.count()).toBe(1);
    expect(second.told).toHaveLength(1);
    expect(second.told[0]).toContain('damaged');
  });

  it('is set aside when another program keeps it locked', () => {
    const file = newFile();
    host(file).add(1);
    const Driver = loadSqlite();
    const other = new Driver(file);
    onTestFinished(() => void other.close());
    other.exec('BEGIN EXCLUSIVE');
    const { add, count, told } = host(file);
    add(2, 3);
    expect(count()).toBe(2);
    expect(told[0]).toContain('locked by another program');
  });

  it('is set aside when a newer version has written it', () => {
    const file = newFile();
    host(file).add(1);
    const Driver = loadSqlite();
    const newer = new Driver(file);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    const { count, told } = host(file);
    expect(count()).toBe(0);
    expect(told[0]).toContain('newer version');
  });

  it('leaves one file behind, however often that happens', () => {
    const file = newFile();
    for (const hour of [1, 2, 3]) {
      writeFileSync(file, 'no database '.repeat(100));
      const { count, clock, close } = host(file);
      clock.advance(hour * 3_600_000);
      count();
      close();
    }
    expect(setAsideOf(file)).toHaveLength(1);
  });

  it('is reported when it cannot be set aside either, and tried again with the next request', () => {
    let loads = 0;
    const { add, count, told } = host(newFile(), {
      loadDriver() {
        loads++;
        if (loads === 1) throw new Error('no such library');
        return loadSqlite();
      },
    });
    expect(() => add(1)).toThrow('no such library');
    add(2);
    expect(count()).toBe(1);
    expect(told).toEqual([]);
  });
});

it('a file that could not be moved then is set aside before it is opened again', () => {
  const file = newFile();
  host(file).add(1);
  writeFileSync(`${file}.unusable`, 'The journal of requests was damaged.');
  const { count, told } = host(file);
  expect(count()).toBe(0);
  expect(told[0]).toContain('damaged');
  expect(setAsideOf(file)).toHaveLength(1);
  expect(host(file).count()).toBe(0);
  expect(setAsideOf(file)).toHaveLength(1);
});

describe('when it is quiet', () => {
  it('what was written goes from the side file to the main one, old requests go, and idleness is told once', () => {
    const file = newFile();
    const { add, count, clock, told } = host(file, { retention: () => ({ keepMs: 1e12, maxBytes: 60_000 }) });
    add(...Array.from({ length: 1000 }, (_, index) => index));
    const fresh = statSync(file).size;
    clock.advance(1_900);
    expect(statSync(file).size).toBe(fresh);
    clock.advance(1_000);
    expect(statSync(file).size).toBeGreaterThan(fresh);
    clock.advance(30_000);
    expect(told).toEqual(['idle']);
    expect(clock.pending).toBe(0);
    expect(count(500)).toBeLessThan(200);
  });

  it('a few requests later it is idle at once, and many later only after half a minute', () => {
    const { add, count, clock, told } = host(newFile());
    add(1, 2, 3);
    clock.advance(2_000);
    expect(told).toEqual(['idle']);
    add(...Array.from({ length: 500 }, (_, index) => index));
    clock.advance(29_999);
    expect(told).toEqual(['idle']);
    expect(count()).toBe(50);
    clock.advance(29_999);
    expect(told).toEqual(['idle']);
    clock.advance(1);
    expect(told).toEqual(['idle', 'idle']);
    expect(clock.pending).toBe(0);
  });
});

it('old requests go also while it is never quiet', () => {
  const { add, count } = host(newFile(), { retention: () => ({ keepMs: 1e12, maxBytes: 100_000 }) });
  for (let batch = 0; batch < 40; batch++) add(...Array.from({ length: 100 }, (_, index) => batch * 100 + index));
  expect(count(500)).toBeLessThan(500);
});
