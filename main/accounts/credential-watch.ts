import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { replaceFile } from '../replace-file.ts';
import { type FileWatch, watchFolders } from '../settings/file-watch.ts';
import type { StoredAccount } from './account.ts';
import type { UpsertResult } from './account-store.ts';
import { parseCredentialFile } from './credentials/file.ts';
import { createSerial } from './serial.ts';

/** The part of the account store that watching needs. */
export interface WatchTarget {
  upsert(stored: StoredAccount): Promise<UpsertResult>;
  withdraw(id: string): Promise<void>;
}

export interface CredentialWatchOptions {
  folder: string;
  /** Remembers between runs which accounts came from which file. Holds no secret. */
  memoryFile: string;
  store: WatchTarget;
  clock: Clock;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  onChange(): void;
}

/** A file of the folder that could not be used. */
export interface BrokenFile {
  file: string;
  reason: string;
}

export interface CredentialWatch {
  /** Resolves when the folder has been read once. */
  start(): Promise<void>;
  /** Files that hold tokens in the clear though the vault has them, while the owner has not said what to do with them. */
  originals(): readonly string[];
  broken(): readonly BrokenFile[];
  /** The owner's answer, asked for once: deletes the originals, or leaves them. */
  settleOriginals(remove: boolean): Promise<void>;
  close(): Promise<void>;
}

const memorySchema = z.object({
  /** What is known of one folder says nothing of another one. */
  folder: z.string().default(''),
  files: z.record(z.string(), z.object({ hash: z.string(), accounts: z.array(z.string()) })).default({}),
  /** The owner has answered what to do with the originals. */
  settled: z.boolean().default(false),
});

type Memory = z.infer<typeof memorySchema>;

/** One atomic replace or one editor's save is one event. */
const debounceMs = 1_000;
/** A file that is half-written, or missing between two steps of a replace, is looked at again after this. */
const secondLookMs = 50;
/** Most people have no such folder: looking for it must not keep a laptop awake. */
const absentPollMs = 30_000;
const sizeLimit = 1024 * 1024;

/**
 * Keeps the accounts in line with a folder of CLIProxyAPI credential files: new and changed files are imported, the
 * accounts of a deleted one leave the rotation (their tokens are kept), a broken one is reported and the others go on.
 */
export function createCredentialWatch(options: CredentialWatchOptions): CredentialWatch {
  const serial = createSerial();
  let memory: Memory = { folder: options.folder, files: {}, settled: false };
  let broken: BrokenFile[] = [];
  let watch: FileWatch | undefined;

  const scan = () =>
    serial(async () => {
      const before = JSON.stringify([memory, broken]);
      ({ memory, broken } = await takeOver(options, memory));
      if (JSON.stringify([memory, broken]) === before) return;
      await replaceFile(options.memoryFile, JSON.stringify(memory), { mode: 'private' });
      options.onChange();
    });
  const look = () => {
    scan().catch((error: unknown) => options.log.warn({ err: error }, 'The credential folder could not be read'));
  };

  return {
    async start() {
      memory = await readMemory(options);
      watch = watchFolders({
        clock: options.clock,
        debounceMs,
        pollMs: absentPollMs,
        folders: () => [options.folder],
        concerns: (name) => name === null || name.toLowerCase().endsWith('.json') || name === basename(options.folder),
        onEvent: look,
        onFailure: () => {},
      });
      await scan();
    },
    originals: () => (memory.settled ? [] : Object.keys(memory.files)),
    broken: () => broken,
    settleOriginals: (remove) =>
      serial(async () => {
        const names = Object.keys(memory.files);
        // Forgotten first, so that their absence is not taken for the owner's wish to drop the accounts.
        memory = { ...memory, files: remove ? {} : memory.files, settled: true };
        await replaceFile(options.memoryFile, JSON.stringify(memory), { mode: 'private' });
        if (remove) for (const name of names) await rm(join(options.folder, name), { force: true });
        options.onChange();
      }),
    async close() {
      watch?.close();
      await serial(async () => {});
    },
  };
}

async function readMemory({ memoryFile, folder }: CredentialWatchOptions): Promise<Memory> {
  const text = await readFile(memoryFile, 'utf8').catch(() => '{}');
  const parsed = memorySchema.safeParse(parseJson(text));
  return parsed.success && parsed.data.folder === folder ? parsed.data : { folder, files: {}, settled: false };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** One look at the whole folder. */
async function takeOver(
  options: CredentialWatchOptions,
  memory: Memory,
): Promise<{ memory: Memory; broken: BrokenFile[] }> {
  const files: Memory['files'] = {};
  const broken: BrokenFile[] = [];
  const names = await jsonFiles(options.folder);
  // A folder that cannot be read, or is not mounted just now, tells nothing about its files.
  if (!names) return { memory, broken };
  for (const name of names) {
    const known = memory.files[name];
    const result = await takeOverFile(options, name, known?.hash);
    if (result.kind === 'broken') broken.push({ file: name, reason: result.reason });
    if (result.kind === 'imported') files[name] = result.entry;
    else if (known) files[name] = known;
  }
  const gone = Object.entries(memory.files).filter(([name]) => !names.includes(name));
  if (gone.length > 0) await withdrawGone(options, gone, files);
  return { memory: { ...memory, files }, broken };
}

/** A file may be missing for a moment while it is replaced: only one that stays away counts as deleted. */
async function withdrawGone(
  options: CredentialWatchOptions,
  gone: [string, Memory['files'][string]][],
  files: Memory['files'],
): Promise<void> {
  await pause(options.clock);
  const present = (await jsonFiles(options.folder)) ?? gone.map(([name]) => name);
  const stillNamed = new Set(Object.values(files).flatMap(({ accounts }) => accounts));
  for (const [name, entry] of gone) {
    if (present.includes(name)) {
      files[name] = entry;
      continue;
    }
    for (const id of entry.accounts.filter((account) => !stillNamed.has(account))) await options.store.withdraw(id);
    options.log.info({ file: name }, 'A credential file was deleted; its accounts are no longer used');
  }
}

type FileResult =
  | { kind: 'unchanged' }
  | { kind: 'broken'; reason: string }
  | { kind: 'imported'; entry: Memory['files'][string] };

async function takeOverFile(
  options: CredentialWatchOptions,
  name: string,
  knownHash: string | undefined,
): Promise<FileResult> {
  const path = join(options.folder, name);
  let text = await readSmall(path);
  if (text !== undefined && hashOf(text) === knownHash) return { kind: 'unchanged' };
  let parsed = parseCredentialFile(name, text ?? '');
  if (!parsed.ok) {
    await pause(options.clock);
    text = await readSmall(path);
    parsed = parseCredentialFile(name, text ?? '');
  }
  if (!parsed.ok) return { kind: 'broken', reason: parsed.reason };
  const accounts: string[] = [];
  for (const stored of parsed.accounts) accounts.push((await options.store.upsert(stored)).account.id);
  options.log.info({ file: name, accounts: accounts.length }, 'A credential file was taken over');
  return { kind: 'imported', entry: { hash: hashOf(text ?? ''), accounts } };
}

async function jsonFiles(folder: string): Promise<string[] | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  const files = entries?.filter((entry) => !entry.isDirectory() && entry.name.toLowerCase().endsWith('.json'));
  return files?.map(({ name }) => name).sort();
}

async function readSmall(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && bytes.length <= sizeLimit ? bytes.toString('utf8') : undefined;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function pause(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.after(secondLookMs, resolve));
}
