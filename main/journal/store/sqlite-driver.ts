import { createRequire } from 'node:module';
import type LibsqlDatabase from 'libsql';

/** The part of libsql that the journal uses; the same as better-sqlite3's. */
export type Database = Pick<LibsqlDatabase.Database, 'exec' | 'prepare' | 'close'>;
export type SqliteDriver = new (file: string) => Database;

/** Loads libsql when it is first needed. It is native: throws where it is not installed or cannot be loaded. */
export function loadSqlite(): SqliteDriver {
  const load = createRequire(import.meta.url);
  return load('libsql') as SqliteDriver;
}
