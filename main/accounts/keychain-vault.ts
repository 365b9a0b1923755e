import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Lock } from './file-lock.ts';
import { createSerial } from './serial.ts';
import { withTimeLimit } from './time-limit.ts';
import { type Vault, VaultError } from './vault.ts';

/** The part of keytar that is used. */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
  findCredentials(service: string): Promise<{ account: string; password: string }[]>;
}

export interface KeychainVaultOptions {
  keychain: Keychain;
  clock: Clock;
  note?: string;
  /** Told of entries that cannot be read; they are left as they are. */
  report?: (message: string) => void;
  /** Eight hex digits; tells apart two writes of one millisecond. */
  randomId?: () => string;
  /** What one entry holds at most: see `entryLimitOf`. Default: what every system takes. */
  entryLimit?: number;
  /** Keeps listing and removing apart, in this process and others; needed where `mayCrashWhileListing`. */
  lock?: Lock;
}

export const keychainService = 'fusebox';
/** Held while entries are listed, and while one is removed. */
export const listingLock = 'keychain';

/** Windows: CRED_MAX_CREDENTIAL_BLOB_SIZE, 5 * 512 bytes (wincred.h). */
const windowsEntryLimit = 2560;
/** The macOS keychain and the Secret Service name no limit; this is far above any account. */
const usualEntryLimit = 64 * 1024;
/** A prompt of the keychain may wait for a person; a hung one must not hold the writers for ever. */
const callLimitMs = 60_000;
/** Another process may be writing a generation that no head names yet, so young ones are never cleaned. */
const staleAfterMs = 10 * 60_000;

const mostListings = 4;

const inlineMark = 'fusebox:1:value:';
const partsMark = 'fusebox:1:parts:';
const partPattern = /^(.+)#([0-9a-z]+)-([0-9a-f]+)\.(\d+)$/;

type Head =
  | { kind: 'value'; value: string }
  | { kind: 'parts'; generation: string; count: number; digest: string }
  | { kind: 'unreadable'; reason: string };

/**
 * Values in the operating system's keychain. A value that does not fit one entry is written as parts of a new generation,
 * then the head entry is switched to it, then the parts of the old generation are removed: whenever the process ends,
 * the head names a complete value. A new value is read back before the old one goes. What a crash left over is removed
 * at the next start.
 */
export class KeychainVault implements Vault {
  readonly kind = 'keychain';
  readonly note?: string;
  readonly #keychain: Keychain;
  readonly #clock: Clock;
  readonly #report: (message: string) => void;
  readonly #randomId: () => string;
  readonly #entryLimit: number;
  readonly #lock: Lock;
  readonly #write = createSerial();
  #cleaned = false;

  constructor(options: KeychainVaultOptions) {
    this.#keychain = options.keychain;
    this.#clock = options.clock;
    this.#report = options.report ?? (() => undefined);
    this.#randomId = options.randomId ?? (() => randomBytes(4).toString('hex'));
    this.#entryLimit = options.entryLimit ?? windowsEntryLimit;
    this.#lock = options.lock ?? ((_name, task) => task());
    if (options.note !== undefined) this.note = options.note;
  }

