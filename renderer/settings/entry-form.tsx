import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { SettingField } from '../../preload/settings-view.ts';
import { Button } from '../shell/button.tsx';
import { SelectField } from '../shell/select-field.tsx';
import { TextField } from '../shell/text-field.tsx';
import { text } from '../text/en.ts';
import { type EntryDraft, entryDraft, entryOf, spelled } from './setting-reading.ts';
import { Problem } from './value-fields.tsx';

const words = text.settings;

export interface EntryFormProps {
  label: string;
  fields: readonly SettingField[];
  /** As it is shown, secrets masked; undefined for a new one. */
  entry: unknown;
  settingKey: string;
  /** Resolves to why it could not be kept. */
  onSave(entry: object): Promise<string | undefined>;
  onEnd(): void;
}

/** One entry of a list, in the place where it stands. */
export function EntryForm({ label, fields, entry, settingKey, onSave, onEnd }: EntryFormProps) {
  const before: Record<string, unknown> = typeof entry === 'object' && entry !== null ? { ...entry } : {};
  const [draft, setDraft] = useState<EntryDraft>(() => entryDraft(fields, before));
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<string>();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('input, select')?.focus(), []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const next = entryOf(fields, before, draft);
    const lacking = fields.filter(({ name, required }) => required && next[name] === undefined);
    setMissing(lacking.map(({ name }) => name));
    if (lacking.length > 0) return;
    const refusal = await onSave(next);
    setProblem(refusal);
    if (refusal === undefined) onEnd();
  };
  return (
    <form
      ref={form}
      aria-label={label}
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => event.key === 'Escape' && onEnd()}
      className="grid gap-x-3 gap-y-2.5 bg-lit px-3 py-3 min-[840px]:grid-cols-2"
    >
      {fields.map((field) => (
        <EntryField
          key={field.name}
          field={field}
          value={draft[field.name] ?? ''}
          isKept={before[field.name] !== undefined}
          isMissing={missing.includes(field.name)}
          onChange={(value) => setDraft({ ...draft, [field.name]: value })}
        />
      ))}
      <div className="min-[840px]:col-span-2">
        <Problem message={problem} settingKey={settingKey} />
        <div className="mt-1 flex gap-2">
          <Button type="submit" weight="primary">
            {words.save}
          </Button>
          <Button onClick={onEnd}>{words.cancel}</Button>
        </div>
      </div>
    </form>
  );
}

interface EntryFieldProps {
  field: SettingField;
  value: string | boolean;
  /** A secret that stays as it is when nothing is written. */
  isKept: boolean;
  isMissing: boolean;
  onChange(value: string | boolean): void;
}

function EntryField({ field, value, isKept, isMissing, onChange }: EntryFieldProps) {
  const label = spelled(field.name);
  if (field.kind === 'switch') {
    return (
      <label className="flex items-center gap-2 text-sm min-[840px]:col-span-2">
        <input
          type="checkbox"
          checked={value === true}
          onChange={({ target }) => onChange(target.checked)}
          className="size-4 accent-accent"
        />
        {label}
      </label>
    );
  }
  if (field.kind === 'choice') {
    const options = (field.choices ?? []).map((choice) => ({ value: choice, label: choice }));
    return (
      <SelectField
        label={label}
        options={[{ value: '', label: words.notSet }, ...options]}
        value={String(value)}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  }
  if (field.kind === 'pairs')
    return <PairsField field={field} value={String(value)} isKept={isKept} onChange={onChange} />;
  const hint = field.kind === 'texts' ? `${field.about} ${words.listHint}` : field.about;
  return (
    <TextField
      label={label}
      hint={hint}
      error={isMissing ? words.missing : undefined}
      type={field.secret ? 'password' : 'text'}
      placeholder={field.secret && isKept ? words.unchanged : undefined}
      value={String(value)}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

/** Longer than one line, so that each pair has its own. */
function PairsField({ field, value, isKept, onChange }: Omit<EntryFieldProps, 'isMissing'> & { value: string }) {
  const id = useId();
  const [first, second] = field.pair ?? [words.pairName, words.pairValue];
  return (
    <div className="min-[840px]:col-span-2">
      <label htmlFor={id} className="mb-1 block text-xs text-soft">
        {spelled(field.name)}
      </label>
      <textarea
        id={id}
        rows={Math.min(8, Math.max(2, value.split('\n').length))}
        aria-describedby={`${id}-note`}
        spellCheck={false}
        placeholder={field.secret && isKept ? words.unchanged : undefined}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="block w-full rounded-md border border-control bg-surface px-2.5 py-1.5 text-sm text-ink select-text placeholder:text-soft"
      />
      <p id={`${id}-note`} className="mt-1 text-xs text-soft">
        {field.about} {words.pairHint(first, second)}
      </p>
    </div>
  );
}
