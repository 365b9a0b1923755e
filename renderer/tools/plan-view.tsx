import { useEffect, useRef } from 'react';
import type { ToolDiffLine, ToolPlan, ToolView } from '../../preload/tools-view.ts';
import { Button } from '../shell/button.tsx';
import { text } from '../text/en.ts';

const words = text.tools;

export interface PlanViewProps {
  tool: ToolView;
  plan: ToolPlan;
  withKey: boolean;
  onWithKey(on: boolean): void;
  onConfirm(): void;
  onCancel(): void;
}

/** Exactly what is about to be written, and the button that does it. */
export function PlanView({ tool, plan, withKey, onWithKey, onConfirm, onCancel }: PlanViewProps) {
  const region = useRef<HTMLElement>(null);
  useEffect(() => region.current?.focus(), []);
  const changed = plan.files.filter(({ change }) => change !== 'none');
  return (
    <section
      ref={region}
      tabIndex={-1}
      aria-label={words.actionOf(words.planHeading[plan.action], tool.label)}
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
      className="grid grid-cols-1 gap-3 border-t border-line bg-lit px-5 py-4 outline-none"
    >
      <h4 className="font-medium text-sm">{words.planHeading[plan.action]}</h4>
      {changed.length === 0 ? <p className="text-sm text-soft">{words.nothing}</p> : null}
      {changed.map(({ path, change, lines }) => (
        <FileDiff key={path} path={path} change={words.change[change]} lines={lines} />
      ))}
      {plan.action === 'connect' && tool.optionalKey ? (
        <label className="flex items-start gap-2 text-sm">
          <input
            type="checkbox"
            checked={withKey}
            onChange={({ target }) => onWithKey(target.checked)}
            className="mt-0.5 size-4 accent-accent"
          />
          {tool.optionalKey}
        </label>
      ) : null}
      <div className="flex gap-2">
        <Button weight="primary" onClick={onConfirm}>
          {words.confirm[plan.action]}
        </Button>
        <Button onClick={onCancel}>{words.cancel}</Button>
      </div>
    </section>
  );
}

function FileDiff({ path, change, lines }: { path: string; change: string; lines: readonly ToolDiffLine[] }) {
  return (
    <figure className="overflow-hidden rounded-md border border-line bg-surface">
      <figcaption className="flex gap-3 border-b border-line px-3 py-1.5 text-xs">
        <span className="min-w-0 flex-1 break-all font-medium select-text">{path}</span>
        <span className="shrink-0 text-soft">{change}</span>
      </figcaption>
      <ul className="py-1 font-mono text-xs">
        {lines.map((line) => (
          <DiffLine key={`${line.kind} ${line.line}`} line={line} />
        ))}
      </ul>
    </figure>
  );
}

function DiffLine({ line: { kind, line, text: shown } }: { line: ToolDiffLine }) {
  const isAdded = kind === 'added';
  return (
    <li className={`flex gap-3 px-3 ${isAdded ? 'bg-good-wash' : 'bg-bad-wash'}`}>
      <span aria-hidden="true" className="w-7 shrink-0 text-right text-soft">
        {line}
      </span>
      <span className={`shrink-0 ${isAdded ? 'text-good' : 'text-bad'}`}>
        <span aria-hidden="true">{isAdded ? '+' : '−'}</span>
        <span className="sr-only">{`${isAdded ? words.added : words.removed}, ${words.line(line)}:`}</span>
      </span>
      <code className="min-w-0 break-all whitespace-pre-wrap font-mono select-text">{shown}</code>
    </li>
  );
}
