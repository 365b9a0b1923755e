import { FileKey } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { SignInView } from '../../preload/contract.ts';
import { Button } from '../shell/button.tsx';
import { TextField } from '../shell/text-field.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { fieldProblem, fieldWords } from './key-reading.ts';

type Field = NonNullable<SignInView['fields']>[number];

export interface KeyFormProps {
  id: string;
  fields: readonly Field[];
  /** What was wrong with the last input. */
  problem: SignInView['problem'];
}

type Refusal = Parameters<typeof fieldProblem>[1];

/** The fields of a key. A key file is read by the main process: its text never comes into this window. */
export function KeyForm({ id, fields, problem }: KeyFormProps) {
  const { attempt } = useFusebox();
  const [values, setValues] = useState<Record<string, string>>({});
  const [refused, setRefused] = useState<Refusal | undefined>(problem);
  const set = (name: string, value: string) => setValues((before) => ({ ...before, [name]: value }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const typed = fields.filter(({ kind }) => kind !== 'file').map(({ name }) => [name, values[name] ?? ''] as const);
    const result = await attempt('sign-in.submit', { id, fields: Object.fromEntries(typed) });
    setRefused(result.ok ? undefined : result.error);
  };
  const { field: wrong, words } = fieldProblem(fields, refused);
  return (
    <form onSubmit={(event) => void submit(event)} className="mt-1.5 grid max-w-xl gap-2.5">
      {words && !wrong ? (
        <p role="alert" className="text-bad">
          {words}
        </p>
      ) : null}
      {fields.map((field) => {
        const props = {
          field,
          value: values[field.name] ?? '',
          error: field.name === wrong ? words : undefined,
          onChange: (value: string) => set(field.name, value),
        };
        return field.kind === 'file' ? (
          <FileField key={field.name} {...props} id={id} />
        ) : (
          <TypedField key={field.name} {...props} />
        );
      })}
      <Button type="submit" weight="primary" className="justify-self-start">
        {text.signIn.addKey}
      </Button>
    </form>
  );
}

interface FieldProps {
  field: Field;
  value: string;
  error: string | undefined;
  onChange(value: string): void;
}

function TypedField({ field, value, error, onChange }: FieldProps) {
  const { label, hint } = fieldWords(field);
  return (
    <TextField
      type={field.kind === 'secret' ? 'password' : 'text'}
      label={label}
      hint={hint}
      error={error}
      required={field.required}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

function FileField({ id, field, value, error, onChange }: FieldProps & { id: string }) {
  const { call } = useFusebox();
  const { label, hint } = fieldWords(field);
  const choose = async () => {
    const result = await call('sign-in.choose-file', { id, field: field.name });
    if (result.ok) onChange(result.value.name);
  };
  return (
    <div>
      <p className="mb-1 text-xs text-soft">{label}</p>
      <p className="flex items-center gap-3">
        <Button onClick={() => void choose()}>
          <FileKey aria-hidden="true" className="size-4" />
          {text.signIn.chooseFile}
        </Button>
        <span className={value ? '' : 'text-soft'}>{value || text.signIn.noFile}</span>
      </p>
      {(error ?? hint) ? <p className={`mt-1 text-xs ${error ? 'text-bad' : 'text-soft'}`}>{error ?? hint}</p> : null}
    </div>
  );
}
