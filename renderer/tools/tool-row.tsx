import type { ReactNode } from 'react';
import type { ToolView } from '../../preload/tools-view.ts';
import { Button } from '../shell/button.tsx';
import { text } from '../text/en.ts';
import { PlanView } from './plan-view.tsx';
import { choicesOf, marks, sentenceOf } from './tool-reading.ts';
import { usePlan } from './use-plan.ts';

const words = text.tools;

/** One tool: where it stands, what can be done with it, and what that would write. */
export function ToolRow({ tool, now }: { tool: ToolView; now: number }) {
  const { planned, withKey, setWithKey, choose, carryOut, cancel } = usePlan(tool.id);
  const { icon: Icon, colour } = marks[tool.status];
  const isOn = tool.status === 'connected' || tool.status === 'outdated';
  const choices = choicesOf(tool);
  const buttons = choices.map((choice) => (
    <Button
      key={choice.name}
      weight={choice.isMain ? 'primary' : 'plain'}
      aria-label={words.actionOf(choice.name, tool.label)}
      aria-expanded={choice.action ? planned?.choice.name === choice.name : undefined}
      onClick={() => void choose(choice)}
    >
      {choice.name}
    </Button>
  ));
  // Three of them would leave no room for the paths.
  const areBelow = choices.length > 2;
  return (
    <li className="border-t border-line">
      <div className="flex items-start gap-3 px-5 py-3.5">
        <Icon aria-hidden="true" className={`mt-0.5 size-4.5 shrink-0 ${colour}`} />
        <div className="grid min-w-0 flex-1 gap-0.5">
          <h3 className="flex flex-wrap items-baseline gap-x-2.5">
            <span className="font-medium">{tool.label}</span>
            <span className="text-sm text-soft">{words.status[tool.status]}</span>
          </h3>
          <p className="text-sm text-soft">{sentenceOf(tool, now)}</p>
          {areBelow ? <div className="my-1.5 flex flex-wrap gap-2">{buttons}</div> : null}
          <Facts tool={tool} />
          {isOn ? <Note name={words.next}>{tool.afterwards}</Note> : null}
          {tool.limits ? <Note name={words.notThrough}>{tool.limits}</Note> : null}
        </div>
        {areBelow ? null : <div className="flex shrink-0 gap-2">{buttons}</div>}
      </div>
      {planned ? (
        <PlanView
          tool={tool}
          plan={planned.plan}
          withKey={withKey}
          onWithKey={setWithKey}
          onConfirm={() => void carryOut()}
          onCancel={cancel}
        />
      ) : null}
    </li>
  );
}

/** Paths, as they can be copied. */
function Facts({ tool: { files, foundAt, backup } }: { tool: ToolView }) {
  const facts: [string, ReactNode][] = [
    ...(foundAt ? ([[words.foundAt, foundAt]] as [string, ReactNode][]) : []),
    [
      words.files(files.length),
      files.map(({ path, exists }) => (
        <span key={path} className="block">
          {path}
          {exists ? null : <span className="font-sans"> ({words.missing})</span>}
        </span>
      )),
    ],
    ...(backup ? ([[words.backup, backup]] as [string, ReactNode][]) : []),
  ];
  return (
    <dl className="mt-1 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-xs">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="break-all font-mono select-text">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Note({ name, children }: { name: string; children: string }) {
  return (
    <p className="mt-0.5 text-xs text-soft">
      <span className="font-medium text-ink">{name}</span> {children}
    </p>
  );
}
