import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { replaceFile } from '../replace-file.ts';

/** Counts the model requests a day that went to Amp and may have cost credits. */
export interface AmpCredit {
  /** Requests since local midnight. */
  usedToday(): number;
  /** Counts one; the returned function takes it back, for a request that never reached Amp. */
  spend(): () => void;
  /** Resolves when the count is on disk. */
  settled(): Promise<void>;
}

const ledgerSchema = z.object({ day: z.string(), count: z.number().int().min(0) });

/** Keeps the count in a small file, so that a restart does not forget it. An unreadable file counts as none. */
export function createAmpCredit(file: string, clock: { now(): number }): AmpCredit {
  let ledger = load(file);
  let writing: Promise<void> = Promise.resolve();
  const today = () => {
    const day = localDay(clock.now());
    if (ledger.day !== day) ledger = { day, count: 0 };
    return ledger;
  };
  const add = (count: 1 | -1) => {
    const now = today();
    now.count = Math.max(0, now.count + count);
    writing = writing.then(() => replaceFile(file, JSON.stringify(ledger))).catch(() => {});
  };
  return {
    usedToday: () => today().count,
    spend() {
      add(1);
      return () => add(-1);
    },
    settled: () => writing,
  };
}

function load(file: string): { day: string; count: number } {
  try {
    return ledgerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { day: '', count: 0 };
  }
}

function localDay(now: number): string {
  const date = new Date(now);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
