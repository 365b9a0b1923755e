import path from 'node:path';
import type { ImportReport } from '../../preload/contract.ts';

/** An import's report in words. Files are named without their folders. */
export function importWords({ imported, skipped, warnings = [] }: ImportReport): { message: string; detail: string } {
  const count = imported.length;
  return {
    message: count === 0 ? 'No account was imported.' : `Imported ${count} ${count === 1 ? 'account' : 'accounts'}.`,
    detail: [
      ...imported.map(({ label, updated }) => (updated ? `${label} (updated)` : label)),
      ...skipped.map(({ file, reason }) => `${path.basename(file)}: ${reason}`),
      ...warnings,
    ].join('\n'),
  };
}
