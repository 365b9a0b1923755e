import { type ComponentProps, useId } from 'react';

export interface TextFieldProps extends Omit<ComponentProps<'input'>, 'id'> {
  label: string;
  hint?: string | undefined;
  /** What is wrong with the value. */
  error?: string | undefined;
}

/** A labelled field; hint and error belong to it for screen readers too. */
export function TextField({ label, hint, error, className = '', ...rest }: TextFieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-xs text-soft">
        {label}
      </label>
      <input
        {...rest}
        id={id}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={error !== undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className="h-8 w-full rounded-md border border-control bg-surface px-2.5 text-sm text-ink select-text placeholder:text-soft aria-invalid:border-bad"
      />
      {note ? (
        <p id={`${id}-note`} className={`mt-1 text-xs ${error ? 'text-bad' : 'text-soft'}`}>
          {note}
        </p>
      ) : null}
    </div>
  );
}
