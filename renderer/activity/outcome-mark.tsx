import { CircleCheck, CircleSlash, type LucideIcon, OctagonX, TriangleAlert } from 'lucide-react';
import type { Outcome } from '../../preload/outcome.ts';

const marks: Record<Outcome, { icon: LucideIcon; colour: string }> = {
  served: { icon: CircleCheck, colour: 'text-good' },
  failed: { icon: TriangleAlert, colour: 'text-bad' },
  refused: { icon: OctagonX, colour: 'text-warn' },
  gone: { icon: CircleSlash, colour: 'text-soft' },
};

/** How a request ended, as a shape; with a label where no words stand beside it. */
export function OutcomeMark({ outcome, label }: { outcome: Outcome; label?: string }) {
  const { icon: Icon, colour } = marks[outcome];
  const look = `size-3.5 shrink-0 ${colour}`;
  if (label === undefined) return <Icon aria-hidden="true" className={look} />;
  return <Icon role="img" aria-label={label} className={look} />;
}
