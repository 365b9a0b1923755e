import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../main/clock.ts';
import { SettingsError } from '../../main/settings/problem.ts';
import { defaultSettings, type Settings } from '../../main/settings/schema.ts';
import type { SettingsPatch, SettingsStore } from '../../main/settings/store.ts';
import { openYamlStore } from '../../main/settings/yaml-store.ts';

let folder: string;
let file: string;
let lines: string[];
const stores: SettingsStore[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusebox-settings-'));
  file = join(folder, 'config.yaml');
  lines = [];
});

afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  await rm(folder, { recursive: true, force: true });
});

const log = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };

async function open(text?: string, clock: Clock = systemClock): Promise<SettingsStore> {
  if (text !== undefined) await writeFile(file, text);
  const opened = await openYamlStore({ file, clock, log });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  stores.push(opened.store);
  // The look at what changed while the watch was set up is over.
  await settled(opened.store);
  return opened.store;
}

/** Timers that end when the test says so. */
class ManualClock implements Clock {
  readonly #timers = new Map<() => void, number>();
  #wake = () => {};

  get size(): number {
    return this.#timers.size;
  }

  now(): number {
    return 0;
  }

  after(delayMs: number, task: () => void): () => void {
    const entry = () => task();
    this.#timers.set(entry, delayMs);
    this.#wake();
    return () => this.#timers.delete(entry);
  }

