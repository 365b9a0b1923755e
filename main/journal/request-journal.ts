import type {
  JournalChoices,
  JournaledRequest,
  JournalState,
  PageQuery,
  RequestFilter,
  RequestPage,
} from '../../preload/journal-view.ts';
import type { UsageQuery, UsageView } from '../../preload/usage-view.ts';
import type { Clock } from '../clock.ts';
import type { RequestRecord } from './record.ts';
import { GrowingBatch, type RequestBatch, recordsOf, withoutFirst } from './store/batch.ts';
import { type StoreRequest, StoreUnusable } from './store/host.ts';
import { createMemoryStore } from './store/memory-store.ts';
import type { OpenPort } from './store/port.ts';
import type { RequestStore, Retention } from './store/request-store.ts';

export interface RequestJournalOptions {
  /** The database. */
  file: string;
  openPort: OpenPort;
  retention(): Retention;
  clock: Clock;
  /** The text with every known secret masked. */
  scrub(text: string): string;
  /** The owner has something to know: see `state`. Undefined when the file can be used again. */
  onProblem(problem: string | undefined): void;
}

/** Every request, on the disk. Writing costs the caller nothing but a row of numbers. */
export interface RequestJournal {
  add(record: RequestRecord): void;
  page(query: PageQuery): Promise<RequestPage>;
  find(id: string): Promise<JournaledRequest | undefined>;
  choices(): Promise<JournalChoices>;
  usage(query: UsageQuery): Promise<UsageView>;
  /** All that a filter means, latest first, a page at a time. */
  all(filter: RequestFilter): AsyncGenerator<readonly JournaledRequest[]>;
  state(): JournalState;
  /** Writes what is waiting. */
  close(): Promise<void>;
}

/** Milliseconds between two writes. */
const flushMs = 250;
/** A file that could not be written is tried again after this time, in milliseconds. */
const retryMs = 60_000;
/** Requests that wait at most for a file that cannot be written; the oldest are given up. */
const mostWaiting = 20_000;
/** Requests of one write: it keeps the thread of the file from other work for so long. */
const batchRows = 500;
/** Requests remembered while there is no file. */
const memoryRows = 5_000;

const exportRows = 500;

/** Collects requests and passes them on in batches; while the file cannot be used they are answered from memory. */
export function createRequestJournal(options: RequestJournalOptions): RequestJournal {
  const { clock } = options;
  const growing = new GrowingBatch(batchRows);
  /** Full ones and such as could not be written, the oldest first. */
  let waiting: RequestBatch[] = [];
  let memory: RequestStore | undefined;
  let problem: string | undefined;
  let failing = false;
  let writing: Promise<void> = Promise.resolve();
  let cancelFlush: (() => void) | undefined;
  let closed = false;

  const clean = (record: RequestRecord) => JSON.parse(options.scrub(JSON.stringify(record))) as RequestRecord;
  const closeBatch = () => {
    if (growing.size > 0) waiting.push(growing.take(options.scrub));
  };
  const tell = (message: string) => {
    if (message === problem) return;
    problem = message;
    options.onProblem(message);
  };
  const port = options.openPort({ file: options.file, retention: options.retention, onSetAside: tell });
  const plan = (delayMs: number) => {
    if (!closed) cancelFlush ??= clock.after(delayMs, () => void flush());
  };
  const worked = () => {
    if (!failing) return;
    failing = false;
    problem = undefined;
    options.onProblem(undefined);
  };
  const onFailure = (error: unknown, failed?: RequestBatch) => {
    failing = true;
    closeBatch();
    waiting = latestOf(failed ? [failed, ...waiting] : waiting, mostWaiting);
    // It has what waits, from now on with each request: what has failed before is in it already.
    if (!memory) {
      memory = createMemoryStore(memoryRows);
      for (const batch of waiting) memory.append(recordsOf(batch));
    }
    const why = error instanceof Error ? error.message : String(error);
    tell(
      options.scrub(`The journal of requests cannot be written; requests are remembered until Fusebox ends. (${why})`),
    );
    plan(retryMs);
  };
  const write = async () => {
    for (;;) {
      if (waiting.length === 0) closeBatch();
      const batch = waiting.shift();
      if (!batch) break;
      try {
        await port.ask({ op: 'append', batch });
      } catch (error) {
        return onFailure(error, batch);
      }
      worked();
      memory = undefined;
    }
    // Nothing that only memory has: the next question tries the file again.
    memory = undefined;
  };
  const flush = (): Promise<void> => {
    cancelFlush?.();
    cancelFlush = undefined;
    writing = writing.then(write);
    return writing;
  };
  /** From the file, with all that was added before; from memory where that is all there is. */
  const ask = async <T>(request: StoreRequest, ofMemory: (store: RequestStore) => T): Promise<T> => {
    if (!memory) await flush();
    if (memory) return ofMemory(memory);
    try {
      const answer = (await port.ask(request)) as T;
      worked();
      return answer;
    } catch (error) {
      if (!(error instanceof StoreUnusable)) throw error;
      onFailure(error);
      return ofMemory(memory ?? createMemoryStore(0));
    }
  };
  const page = (query: PageQuery) => ask({ op: 'page', query }, (store) => store.page(query));
  return {
    add(record) {
      if (closed) return;
      growing.add(record);
      if (growing.size === batchRows) closeBatch();
      if (!memory) return plan(flushMs);
      memory.append([clean(record)]);
      waiting = latestOf(waiting, mostWaiting - growing.size);
    },
    page,
    find: (id) => ask({ op: 'find', id }, (store) => store.find(id)),
    choices: () => ask({ op: 'choices' }, (store) => store.choices()),
    usage(query) {
      const now = clock.now();
      return ask({ op: 'usage', query, now }, (store) => store.usage(query, now));
    },
    async *all(filter) {
      let before: number | undefined;
      do {
        const found: RequestPage = await page({ ...filter, limit: exportRows, ...(before ? { before } : {}) });
        if (found.requests.length > 0) yield found.requests;
        before = found.next;
      } while (before !== undefined);
    },
    state: () => ({ kind: memory ? 'memory' : 'file', ...(problem ? { problem } : {}) }),
    async close() {
      closed = true;
      await flush();
      await port.close();
    },
  };
}

/** The last `most` requests of some batches. */
function latestOf(batches: RequestBatch[], most: number): RequestBatch[] {
  let surplus = batches.reduce((sum, { ids }) => sum + ids.length, -most);
  if (surplus <= 0) return batches;
  return batches.flatMap((batch) => {
    const dropped = Math.min(Math.max(surplus, 0), batch.ids.length);
    surplus -= dropped;
    if (dropped === 0) return [batch];
    return dropped === batch.ids.length ? [] : [withoutFirst(batch, dropped)];
  });
}
