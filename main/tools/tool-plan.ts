import { createHash } from 'node:crypto';
import type { ToolPlan } from '../../preload/tools-view.ts';
import { withChanges } from './edit.ts';
import { type HeldFile, inWords, type LoadedTool } from './loaded-tool.ts';
import { withoutUs } from './record.ts';
import { shownDiff } from './shown-diff.ts';

/** What becomes of one file; undefined stands for no file. */
export interface Step {
  held: HeldFile;
  /** What it is without us: kept, to be put back. */
  before: string | undefined;
  /** What is to be written. */
  after: string | undefined;
}

/** What connecting or restoring does, without doing it. Throws ToolError. */
export function stepsOf({ held, byHand }: LoadedTool, action: ToolPlan['action']): Step[] {
  return held.map((one) =>
    inWords(one.file, () => {
      const before = withoutUs(one, byHand);
      const connects = action === 'connect' && one.changes.length > 0;
      return { held: one, before, after: connects ? withChanges(one.format, before ?? '', one.changes) : before };
    }),
  );
}

/** The same as it is shown. */
export function planOf(
  { tool }: LoadedTool,
  action: ToolPlan['action'],
  steps: readonly Step[],
  scrub: (text: string) => string,
): ToolPlan {
  const files = steps.map(({ held: { file, text, format, target }, after }) => ({
    path: file,
    change: changeOf(text, after),
    lines: shownDiff(text ?? '', after ?? '', { format, secret: target.secret ?? false, scrub }),
  }));
  return { tool: tool.id, action, token: tokenOf(steps), files };
}

/** Differs when any of the files, or what is to be written, has changed. */
export function tokenOf(steps: readonly Step[]): string {
  const all = steps.map(({ held: { file, text }, after }) => [file, text ?? null, after ?? null]);
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

function changeOf(text: string | undefined, after: string | undefined): ToolPlan['files'][number]['change'] {
  if (text === after) return 'none';
  if (text === undefined) return 'create';
  return after === undefined ? 'delete' : 'edit';
}
