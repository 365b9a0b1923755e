import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExportFormat, JournaledRequest } from '../../preload/journal-view.ts';
import { type CallHandlers, CallRefused } from '../engine/calls/call-handlers.ts';
import type { Engine } from '../engine.ts';
import { exportText } from '../journal/export.ts';

export interface JournalParts {
  engine: Pick<Engine, 'journal'>;
  /** Asks the owner where an export goes; undefined when they cancel. */
  chooseExport(format: ExportFormat): Promise<string | undefined>;
}

/** The export of past requests. */
export function journalHandlers({ engine: { journal }, chooseExport }: JournalParts) {
  return {
    'journal.export': async ({ format, ...filter }) => {
      const file = await chooseExport(format);
      if (file === undefined) throw new CallRefused('cancelled', 'Nothing was chosen.');
      const count = { requests: 0 };
      const pages = counted(journal.all(filter), count);
      // For the owner's eyes only, wherever it is put.
      await pipeline(Readable.from(exportText(format, pages)), createWriteStream(file, { mode: 0o600 }));
      return { file: basename(file), requests: count.requests };
    },
  } satisfies Partial<CallHandlers>;
}

async function* counted(pages: AsyncIterable<readonly JournaledRequest[]>, count: { requests: number }) {
  for await (const page of pages) {
    count.requests += page.length;
    yield page;
  }
}
