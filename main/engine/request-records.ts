import { join } from 'node:path';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Clock } from '../clock.ts';
import { createJournal, type Journal } from '../journal/recent.ts';
import type { RequestRecord } from '../journal/record.ts';
import { createRequestJournal, type RequestJournal } from '../journal/request-journal.ts';
import type { OpenPort } from '../journal/store/port.ts';
import type { Settings } from '../settings/schema.ts';

export interface RecordParts {
  dataDir: string;
  openJournal: OpenPort;
  clock: Clock;
  settings(): Settings;
  store: Pick<AccountStore, 'get'>;
  scrub(text: string): string;
  log: { info(message: string): void; warn(message: string): void };
  onChange(): void;
}

/** What has been requested: the latest in memory, all of it on the disk. */
export interface RequestRecords {
  /** The record is theirs from then on. */
  add(record: RequestRecord): void;
  latest: Pick<Journal, 'recent' | 'onRecord'>;
  journal: Omit<RequestJournal, 'add' | 'close'>;
  close(): Promise<void>;
}

/** As many as the state shows (engine-state.ts): what is kept here outlives the first garbage collections. */
const latestCount = 5;
const dayMs = 86_400_000;
const megabyte = 1_000_000;

export function createRequestRecords(parts: RecordParts): RequestRecords {
  const latest = createJournal({ capacity: latestCount });
  const journal = createRequestJournal({
    file: join(parts.dataDir, 'journal.db'),
    openPort: parts.openJournal,
    clock: parts.clock,
    scrub: parts.scrub,
    retention() {
      const { 'keep-days': days, 'max-size-mb': megabytes } = parts.settings().journal;
      return { keepMs: days * dayMs, maxBytes: megabytes * megabyte };
    },
    onProblem(problem) {
      if (problem === undefined) parts.log.info('The journal of requests is kept in its file again');
      else parts.log.warn(problem);
      parts.onChange();
    },
  });
  return {
    latest,
    journal,
    add(record) {
      tellPayer(record, (id) => parts.store.get(id)?.kind);
      latest.add(record);
      journal.add(record);
    },
    close: journal.close,
  };
}

/** Amp's provider aliases: what comes in there would have gone to Amp, and cost its credits. */
const ampPrefix = '/api/provider/';

/** Adds who paid for the answer, if there was one. */
export function tellPayer(record: RequestRecord, kindOf: (accountId: string) => 'oauth' | 'api-key' | undefined): void {
  if (record.status >= 400 || record.route === 'refused') return;
  if (record.route === 'amp') {
    record.paidBy = 'amp-credits';
    record.ampCredit = 'used';
    return;
  }
  const kind = kindOf(record.attempts.at(-1)?.via ?? '');
  if (kind) record.paidBy = kind === 'oauth' ? 'subscription' : 'api-key';
  if (record.path.startsWith(ampPrefix)) record.ampCredit = 'saved';
}