  async entries(): Promise<Map<string, string>> {
    const listed = new Map((await this.#find()).map((found) => [found.account, found.password]));
    const values = new Map<string, string>();
    for (const [name, text] of listed) {
      if (isPart(name)) continue;
      const value = assemble(name, decodeHead(text), listed) ?? (await this.#getOrReport(name));
      if (value !== undefined) values.set(name, value);
    }
    await this.#cleanOnce(listed);
    return values;
  }

  /** Reads again when parts are missing: another process may just have switched the head. */
  async get(name: string): Promise<string | undefined> {
    let reason = '';
    for (let attempt = 0; attempt < 3; attempt++) {
      const text = await this.#read(name);
      if (text === undefined) return undefined;
      const head = decodeHead(text);
      const value = assemble(name, head, await this.#readParts(name, head));
      if (value !== undefined) return value;
      reason = head.kind === 'unreadable' ? head.reason : 'parts of it are missing';
    }
    throw new VaultError(`The keychain entry "${name}" cannot be read: ${reason}. It was left as it is.`);
  }

  set(name: string, value: string): Promise<void> {
    return this.#write(async () => {
      checkName(name);
      const before = await this.#read(name);
      if (cost(inlineMark + value) <= this.#entryLimit) await this.#store(name, inlineMark + value);
      else await this.#storeInParts(name, value);
      if (!(await this.#holds(name, value))) await this.#takeBack(name, before);
      if (before !== undefined) await this.#removeParts(name, decodeHead(before));
    });
  }

  delete(name: string): Promise<void> {
    return this.#write(async () => {
      const before = await this.#readHead(name);
      if (!before) return;
      await this.#remove(name);
      await this.#removeParts(name, before);
    });
  }

  async #storeInParts(name: string, value: string): Promise<void> {
    const generation = newGeneration(this.#clock, this.#randomId());
    const parts = split(value, this.#entryLimit);
    for (const [index, part] of parts.entries()) await this.#store(partName(name, generation, index), part);
    await this.#store(name, `${partsMark}${generation}:${parts.length}:${digestOf(value)}`);
  }

  async #holds(name: string, value: string): Promise<boolean> {
    const text = await this.#read(name);
    if (text === undefined) return false;
    const head = decodeHead(text);
    return assemble(name, head, await this.#readParts(name, head)) === value;
  }

  /** A keychain that changes what it is given must not cost the value of before, whose parts are still there. */
  async #takeBack(name: string, before: string | undefined): Promise<never> {
    if (before !== undefined) await this.#store(name, before);
    throw new VaultError(`The keychain does not return what was written to "${name}". The value of before was kept.`);
  }

  /** The new value is already in force, so a failure here is no failure of the write: the next start cleans up. */
  async #removeParts(name: string, head: Head): Promise<void> {
    for (const entry of partsOf(name, head)) await this.#tryRemove(entry);
  }

  async #tryRemove(entry: string): Promise<void> {
    try {
      await this.#remove(entry);
    } catch {
      // Left for the next start.
    }
  }

  async #cleanOnce(listed: Map<string, string>): Promise<void> {
    if (this.#cleaned) return;
    this.#cleaned = true;
    for (const entry of listed.keys()) {
      const [, name = '', ...generation] = partPattern.exec(entry) ?? [];
      if (!isStale(decodeListed(listed, name), generation, this.#clock.now())) continue;
      // The list may have been incomplete, or the head been switched since: what it says now decides.
      if (isStale(await this.#readHead(name), generation, this.#clock.now())) await this.#tryRemove(entry);
    }
  }

  async #getOrReport(name: string): Promise<string | undefined> {
    try {
      return await this.get(name);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      this.#report(error.message);
      return undefined;
    }
  }

  async #readParts(name: string, head: Head): Promise<Map<string, string>> {
    const parts = new Map<string, string>();
    for (const entry of partsOf(name, head)) parts.set(entry, (await this.#read(entry)) ?? '');
    return parts;
  }

  async #readHead(name: string): Promise<Head | undefined> {
    const text = await this.#read(name);
    return text === undefined ? undefined : decodeHead(text);
  }

  async #read(entry: string): Promise<string | undefined> {
    return (await this.#call('read', () => this.#keychain.getPassword(keychainService, entry))) ?? undefined;
  }

  #store(entry: string, text: string): Promise<void> {
    return this.#call('write', () => this.#keychain.setPassword(keychainService, entry, text));
  }

  #remove(entry: string): Promise<boolean> {
    return this.#alone('delete', () => this.#keychain.deletePassword(keychainService, entry));
  }

  #find(): Promise<{ account: string; password: string }[]> {
    return this.#alone('read', () => listKeychain(this.#keychain));
  }

  /** Listings and removals: one of them at a time. */
  #alone<T>(verb: string, work: () => Promise<T>): Promise<T> {
    return inWords(verb, () => this.#lock(listingLock, () => this.#call(verb, work)));
  }

  #call<T>(verb: string, work: () => Promise<T>): Promise<T> {
    const late = () => new VaultError(`The keychain did not ${verb} within ${callLimitMs / 1000} s; it may be locked.`);
    return inWords(verb, () => withTimeLimit(this.#clock, callLimitMs, work(), late));
  }
}

async function inWords<T>(verb: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VaultError) throw error;
    throw new VaultError(`The keychain refused to ${verb}: ${reasonOf(error)}`);
  }
}