  /** Resolves once a timer with this delay runs. */
  async timer(delayMs: number): Promise<void> {
    while (![...this.#timers.values()].includes(delayMs)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ends all timers that run now. */
  fire(): void {
    const due = [...this.#timers.keys()];
    this.#timers.clear();
    for (const task of due) task();
  }
}

/** Time passes at once. */
class HastyClock implements Clock {
  readonly #delays: number[] = [];
  #wake = () => {};

  now(): number {
    return 0;
  }

  after(delayMs: number, task: () => void): () => void {
    this.#delays.push(delayMs);
    this.#wake();
    const timer = setImmediate(task);
    return () => clearImmediate(timer);
  }

  /** How many timers with this delay there were. */
  count(delayMs: number): number {
    return this.#delays.filter((delay) => delay === delayMs).length;
  }

  nextTimer(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Resolves when everything that was begun is done: an update waits for its turn, and an empty one changes nothing. */
async function settled(store: SettingsStore): Promise<void> {
  await store.update({}).catch(() => undefined);
}

function nextChange(store: SettingsStore): Promise<Settings> {
  return new Promise((resolve) => {
    const stop = store.onChange((settings) => {
      stop();
      resolve(settings);
    });
  });
}

async function replace(text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

async function names(): Promise<string[]> {
  return (await readdir(folder)).sort();
}

describe('opening', () => {
  it('gives the settings of the file and logs what has no effect', async () => {
    const store = await open('port: 9001\nws-auth: true\n');
    expect(store.current().port).toBe(9001);
    expect(store.problem()).toBeUndefined();
    expect(lines).toEqual(['config.yaml, line 2: `ws-auth` is not used by this version']);
  });

  it('reports every problem of a bad file and opens nothing', async () => {
    await writeFile(file, 'prot: 1\ndebug: 3\n');
    const opened = await openYamlStore({ file, clock: systemClock, log });
    if (opened.ok) throw new Error('opened');
    expect(opened.problems.map(({ key, line }) => [key, line]).sort()).toEqual([
      ['debug', 2],
      ['prot', 1],
    ]);
  });

  it('explains a path that cannot be read', async () => {
    await mkdir(file);
    const opened = await openYamlStore({ file, clock: systemClock, log });
    expect(opened).toEqual({ ok: false, problems: [{ file, text: 'the file cannot be read: it is a folder' }] });
    const below = join(folder, 'plain', 'config.yaml');
    await writeFile(join(folder, 'plain'), '');
    expect(await openYamlStore({ file: below, clock: systemClock, log })).toMatchObject({ ok: false });
  });

  it('refuses a file that is far too large', async () => {
    await writeFile(file, `# ${'x'.repeat(1024 * 1024)}\n`);
    const opened = await openYamlStore({ file, clock: systemClock, log });
    expect(opened).toEqual({ ok: false, problems: [{ file, text: 'the file cannot be read: larger than 1 MiB' }] });
  });

  it('starts with defaults without a file, and uses the file once it is created', async () => {
    file = join(folder, 'deep', 'er', 'config.yaml');
    const store = await open();
    expect(store.current()).toEqual(defaultSettings());
    const change = nextChange(store);
    await writeFile(file, 'port: 9002\n');
    expect((await change).port).toBe(9002);
    expect(store.problem()).toBeUndefined();
  });
});

describe('reloading', () => {
  it('takes a file that was written in place', async () => {
    const store = await open('port: 9001\n');
    const change = nextChange(store);
    await writeFile(file, 'port: 9002\n');
    expect((await change).port).toBe(9002);
    expect(store.current().port).toBe(9002);
  });

  it('takes a file that was replaced, again and again', async () => {
    const store = await open('port: 9001\n');
    for (const port of [9002, 9003, 9004]) {
      const change = nextChange(store);
      await replace(`port: ${port}\n`);
      expect((await change).port).toBe(port);
    }
  });

  it('takes a file that was deleted and made anew, as some editors do', async () => {
    const store = await open('port: 9001\n');
    const change = nextChange(store);
    await rm(file);
    await writeFile(file, 'port: 9002\n');
    expect((await change).port).toBe(9002);
    expect(lines.filter((line) => line.includes('gone'))).toEqual([]);
  });

  it('keeps the last good settings while the file is bad, says why once, and recovers', async () => {
    const store = await open('port: 9001\n');
    const bad = nextChange(store);
    await replace('port: 9002\nprot: 1\n');
    expect((await bad).port).toBe(9001);
    expect(store.problem()).toBe(
      'config.yaml, line 2: `prot` is not a setting; the nearest valid key is `port`\nThe last good settings stay in force.',
    );
    const good = nextChange(store);
    await replace('port: 9003\n');
    expect((await good).port).toBe(9003);
    expect(store.problem()).toBeUndefined();
    expect(lines.filter((line) => line.includes('prot'))).toHaveLength(1);
  });

  it('clears the problem when the old text comes back', async () => {
    const store = await open('port: 9001\n');
    const bad = nextChange(store);
    await replace('port: [\n');
    await bad;
    const good = nextChange(store);
    await replace('port: 9001\n');
    expect((await good).port).toBe(9001);
    expect(store.problem()).toBeUndefined();
  });

  it('waits for an editor that truncates first and writes later', async () => {
    const clock = new ManualClock();
    const store = await open('port: 9001\n', clock);
    const seen: number[] = [];
    store.onChange((settings) => seen.push(settings.port));
    for (const halfWritten of ['', 'port: 90\nampco']) {
      await writeFile(file, halfWritten);
      await clock.timer(100);
      clock.fire();
      await clock.timer(150);
    }
    await writeFile(file, 'port: 9002\n');
    await clock.timer(100);
    clock.fire();
    await settled(store);
    expect(seen).toEqual([9002]);
    expect(store.problem()).toBeUndefined();
  });

  it('takes an empty file for what it is when it stays empty', async () => {
    const clock = new HastyClock();
    const store = await open('port: 9001\n', clock);
    const change = nextChange(store);
    await writeFile(file, '');
    expect(await change).toEqual(defaultSettings());
    expect(clock.count(150)).toBeGreaterThanOrEqual(4);
  });

  it('logs a bad file once, however often it is saved', async () => {
    const clock = new HastyClock();
    const store = await open('port: 9001\n', clock);
    for (const text of ['prot: 1\n', 'prot: 2\n', 'prot: 3\n']) {
      const looks = clock.count(150);
      // In one step: to this clock the moment between truncating and writing is long.
      await replace(text);
      while (clock.count(150) < looks + 4) await clock.nextTimer();
      await new Promise((resolve) => setImmediate(resolve));
      await settled(store);
    }
    expect(store.problem()).toContain('`prot`');
    expect(lines).toHaveLength(1);
  });

  it('says so when the file is gone, and recovers when it is back', async () => {
    const store = await open('port: 9001\n');
    const gone = nextChange(store);
    await rm(file);
    expect((await gone).port).toBe(9001);
    expect(store.problem()).toBe('config.yaml is gone\nThe last good settings stay in force.');
    const back = nextChange(store);
    await writeFile(file, 'port: 9001\n');
    await back;
    expect(store.problem()).toBeUndefined();
  });

  it('finds the file again after its folder was replaced', async () => {
    file = join(folder, 'inner', 'config.yaml');
    await mkdir(join(folder, 'inner'));
    const store = await open('port: 9001\n');
    const gone = nextChange(store);
    await rename(join(folder, 'inner'), join(folder, 'old'));
    await gone;
    expect(store.problem()).toContain('is gone');
    const back = nextChange(store);
    await mkdir(join(folder, 'inner'));
    await writeFile(file, 'port: 9002\n');
    expect((await back).port).toBe(9002);
  });

  it('follows a symbolic link to another folder, also when the target is replaced', async () => {
    const target = join(folder, 'dotfiles', 'fusebox.yaml');
    await mkdir(join(folder, 'dotfiles'));
    await writeFile(target, 'port: 9001\n');
    await symlink(target, file);
    const store = await open();
    expect(store.current().port).toBe(9001);
    for (const port of [9002, 9003]) {
      const change = nextChange(store);
      await writeFile(`${target}.new`, `port: ${port}\n`);
      await rename(`${target}.new`, target);
      expect((await change).port).toBe(port);
    }
  });

  it('is silent about a change of comments', async () => {
    const clock = new ManualClock();
    const store = await open('port: 9001\n', clock);
    const seen: number[] = [];
    store.onChange((settings) => seen.push(settings.port));
    await writeFile(file, '# hello\nport: 9001\n');
    await clock.timer(100);
    clock.fire();
    await store.update({ debug: true });
    expect(await readFile(file, 'utf8')).toBe('# hello\nport: 9001\ndebug: true\n');
    expect(seen).toEqual([9001]);
  });

  it('ends when the store is closed: no listener is called and no timer is left', async () => {
    const clock = new ManualClock();
    const store = await open('port: 9001\n', clock);
    let calls = 0;
    store.onChange(() => calls++);
    await writeFile(file, 'port: [\n');
    await clock.timer(100);
    clock.fire();
    await clock.timer(150);
    store.close();
    expect(clock.size).toBe(0);
    await store.update({}).catch(() => undefined);
    expect(calls).toBe(0);
    expect(store.problem()).toBeUndefined();
  });
});

const commented = `# My gateway
port:   8317      # the usual port

# who may call
api-keys:
- "first-key-1"   # laptop
- 'second-key-2'

ampcode:
    fallback: unknown  # spend nothing more
    model-mappings:
    - from: a   # first
      to: b

debug: false
`;

describe('updating', () => {
  it('changes a single value and not one character else', async () => {
    const store = await open(commented);
    await store.update({ port: 9005, ampcode: { fallback: 'never' } });
    expect(await readFile(file, 'utf8')).toBe(
      commented.replace('8317', '9005').replace('fallback: unknown', 'fallback: never'),
    );
    expect(store.current().port).toBe(9005);
    expect(store.current().ampcode.fallback).toBe('never');
  });

  it('keeps comments and order when keys are added, replaced and removed', async () => {
    const store = await open(commented);
    await store.update({
      'logging-to-file': true,
      'api-keys': ['third-key-33'],
      ampcode: { 'credit-guard': 7 },
      debug: null,
    });
    const text = await readFile(file, 'utf8');
    for (const comment of ['# My gateway', '# the usual port', '# who may call', '# spend nothing more', '# first']) {
      expect(text).toContain(comment);
    }
    const keys = [...text.matchAll(/^([a-z-]+):/gm)].map(([, key]) => key);
    expect(keys).toEqual(['port', 'api-keys', 'ampcode', 'logging-to-file']);
    expect(store.current()).toMatchObject({ 'logging-to-file': true, 'api-keys': ['third-key-33'], debug: false });
    expect(store.current().ampcode).toMatchObject({ 'credit-guard': 7, fallback: 'unknown' });
  });

  it.each<[string, SettingsPatch, string]>([
    ['host: "127.0.0.1" # a\n', { host: '::1' }, 'host: "::1" # a\n'],
    ["host: '127.0.0.1' # a\n", { host: '127.0.0.2' }, "host: '127.0.0.2' # a\n"],
    ['auth-dir: ~/here # a\n', { 'auth-dir': '8317' }, 'auth-dir: "8317" # a\n'],
    ['auth-dir: ~/here\n', { 'auth-dir': 'a: b # c' }, 'auth-dir: "a: b # c"\n'],
    ['auth-dir: "~/here"\n', { 'auth-dir': 'tab\tquote"' }, 'auth-dir: "tab\\tquote\\""\n'],
    ['{ port: 1, debug: true }\n', { port: 2 }, '{ port: 2, debug: true }\n'],
    ['ampcode: # nothing yet\ndebug: true\n', { ampcode: { fallback: 'never' } }, ''],
    ['port: &p 8317\nbody-limit: *p\n', { 'body-limit': 9 }, ''],
    ['', { port: 2 }, 'port: 2\n'],
    ['# only a comment\n', { port: 2 }, '# only a comment\n\nport: 2\n'],
    ['port: 1\n', { port: 1, ampcode: { 'upstream-url': null } }, 'port: 1\n'],
    ['port: 1\r\ndebug: true # x\r\n', { port: 2 }, 'port: 2\r\ndebug: true # x\r\n'],
  ])('edits %j', async (before, patch, expected) => {
    const store = await open(before);
    await store.update(patch);
    const text = await readFile(file, 'utf8');
    if (expected !== '') expect(text).toBe(expected);
    for (const [key, value] of Object.entries(patch)) {
      if (typeof value !== 'object') expect(store.current()).toHaveProperty([key], value);
    }
    const again = await open();
    expect(again.current()).toEqual(store.current());
  });

  it('refuses what does not fit, with the reason, and changes nothing', async () => {
    const store = await open('port: 8317\n');
    const refused = store.update({ host: '0.0.0.0' });
    await expect(refused).rejects.toBeInstanceOf(SettingsError);
    await expect(refused).rejects.toThrow('`api-keys` is empty');
    await expect(store.update({ port: 99_999 })).rejects.toThrow('config.yaml: `port` must be at most 65535');
    expect(await readFile(file, 'utf8')).toBe('port: 8317\n');
    expect(store.current()).toEqual(defaultSettings());
    expect(await names()).toEqual(['config.yaml']);
  });

  it('does not touch a file that is bad at the moment', async () => {
    const store = await open('port: 8317\n');
    await writeFile(file, 'prot: 1\n');
    await expect(store.update({ port: 9001 })).rejects.toThrow('`prot` is not a setting');
    expect(await readFile(file, 'utf8')).toBe('prot: 1\n');
  });

  it('keeps what somebody else wrote a moment before', async () => {
    const store = await open('port: 8317\n');
    await writeFile(file, 'port: 8317\ndebug: true\n');
    await store.update({ port: 9001 });
    expect(await readFile(file, 'utf8')).toBe('port: 9001\ndebug: true\n');
    expect(store.current()).toMatchObject({ port: 9001, debug: true });
  });

  it('makes updates one after the other', async () => {
    const store = await open();
    await Promise.all([store.update({ port: 9001 }), store.update({ debug: true }), store.update({ port: 9002 })]);
    expect(await readFile(file, 'utf8')).toBe('port: 9002\ndebug: true\n');
  });

  it('keeps the mode of the file and writes through a symbolic link', async () => {
    const target = join(folder, 'real.yaml');
    await writeFile(target, 'port: 8317\n');
    await chmod(target, 0o640);
    await symlink(target, file);
    const store = await open();
    await store.update({ port: 9001 });
    expect(await readFile(target, 'utf8')).toBe('port: 9001\n');
    expect((await stat(target)).mode & 0o777).toBe(0o640);
    expect(await names()).toEqual(['config.yaml', 'real.yaml']);
  });

  it('makes a new file private', async () => {
    const store = await open();
    await store.update({ port: 9001 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await names()).toEqual(['config.yaml']);
  });

  it('calls the listeners once, before it resolves', async () => {
    const store = await open('port: 8317\n');
    const seen: number[] = [];
    store.onChange((settings) => seen.push(settings.port));
    await store.update({ port: 9001 });
    expect(seen).toEqual([9001]);
    const change = nextChange(store);
    await replace('port: 9002\n');
    await change;
    expect(seen).toEqual([9001, 9002]);
  });
});
