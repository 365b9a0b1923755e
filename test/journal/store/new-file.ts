import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Where a journal can be, in a folder of its own that goes with the test. */
export function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fusebox-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'journal.db');
}
