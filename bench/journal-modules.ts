// What the bench takes of the journal; bundled for the measured process.
export { systemClock } from '../main/clock.ts';
export { createRedactor } from '../main/journal/redaction.ts';
export { createRequestJournal } from '../main/journal/request-journal.ts';
export { loadSqlite } from '../main/journal/store/sqlite-driver.ts';
export { openSqliteStore } from '../main/journal/store/sqlite-store.ts';
export { threadPort } from '../main/journal/store/thread-port.ts';
export { pageQuery } from '../preload/journal-view.ts';
export { usageQuery } from '../preload/usage-view.ts';
