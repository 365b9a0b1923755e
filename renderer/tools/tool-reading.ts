import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  type LucideIcon,
  RefreshCw,
  TriangleAlert,
} from 'lucide-react';
import { clockText } from '../../preload/readings.ts';
import type { ToolPlan, ToolStatus, ToolView } from '../../preload/tools-view.ts';
import { text } from '../text/en.ts';

const words = text.tools;

/** A state's mark: told apart by its shape, never by colour alone. */
export const marks: Record<ToolStatus, { icon: LucideIcon; colour: string }> = {
  connected: { icon: CircleCheck, colour: 'text-good' },
  outdated: { icon: RefreshCw, colour: 'text-warn' },
  changed: { icon: TriangleAlert, colour: 'text-warn' },
  'not-connected': { icon: CircleDashed, colour: 'text-soft' },
  'not-installed': { icon: CircleSlash, colour: 'text-soft' },
  unreadable: { icon: CircleAlert, colour: 'text-bad' },
};

/** Something that can be done with a tool. What writes is shown before it is done. */
export interface ToolChoice {
  name: string;
  /** Absent: nothing is written, Fusebox only forgets. */
  action?: ToolPlan['action'];
  /** Writes over what somebody else has changed. */
  over: boolean;
  isMain: boolean;
}

/** What fits the state, the likeliest first. */
export function choicesOf({ status }: ToolView): ToolChoice[] {
  const choice = (name: string, action: ToolPlan['action'], isMain = false, over = false): ToolChoice => ({
    name,
    action,
    over,
    isMain,
  });
  switch (status) {
    case 'connected':
      return [choice(words.restore, 'restore')];
    case 'outdated':
      return [choice(words.update, 'connect', true), choice(words.restore, 'restore')];
    case 'changed':
      return [
        { name: words.keepTheirs, over: false, isMain: false },
        choice(words.again, 'connect', false, true),
        choice(words.original, 'restore', false, true),
      ];
    case 'not-connected':
      return [choice(words.connect, 'connect')];
    case 'not-installed':
    case 'unreadable':
      return [];
  }
}

/** The state in a sentence, or what is wrong and what to do. */
export function sentenceOf({ status, since, problem }: ToolView, now: number): string {
  if (problem) return `${problem.message} ${problem.fix}`;
  if (status === 'connected') return words.sentence.connected(since === undefined ? undefined : clockText(since, now));
  return status === 'not-installed' || status === 'unreadable' ? words.status[status] : words.sentence[status];
}

/** Tools that are there first come first where they are connected; the rest keeps the order of the declarations. */
export function grouped(tools: readonly ToolView[]): { here: ToolView[]; absent: ToolView[] } {
  return {
    here: tools.filter(({ status }) => status !== 'not-installed'),
    absent: tools.filter(({ status }) => status === 'not-installed'),
  };
}

export interface ConnectedTool {
  id: string;
  label: string;
  status: 'connected' | 'outdated' | 'changed';
}

/** Those that point here or did, for a glance. */
export function connectedTools(tools: readonly ToolView[]): ConnectedTool[] {
  return tools.flatMap(({ id, label, status }) =>
    status === 'connected' || status === 'outdated' || status === 'changed' ? [{ id, label, status }] : [],
  );
}
