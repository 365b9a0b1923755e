import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../shell/button.tsx';
import { SelectField } from '../shell/select-field.tsx';
import { TextField } from '../shell/text-field.tsx';
import { text } from '../text/en.ts';
import { type Draft, type FieldSpec, missingFields } from './rule-forms.ts';

export interface RuleEditorProps {
  label: string;
  fields: readonly FieldSpec[];
  initial: Draft;
  /** Resolves to why it could not be kept. */
  onSave(draft: Draft): Promise<string | undefined>;
  onEnd(): void;
}

/** One rule, edited in the place where it stands. */
export function RuleEditor({ label, fields, initial, onSave, onEnd }: RuleEditorProps) {
  const [draft, setDraft] = useState(initial);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [refusal, setRefusal] = useState<string>();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('input, select')?.focus(), []);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const lacking = missingFields(fields, draft);
    setMissing(lacking);
    if (lacking.length > 0) return;
    const problem = await onSave(draft);
    setRefusal(problem);
    if (problem === undefined) onEnd();
  };
  return (
    <form
      ref={form}
      aria-label={label}
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => event.key === 'Escape' && onEnd()}
      className="grid gap-x-3 gap-y-2.5 bg-lit px-5 py-3 min-[560px]:grid-cols-2"
    >
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={draft[field.name] ?? ''}
          isMissing={missing.includes(field.name)}
          onChange={(value) => setDraft({ ...draft, [field.name]: value })}
        />
      ))}
      {refusal === undefined ? null : (
        <p role="alert" className="text-sm text-bad min-[560px]:col-span-2">
          {refusal}
        </p>
      )}
      <div className="flex gap-2 min-[560px]:col-span-2">
        <Button type="submit" weight="primary">
          {text.models.rules.save}
        </Button>
        <Button onClick={onEnd}>{text.models.rules.cancel}</Button>
      </div>
    </form>
  );
}

interface FieldProps {
  field: FieldSpec;
  value: string | boolean;
  isMissing: boolean;
  onChange(value: string | boolean): void;
}

function Field({ field, value, isMissing, onChange }: FieldProps) {
  switch (field.kind) {
    case 'text':
      return (
        <TextField
          label={field.label}
          hint={field.hint}
          error={isMissing ? text.models.rules.missing : undefined}
          value={String(value)}
          onChange={({ target }) => onChange(target.value)}
        />
      );
    case 'choice':
      return (
        <SelectField
          label={field.label}
          options={field.options}
          value={String(value)}
          onChange={({ target }) => onChange(target.value)}
        />
      );
    case 'check':
      return (
        <label className="flex items-center gap-2 text-sm min-[560px]:col-span-2">
          <input
            type="checkbox"
            checked={value === true}
            onChange={({ target }) => onChange(target.checked)}
            className="size-4 accent-accent"
          />
          {field.label}
        </label>
      );
  }
}
