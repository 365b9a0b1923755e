import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { batchOf } from './batch.ts';
import { createPages } from './pages.ts';
import type { FileStore } from './request-store.ts';
import { migrate } from './schema.ts';
import type { Database, SqliteDriver } from './sqlite-driver.ts';
import { usageOf } from './sums.ts';
import { createTidying } from './tidying.ts';
import { createWriter } from './writer.ts';

/**
 * Opens the journal's file, readable by the owner only, and brings it to the present schema. Throws what SQLite throws
 * for a file that is no database or stays locked for `lockedMs` milliseconds (see `faultOf`), and NewerSchema.
 */
export function openSqliteStore(file: string, Driver: SqliteDriver, lockedMs = 5_000): FileStore {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // SQLite gives its side files the permissions of the main one (www.sqlite.org/src, findCreateFileMode).
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const db = new Driver(file);
  try {
    return storeOf(db, lockedMs);
  } catch (error) {
    db.close();
    throw error;
  }
}

function storeOf(db: Database, lockedMs: number): FileStore {
  prepare(db, lockedMs);
  const pages = createPages(db);
  const write = createWriter(db);
  const tidy = createTidying(db);
  return {
    append: (records) => write(batchOf(records, (text) => text)),
    write,
    page: pages.page,
    find: pages.find,
    choices: pages.choices,
    usage: (query, now) => usageOf(db, query, now),
    tidy,
    settle: () => void db.prepare('PRAGMA wal_checkpoint(PASSIVE)').all(),
    close() {
      // libsql keeps a closed file open until its statements are collected, so what SQLite does at the end is done here.
      try {
        db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
      } finally {
        db.close();
      }
    },
  };
}

function prepare(db: Database, lockedMs: number): void {
  // Before anything else: it can be chosen only while a file is empty.
  db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  db.exec(`PRAGMA busy_timeout = ${lockedMs}`);
  db.prepare('PRAGMA journal_mode = WAL').all();
  // A power cut may take the last seconds, never the file. Writing to the disk happens in `settle`, when it is quiet.
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec('PRAGMA wal_autocheckpoint = 0');
  db.exec('PRAGMA cache_size = -1000');
  migrate(db);
}

/** `broken`: the file is no database, or a damaged one. `locked`: somebody else has it. */
export type StoreFault = 'broken' | 'locked' | 'other';

export function faultOf(error: unknown): StoreFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^SQLITE_(NOTADB|CORRUPT|FORMAT)/.test(code)) return 'broken';
  return /^SQLITE_(BUSY|LOCKED)/.test(code) ? 'locked' : 'other';
}
