import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import {
  createThinkingMemory,
  type SavedTurn,
  type ThinkingMemory,
} from '../gateway/inference/translation/thinking-memory.ts';
import { replaceFile } from '../replace-file.ts';

export interface ThinkingFile {
  memory: ThinkingMemory;
  /** Writes what is waiting. */
  close(): Promise<void>;
}

export interface ThinkingFileParts {
  file: string;
  clock: Clock;
  /** The key of the file, base64; kept in the vault. */
  key(): string | undefined;
  setKey(key: string): Promise<void>;
  log: { warn(message: string): void };
}

/** Seldom, since it holds conversations of megabytes; a crash costs models a few of their thoughts. */
const debounceMs = 10_000;

const savedTurns = z.array(
  z.object({
    key: z.string(),
    at: z.number(),
    turn: z.object({
      thinking: z.array(
        z.object({
          kind: z.literal('thinking'),
          text: z.string(),
          signature: z.string(),
          id: z.string().exactOptional(),
        }),
      ),
      calls: z.record(z.string(), z.string()),
    }),
  }),
);

/**
 * Keeps what models signed for clients that cannot, over a restart, encrypted with a key of the vault: it says what
 * conversations were about. A file that cannot be read is given up; models then go without it.
 */
export async function openThinkingFile(parts: ThinkingFileParts): Promise<ThinkingFile> {
  const { clock, log } = parts;
  const saved = await load(parts);
  let cancel: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();
  const write = () => {
    cancel = undefined;
    writing = writing.then(() => save(memory, parts)).catch(() => log.warn('Signed thinking could not be saved'));
  };
  const memory = createThinkingMemory({
    now: () => clock.now(),
    saved,
    onChange: () => {
      cancel ??= clock.after(debounceMs, write);
    },
  });
  return {
    memory,
    async close() {
      if (cancel) {
        cancel();
        write();
      }
      await writing;
    },
  };
}

async function load({ file, key, log }: ThinkingFileParts): Promise<SavedTurn[]> {
  const sealed = await readFile(file).catch(() => undefined);
  const secret = key();
  if (!sealed || secret === undefined) return [];
  try {
    return savedTurns.parse(JSON.parse(open(sealed, secret)));
  } catch {
    await rm(file, { force: true }).catch(() => {});
    log.warn('Saved thinking could not be read; it was given up');
    return [];
  }
}

async function save(memory: ThinkingMemory, { file, key, setKey }: ThinkingFileParts): Promise<void> {
  let secret = key();
  if (secret === undefined) {
    secret = randomBytes(32).toString('base64');
    await setKey(secret);
  }
  await replaceFile(file, seal(JSON.stringify(memory.all()), secret), { mode: 'private' });
}

const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with a fresh IV each time, as one base64 text: IV, tag, data. */
function seal(text: string, key: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64'), iv);
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), data]).toString('base64');
}

function open(sealed: Buffer, key: string): string {
  const bytes = Buffer.from(sealed.toString('utf8'), 'base64');
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64'), bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
}
