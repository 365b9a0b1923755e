import { FileKey } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { SignInView } from '../../preload/contract.ts';
import { Button } from '../shell/button.tsx';
import { TextField } from '../shell/text-field.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { fieldProblem, fieldWords } from './key-reading.ts';

type Field = NonNullable<SignInView['fields']>[number];

type Refusal = Parameters<typeof fieldProblem>[1];

/**
 * The fields of a key. What was typed stays while it is tried, for a refusal must not cost it. A key file is read by the
 * main process: its text never comes into this window.
 */
export function KeyForm({ view: { id, phase, fields: asked, problem } }: { view: SignInView }) {
  const { attempt } = useFusebox();
  const [fields, setFields] = useState(asked ?? []);
  if (asked && asked !== fields) setFields(asked);
  const [values, setValues] = useState<Record<string, string>>({});
  const [refused, setRefused] = useState<Refusal>();
  const busy = phase !== 'input';
  const set = (name: string, value: string) => setValues((before) => ({ ...before, [name]: value }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const typed = fields.filter(({ kind }) => kind !== 'file').map(({ name }) => [name, values[name] ?? ''] as const);
    const result = await attempt('sign-in.submit', { id, fields: Object.fromEntries(typed) });
    setRefused(result.ok ? undefined : result.error);
  };
  const { field: wrong, words } = fieldProblem(fields, busy ? undefined : (refused ?? problem));
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (wrong) form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(wrong)}"]`)?.focus();
  }, [wrong]);
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} className="mt-1.5 max-w-xl">
      <fieldset disabled={busy} className="grid gap-2.5">
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
      </fieldset>
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
      name={field.name}
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
        <Button name={field.name} onClick={() => void choose()}>
          <FileKey aria-hidden="true" className="size-4" />
          {text.signIn.chooseFile}
        </Button>
        <span className={value ? '' : 'text-soft'}>{value || text.signIn.noFile}</span>
      </p>
      {(error ?? hint) ? <p className={`mt-1 text-xs ${error ? 'text-bad' : 'text-soft'}`}>{error ?? hint}</p> : null}
    </div>
  );
}
