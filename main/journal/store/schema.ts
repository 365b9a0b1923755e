import type { Database } from './sqlite-driver.ts';

/** The file was written by a newer version of the program. */
export class NewerSchema extends Error {}

/**
 * `kinds` holds what many requests share, so that a filter looks at some hundred kinds instead of a million requests;
 * absent values are empty texts, because NULLs are never equal. Sums are kept by kind, so that every grouping is one query.
 */
const first = `
  CREATE TABLE kinds (
    id INTEGER PRIMARY KEY,
    tool TEXT NOT NULL,
    path TEXT NOT NULL,
    format TEXT NOT NULL,
    model_asked TEXT NOT NULL,
    model_served TEXT NOT NULL,
    route TEXT NOT NULL,
    account TEXT NOT NULL,
    account_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    problem TEXT NOT NULL,
    paid_by TEXT NOT NULL,
    amp_credit TEXT NOT NULL,
    UNIQUE (tool, path, format, model_asked, model_served, route, account, account_id, status, outcome, problem,
      paid_by, amp_credit)
  );
  CREATE TABLE requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    kind INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    total_ms INTEGER NOT NULL,
    first_byte_ms INTEGER,
    input INTEGER,
    output INTEGER,
    cache_read INTEGER,
    cache_write INTEGER,
    reasoning INTEGER,
    reason TEXT NOT NULL,
    attempts TEXT NOT NULL
  );
  CREATE INDEX requests_by_kind ON requests (kind);
  CREATE INDEX requests_by_id ON requests (id);
  ${sumsTable('usage_hours')}
  ${sumsTable('usage_days')}
`;

function sumsTable(name: string): string {
  return `CREATE TABLE ${name} (
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    total_ms INTEGER NOT NULL,
    first_byte_ms INTEGER NOT NULL,
    first_bytes INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    PRIMARY KEY (at, kind)
  ) WITHOUT ROWID;`;
}

/** Each brings the file one version on; the file's `user_version` says how many it has had. Only ever add to the end. */
const migrations: readonly string[] = [first];

/** Throws NewerSchema for a file that this version cannot know. */
export function migrate(db: Database): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > migrations.length) throw new NewerSchema('It was written by a newer version of Fusebox.');
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    inTransaction(db, () => db.exec(`${migration}; PRAGMA user_version = ${index + 1};`));
  }
}

/** All or nothing. */
export function inTransaction(db: Database, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    try {
      db.exec('ROLLBACK');
    } catch {
      // Some failures have ended the transaction already.
    }
    throw error;
  }
}