/**
 * Whether a listing ends the whole process when an entry is removed meanwhile. With the Secret Service keytar first finds
 * the entries and then copies each one's secret without asking whether it is still there (7.9, keytar_posix.cc).
 */
export function mayCrashWhileListing(platform: NodeJS.Platform): boolean {
  return platform !== 'win32' && platform !== 'darwin';
}

/**
 * Everything that is kept under our name. Tries again when it fails: the Secret Service refuses the whole list when
 * another program has removed one entry since it began. Call it under `listingLock` where `mayCrashWhileListing`.
 */
export async function listKeychain(keychain: Keychain): Promise<{ account: string; password: string }[]> {
  for (let attempt = 1; attempt < mostListings; attempt++) {
    try {
      return await keychain.findCredentials(keychainService);
    } catch {
      // The last attempt tells why.
    }
  }
  return keychain.findCredentials(keychainService);
}

/** What one entry of this system's keychain takes, in bytes. Few entries matter: Linux reads and writes them one by one. */
export function entryLimitOf(platform: NodeJS.Platform): number {
  return platform === 'win32' ? windowsEntryLimit : usualEntryLimit;
}

/** Names one write: when it began, and eight hex digits that tell apart two of one millisecond. */
export function newGeneration(clock: Clock, id: string): string {
  return `${clock.now().toString(36)}-${id}`;
}

/** The keychain entry of one part of a value. */
export function partName(name: string, generation: string, index: number): string {
  return `${name}#${generation}.${index}`;
}

/** Whether an entry is a part, or a probe, and no value by itself. */
export function isPart(entry: string): boolean {
  return partPattern.test(entry);
}

/** The first line of what a keychain says, without the paths that follow in some systems' messages. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').trim().slice(0, 200);
}

function decodeHead(text: string): Head {
  if (text.startsWith(inlineMark)) return { kind: 'value', value: text.slice(inlineMark.length) };
  const parts = /^fusebox:1:parts:([0-9a-z]+-[0-9a-f]+):(\d{1,4}):([0-9a-f]{64})$/.exec(text);
  const [, generation, count, digest] = parts ?? [];
  if (generation && count && digest) return { kind: 'parts', generation, count: Number(count), digest };
  if (/^fusebox:\d+:/.test(text)) return { kind: 'unreadable', reason: 'it was written by a newer Fusebox' };
  return { kind: 'unreadable', reason: 'it was not written by Fusebox' };
}

function partsOf(name: string, head: Head): string[] {
  if (head.kind !== 'parts') return [];
  return Array.from({ length: head.count }, (_, index) => partName(name, head.generation, index));
}

function assemble(name: string, head: Head, entries: Map<string, string>): string | undefined {
  if (head.kind === 'value') return head.value;
  if (head.kind === 'unreadable') return undefined;
  const value = partsOf(name, head)
    .map((entry) => entries.get(entry) ?? '')
    .join('');
  return digestOf(value) === head.digest ? value : undefined;
}

/** Parts are stale when the readable head of their name does not point at them; those of an unreadable head are kept. */
function isStale(head: Head | undefined, [time = '', id = '']: string[], now: number): boolean {
  if (time === '' || head?.kind === 'unreadable') return false;
  if (head?.kind === 'parts' && head.generation === `${time}-${id}`) return false;
  return now - Number.parseInt(time, 36) > staleAfterMs;
}

function decodeListed(listed: Map<string, string>, name: string): Head | undefined {
  const text = listed.get(name);
  return text === undefined ? undefined : decodeHead(text);
}

function split(value: string, entryLimit: number): string[] {
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const char of value) {
    const size = cost(char);
    if (used + size > entryLimit) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += char;
    used += size;
  }
  return [...parts, part];
}

/** Bytes in whichever of UTF-16 and UTF-8 is longer: systems differ in what they count. */
function cost(text: string): number {
  return Math.max(text.length * 2, Buffer.byteLength(text));
}

function digestOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

function checkName(name: string): void {
  if (name === '' || name.includes('#')) throw new VaultError('A vault entry needs a name without "#".');
}
