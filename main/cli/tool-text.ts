import type { ToolPlan, ToolStatus, ToolView } from '../../preload/tools-view.ts';

const words: Record<ToolStatus, string> = {
  connected: 'connected',
  outdated: 'connected to another address or key; connect it again',
  changed: 'changed by someone else; connect or restore it with --over, or forget it',
  'not-connected': 'not connected',
  'not-installed': 'not found',
  unreadable: 'cannot be read',
};

/** A tool's state in a few words. */
export function statusText({ status, problem }: ToolView): string {
  return problem ? `${words[status]}: ${problem.message} ${problem.fix}` : words[status];
}

const changes = { create: 'new', edit: 'changed', delete: 'removed', none: 'stays as it is' };

/** What a plan writes: a line for each file, and below it the lines that go and come. */
export function diffText({ files }: ToolPlan): string[] {
  return files.flatMap(({ path, change, lines }) => [
    `${path} (${changes[change]})`,
    ...lines.map(({ kind, text }) => `${kind === 'added' ? '+' : '-'} ${text}`),
  ]);
}
