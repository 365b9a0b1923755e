import { open } from 'node:fs/promises';
import path from 'node:path';
import { CallRefused } from '../engine/calls/call-handlers.ts';

/** Key files are a few thousand bytes. */
const largestFile = 64 * 1024;

/** The key files that the owner has picked for running sign-ins. Their texts are secret and never leave this process. */
export interface KeyFiles {
  /** Lets the owner pick one; resolves to its name without the folder, or undefined when they cancel. */
  choose(signIn: string, field: string): Promise<string | undefined>;
  /** By field name. */
  textsOf(signIn: string): Readonly<Record<string, string>>;
  /** Forgets the files of all sign-ins but these. */
  keepOnly(running: ReadonlySet<string>): void;
}

/** `pick` asks for a path. */
export function createKeyFiles(pick: () => Promise<string | undefined>): KeyFiles {
  const texts = new Map<string, Readonly<Record<string, string>>>();
  const textsOf = (signIn: string) => texts.get(signIn) ?? {};
  return {
    async choose(signIn, field) {
      const file = await pick();
      if (file === undefined) return undefined;
      texts.set(signIn, { ...textsOf(signIn), [field]: await readKeyFile(file) });
      return path.basename(file);
    },
    textsOf,
    keepOnly(running) {
      for (const signIn of [...texts.keys()]) if (!running.has(signIn)) texts.delete(signIn);
    },
  };
}

async function readKeyFile(file: string): Promise<string> {
  const name = path.basename(file);
  const handle = await open(file).catch(() => {
    throw new CallRefused(
      'unreadable_file',
      `${name} cannot be read.`,
      'Check who may read it, or choose another one.',
    );
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > largestFile)
      throw new CallRefused('no_key_file', `${name} is no key file.`, 'Choose the file that the provider gave you.');
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
