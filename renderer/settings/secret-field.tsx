import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../shell/button.tsx';
import { text } from '../text/en.ts';
import { secretText } from './setting-reading.ts';
import type { FieldProps } from './setting-row.tsx';
import { Problem } from './value-fields.tsx';

const words = text.settings;

/** A secret is set, replaced or forgotten; what it is, nobody is shown. */
export function SecretField({ setting, value, title, aboutId, save }: FieldProps) {
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const opener = useRef<HTMLButtonElement>(null);
  const isSet = typeof value === 'string' && value !== '';
  const keep = async (next: string | null) => {
    const refusal = await save({ path: setting.path, value: next });
    setProblem(refusal);
    if (refusal === undefined) setDraft(undefined);
    return refusal;
  };
  const end = () => {
    setDraft(undefined);
    setProblem(undefined);
  };
  // Whoever comes back from the field finds the button where they left it.
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && draft === undefined) opener.current?.focus();
    wasOpen.current = draft !== undefined;
  }, [draft]);
  if (draft === undefined) {
    return (
      <div className="flex flex-wrap items-center gap-2 min-[840px]:justify-end">
        <span className="text-sm text-soft">{secretText(value)}</span>
        <Button
          ref={opener}
          aria-label={words.doTo(isSet ? words.replace : words.set, title)}
          onClick={() => setDraft('')}
        >
          {isSet ? words.replace : words.set}
        </Button>
        {isSet ? (
          <Button aria-label={words.doTo(words.forget, title)} onClick={() => void keep(null)}>
            {words.forget}
          </Button>
        ) : null}
        <Problem message={problem} settingKey={setting.key} />
      </div>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.trim() !== '') void keep(draft.trim());
  };
  return (
    <form onSubmit={submit} className="w-full max-w-62">
      <SecretInput
        label={title}
        aboutId={aboutId}
        value={draft}
        onChange={setDraft}
        onEscape={end}
        isWrong={problem !== undefined}
      />
      <Problem message={problem} settingKey={setting.key} />
      <div className="mt-2 flex gap-2">
        <Button type="submit" weight="primary" disabled={draft.trim() === ''}>
          {words.save}
        </Button>
        <Button onClick={end}>{words.cancel}</Button>
      </div>
    </form>
  );
}

export interface SecretInputProps {
  label: string;
  aboutId?: string;
  value: string;
  isWrong?: boolean;
  onChange(value: string): void;
  onEscape(): void;
}

function SecretInput({ label, aboutId, value, isWrong = false, onChange, onEscape }: SecretInputProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <input
      ref={input}
      type="password"
      aria-label={label}
      aria-describedby={aboutId}
      aria-invalid={isWrong}
      autoComplete="off"
      value={value}
      onChange={({ target }) => onChange(target.value)}
      onKeyDown={(event) => event.key === 'Escape' && onEscape()}
      className="h-8 w-full rounded-md border border-control bg-surface px-2.5 text-sm text-ink select-text aria-invalid:border-bad"
    />
  );
}
