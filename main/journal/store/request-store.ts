import type { JournalChoices, JournaledRequest, PageQuery, RequestPage } from '../../../preload/journal-view.ts';
import type { UsageQuery, UsageView } from '../../../preload/usage-view.ts';
import type { RequestRecord } from '../record.ts';
import type { RequestBatch } from './batch.ts';

/** How much of the past is kept. */
export interface Retention {
  /** Milliseconds. */
  keepMs: number;
  /** Bytes of the file. */
  maxBytes: number;
}

/** Where requests are kept. Everything is done at once; whatever throws has changed nothing. */
export interface RequestStore {
  /** In the order in which they ended. */
  append(records: readonly RequestRecord[]): void;
  page(query: PageQuery): RequestPage;
  /** One request by its id. */
  find(id: string): JournaledRequest | undefined;
  choices(): JournalChoices;
  /** `now` in milliseconds since the Unix epoch. */
  usage(query: UsageQuery, now: number): UsageView;
}

/** A store in a file, which needs care from time to time. */
export interface FileStore extends RequestStore {
  /** The same as `append`. */
  write(batch: RequestBatch): void;
  /** Does a small part of what there is to tidy up; whether there is more. */
  tidy(retention: Retention, now: number): boolean;
  /** Moves what was written lately to where it stays, and to the disk. */
  settle(): void;
  close(): void;
}
