import { type FormEvent, useId, useState } from 'react';
import { BreakerSwitch } from '../shell/breaker-switch.tsx';
import { Button } from '../shell/button.tsx';
import { LinkButton } from '../shell/link-button.tsx';
import { useOptimistic } from '../state/optimistic.ts';
import { text } from '../text/en.ts';
import { choiceText, nearestValue, problemText, typedValue } from './setting-reading.ts';
import type { FieldProps } from './setting-row.tsx';

const words = text.settings;

export function SwitchField({ setting, value, title, save }: FieldProps) {
  const [problem, setProblem] = useState<string>();
  const { shown, choose } = useOptimistic(value === true, async (on) => {
    const refusal = await save({ path: setting.path, value: on });
    setProblem(refusal);
    return { ok: refusal === undefined };
  });
  return (
    <>
      <BreakerSwitch on={shown} label={title} size="small" onChange={(on) => void choose(on)} />
      <Problem message={problem} settingKey={setting.key} />
    </>
  );
}

export function ChoiceField({ setting, value, title, aboutId, save }: FieldProps) {
  const [problem, setProblem] = useState<string>();
  const current = String(value ?? setting.default ?? '');
  // A file may hold another spelling of one of them.
  const choices = setting.choices?.includes(current) ? setting.choices : [current, ...(setting.choices ?? [])];
  return (
    <>
      <select
        aria-label={title}
        aria-describedby={aboutId}
        value={current}
        onChange={({ target }) => void save({ path: setting.path, value: target.value }).then(setProblem)}
        className="h-8 w-full max-w-62 rounded-md border border-control bg-surface px-2 text-sm text-ink"
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choiceText(setting.key, choice)}
          </option>
        ))}
      </select>
      <Problem message={problem} settingKey={setting.key} />
    </>
  );
}

/** A number or a text: kept with Enter or the button that shows up, given up with Escape. */
export function TypedField({ setting, value, title, aboutId, save }: FieldProps) {
  const kept = value === undefined ? '' : String(value);
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const noteId = useId();
  const keep = async (typed: string) => {
    const refusal = await save({ path: setting.path, value: typedValue(setting, typed) });
    setProblem(refusal);
    if (refusal === undefined) setDraft(undefined);
    else setDraft(typed);
  };
  const giveUp = () => {
    setDraft(undefined);
    setProblem(undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft !== undefined) void keep(draft);
  };
  const near = problem !== undefined && draft !== undefined ? nearestValue(setting, draft, problem) : undefined;
  const isDirty = draft !== undefined && draft !== kept;
  return (
    <form onSubmit={submit} className="w-full max-w-62">
      <div className="flex gap-2">
        <input
          aria-label={title}
          aria-describedby={problem === undefined ? aboutId : noteId}
          aria-invalid={problem !== undefined}
          inputMode={setting.kind === 'number' ? 'numeric' : undefined}
          spellCheck={false}
          autoComplete="off"
          value={draft ?? kept}
          placeholder={setting.mayBeEmpty ? words.empty : words.notSet}
          onChange={({ target }) => setDraft(target.value)}
          onKeyDown={(event) => event.key === 'Escape' && giveUp()}
          className="h-8 min-w-0 flex-1 rounded-md border border-control bg-surface px-2.5 text-sm text-ink select-text placeholder:text-soft aria-invalid:border-bad"
        />
        {isDirty ? (
          <Button type="submit" weight="primary" aria-label={words.doTo(words.save, title)}>
            {words.save}
          </Button>
        ) : null}
      </div>
      <Problem id={noteId} message={problem} settingKey={setting.key}>
        {near === undefined || near === draft ? null : (
          <LinkButton onClick={() => void keep(near)}>{words.use(near)}</LinkButton>
        )}
      </Problem>
    </form>
  );
}

export interface ProblemProps {
  id?: string;
  message: string | undefined;
  settingKey: string;
  children?: React.ReactNode;
}

/** Why a value was not taken, in the place where it was given. */
export function Problem({ id, message, settingKey, children }: ProblemProps) {
  if (message === undefined) return null;
  return (
    <p id={id} role="alert" className="mt-1 text-xs text-bad">
      {problemText(message, settingKey)} {children}
    </p>
  );
}
