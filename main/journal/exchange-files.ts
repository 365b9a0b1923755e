import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What one side of an exchange sent. */
export interface LoggedMessage {
  /** Secret ones are masked already. */
  headers: Record<string, string | string[]>;
  /** As JSON where it is, else as text; the first part of a long one. */
  body: unknown;
  /** Of the whole body. */
  bytes: number;
  /** The body is longer than what is kept of it. */
  cut?: true;
}

/** One request with its answer, bodies included: settings key `request-log`. */
export interface LoggedExchange {
  id: string;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  totalMs: number;
  tool: string;
  method: string;
  /** Without the query, where credentials may stand. */
  path: string;
  request: LoggedMessage;
  answer: LoggedMessage & { status: number };
}

export interface ExchangeFilesOptions {
  /** Created, private to the owner, when missing. */
  folder: string;
  /** Bytes of all files together; 0 for no limit. */
  maxBytes(): number;
  /** The text with every known secret masked. */
  scrub(text: string): string;
  /** Called once when a file could not be written, and again only after writing worked in between. */
  onProblem(error: unknown): void;
}

export interface ExchangeFiles {
  /** Writes soon, one file after the other. */
  write(exchange: LoggedExchange): void;
  /** Resolves when everything is written. */
  settled(): Promise<void>;
}

/** Exchanges that wait to be written at most; a disk that is too slow loses some, and memory stays free. */
const mostWaiting = 20;

/** A file for each exchange, readable by the owner only. The oldest are deleted when all together are too large. */
export function createExchangeFiles({ folder, maxBytes, scrub, onProblem }: ExchangeFilesOptions): ExchangeFiles {
  let waiting = 0;
  let failing = false;
  let writing: Promise<void> = Promise.resolve();
  const write = async (exchange: LoggedExchange) => {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const text = scrub(`${JSON.stringify(readable(exchange), undefined, 2)}\n`);
      await writePrivate(join(folder, nameOf(exchange)), text);
      if (maxBytes() > 0) await removeOldest(folder, maxBytes());
      failing = false;
    } catch (error) {
      if (!failing) onProblem(error);
      failing = true;
    }
  };
  return {
    write(exchange) {
      if (waiting >= mostWaiting) return;
      waiting++;
      writing = writing.then(() => write(exchange)).finally(() => waiting--);
    },
    settled: () => writing,
  };
}

function readable({ startedAt, ...rest }: LoggedExchange): object {
  return { startedAt: new Date(startedAt).toISOString(), ...rest };
}

/** In the order of their names files are in the order of their times. */
function nameOf({ startedAt, id }: LoggedExchange): string {
  return `${new Date(startedAt).toISOString().replaceAll(':', '-')}-${id}.json`;
}

async function writePrivate(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

async function removeOldest(folder: string, maxBytes: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  let total = sizes.reduce((sum, size) => sum + size, 0);
  for (const [index, name] of names.entries()) {
    if (total <= maxBytes) return;
    await rm(join(folder, name), { force: true });
    total -= sizes[index] ?? 0;
  }
}
