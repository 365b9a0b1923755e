import { CircleCheck, CircleSlash, type LucideIcon, OctagonX, TriangleAlert } from 'lucide-react';
import type { Outcome } from '../../preload/journal-view.ts';

const marks: Record<Outcome, { icon: LucideIcon; colour: string }> = {
  served: { icon: CircleCheck, colour: 'text-good' },
  failed: { icon: TriangleAlert, colour: 'text-bad' },
  refused: { icon: OctagonX, colour: 'text-warn' },
  gone: { icon: CircleSlash, colour: 'text-soft' },
};

/** How a request ended, as a shape; the words stand beside it. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const { icon: Icon, colour } = marks[outcome];
  return <Icon aria-hidden="true" className={`size-3.5 shrink-0 ${colour}`} />;
}
