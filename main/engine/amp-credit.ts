import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { splitSuffix } from '../protocols/thinking-suffix.ts';
import { matchesPattern } from '../providers/model-list.ts';
import { replaceFile } from '../replace-file.ts';
import type { Settings } from '../settings/schema.ts';

/** Counts the model requests a day that went to Amp and may have cost credits. */
export interface AmpCredit {
  /** Requests since local midnight. */
  usedToday(): number;
  /** When the first of them was made, milliseconds since the Unix epoch. */
  firstUseToday(): number | undefined;
  /** Counts one; the returned function takes it back, for a request that never reached Amp. */
  spend(): () => void;
  /** Resolves when the count is on disk. */
  settled(): Promise<void>;
}

const ledgerSchema = z.object({
  day: z.string(),
  count: z.number().int().min(0),
  /** Of the first request, milliseconds since the Unix epoch; older versions did not note it. */
  firstAt: z.number().optional(),
});
type Ledger = z.infer<typeof ledgerSchema>;

/**
 * Keeps the count in a small file, so that a restart does not forget it. An unreadable file counts as none. `onChange`
 * is called after each change of the count; the log tells of a day's first use, for owners without a tray.
 */
export function createAmpCredit(
  file: string,
  clock: { now(): number },
  onChange: () => void,
  log: { warn(text: string): void },
): AmpCredit {
  let ledger = load(file);
  let writing: Promise<void> = Promise.resolve();
  const today = () => {
    const now = clock.now();
    // A clock that is set back over midnight, or a flight to the west, must not double a day's budget.
    if (ledger.day !== localDay(now) && ledger.day !== localDay(now, 1)) ledger = { day: localDay(now), count: 0 };
    return ledger;
  };
  const add = (count: 1 | -1) => {
    const now = today();
    now.count = Math.max(0, now.count + count);
    if (now.count === 0) delete now.firstAt;
    else if (now.firstAt === undefined) {
      now.firstAt = clock.now();
      log.warn("Today's first request went to Amp: no account served it, and it may have cost Amp credits");
    }
    writing = writing.then(() => replaceFile(file, JSON.stringify(ledger))).catch(() => {});
    onChange();
  };
  return {
    usedToday: () => today().count,
    firstUseToday: () => today().firstAt,
    spend() {
      add(1);
      return () => add(-1);
    },
    settled: () => writing,
  };
}

/** Whether the owner lets Amp serve a model, as its client asked for it; a thinking suffix makes no difference. */
export function mayCostCredits({ ampcode }: Pick<Settings, 'ampcode'>, model: string): boolean {
  const allowed = ampcode['credit-models'];
  if (allowed.length === 0) return true;
  const name = splitSuffix(model).base;
  return allowed.some((pattern) => matchesPattern(pattern, name));
}

function load(file: string): Ledger {
  try {
    return ledgerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { day: '', count: 0 };
  }
}

function localDay(now: number, daysOn = 0): string {
  const date = new Date(now);
  date.setDate(date.getDate() + daysOn);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
