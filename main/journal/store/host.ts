import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PageQuery } from '../../../preload/journal-view.ts';
import type { UsageQuery } from '../../../preload/usage-view.ts';
import type { Clock } from '../../clock.ts';
import type { RequestBatch } from './batch.ts';
import type { FileStore, Retention } from './request-store.ts';
import { NewerSchema } from './schema.ts';
import type { SqliteDriver } from './sqlite-driver.ts';
import { faultOf, openSqliteStore } from './sqlite-store.ts';

/** What the journal's file can be asked to do. */
export type StoreRequest =
  | { op: 'append'; batch: RequestBatch }
  | { op: 'page'; query: PageQuery }
  | { op: 'find'; id: string }
  | { op: 'choices' }
  | { op: 'usage'; query: UsageQuery; now: number };

/** The file cannot be opened, and no other one in its place. */
export class StoreUnusable extends Error {}

export interface HostOptions {
  file: string;
  loadDriver(): SqliteDriver;
  clock: Clock;
  retention(): Retention;
  /** How long a file may stay locked before it is set aside, in milliseconds. */
  lockedMs?: number;
  /** A file was set aside; `message` says why, for the owner. */
  onSetAside(message: string): void;
  /** There has been nothing to do for a while, a longer one after many requests, and everything is on the disk. */
  onIdle(): void;
}

/** Does what it is asked, in the thread that calls it. */
export interface StoreHost {
  /** Throws StoreUnusable, or what SQLite throws for what it was asked. */
  handle(request: StoreRequest): unknown;
  close(): void;
}

/** Quiet for this long, in milliseconds: time to write through to the disk and to tidy up. */
const quietMs = 2_000;
/** After this many requests the thread stays for a while: starting it again costs as much as writing thousands. */
const busyRows = 500;
/** How long it stays then, in milliseconds. */
const busyQuietMs = 30_000;
/** Requests after which that is done although it is never quiet: the side file has some 10 MB then. */
const unsettledRows = 20_000;
/** A step of tidying deletes more requests than this, so that it keeps up with any load. */
const rowsPerStep = 100;

/** Opens the file when it is first needed. A file that cannot be read is set aside, and a new one begun. */
export function createStoreHost(options: HostOptions): StoreHost {
  const { clock } = options;
  let store: FileStore | undefined;
  let unsettled = 0;
  let written = 0;
  let cancelQuiet: () => void = () => {};

  const opened = (): FileStore => {
    try {
      store ??= openOrReplace(options);
      return store;
    } catch (cause) {
      throw new StoreUnusable(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  };
  const settle = () => {
    if (unsettled === 0) return;
    store?.settle();
    unsettled = 0;
  };
  /** Whether there is more to tidy up. */
  const tidy = (file: FileStore) => {
    if (!file.tidy(options.retention(), clock.now())) return false;
    unsettled += rowsPerStep;
    if (unsettled > unsettledRows) settle();
    return true;
  };
  /** After a write, which has succeeded whatever happens here: the next one meets the same fault, and is answered with it. */
  const careFor = (file: FileStore, rows: number) => {
    unsettled += rows;
    written += rows;
    try {
      if (unsettled > unsettledRows) settle();
      for (let done = 0; done < rows && tidy(file); done += rowsPerStep);
    } catch {
      // See above.
    }
  };
  const onQuiet = () => {
    if (!store) return options.onIdle();
    try {
      settle();
      if (tidy(store)) {
        cancelQuiet = clock.after(0, onQuiet);
        return;
      }
      settle();
    } catch {
      // Whatever it is, the next request meets it too, and is answered with it.
    }
    if (written < busyRows) return options.onIdle();
    cancelQuiet = clock.after(busyQuietMs - quietMs, options.onIdle);
  };
  const carryOut = (request: StoreRequest): unknown => {
    switch (request.op) {
      case 'append': {
        const file = opened();
        file.write(request.batch);
        careFor(file, request.batch.ids.length);
        return null;
      }
      case 'page':
        return opened().page(request.query);
      case 'find':
        return opened().find(request.id);
      case 'choices':
        return opened().choices();
      case 'usage':
        return opened().usage(request.query, request.now);
    }
  };
  return {
    handle(request) {
      cancelQuiet();
      try {
        return carryOut(request);
      } catch (error) {
        if (!store || faultOf(error) === 'other') throw error;
        closeQuietly(store);
        store = undefined;
        setAside(options, whatHappened(error));
        return carryOut(request);
      } finally {
        cancelQuiet = clock.after(quietMs, onQuiet);
      }
    },
    close() {
      cancelQuiet();
      if (store) closeQuietly(store);
      store = undefined;
    },
  };
}

function openOrReplace(options: HostOptions): FileStore {
  const Driver = options.loadDriver();
  const verdict = takeVerdict(options.file);
  if (verdict) setAside(options, verdict);
  try {
    return openSqliteStore(options.file, Driver, options.lockedMs);
  } catch (error) {
    if (faultOf(error) === 'other' && !(error instanceof NewerSchema)) throw error;
    setAside(options, whatHappened(error));
    return openSqliteStore(options.file, Driver, options.lockedMs);
  }
}

function closeQuietly(store: FileStore): void {
  try {
    store.close();
  } catch {
    // A file that is about to be set aside, or the end of the program: nothing to do about it.
  }
}

/** The file and its side files get a name with the time. One of them is kept: it may be as large as the journal. */
function setAside({ file, clock, onSetAside }: HostOptions, why: string): void {
  const folder = dirname(file);
  const prefix = `${basename(file)}.set-aside-`;
  for (const name of readdirSync(folder)) if (name.startsWith(prefix)) rmSync(join(folder, name), { force: true });
  const target = `${prefix}${new Date(clock.now()).toISOString().replaceAll(':', '-')}`;
  for (const side of ['-wal', '-shm']) {
    try {
      renameSync(`${file}${side}`, join(folder, `${target}${side}`));
    } catch {
      // It is not always there.
    }
  }
  try {
    renameSync(file, join(folder, target));
  } catch (error) {
    // Windows moves no file that this thread may still have open: whoever opens it next does it before.
    writeFileSync(verdictOf(file), why, { mode: 0o600 });
    throw error;
  }
  onSetAside(`${why} It was set aside as ${target}, and a new journal begun.`);
}

function verdictOf(file: string): string {
  return `${file}.unusable`;
}

/** Why the file is to be set aside before it is opened again, if it is. */
function takeVerdict(file: string): string | undefined {
  try {
    const why = readFileSync(verdictOf(file), 'utf8');
    rmSync(verdictOf(file));
    return why;
  } catch {
    return undefined;
  }
}

function whatHappened(error: unknown): string {
  if (error instanceof NewerSchema) return `The journal of requests could not be used: ${error.message}`;
  return faultOf(error) === 'locked'
    ? 'The journal of requests was locked by another program.'
    : 'The journal of requests was damaged.';
}
